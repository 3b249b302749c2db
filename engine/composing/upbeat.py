"""Music before bar 1: one bar more at the head of the stream, in which only its end is written.

Data sets write an upbeat so too, as a first bar that begins with silence; the network needs to
be told nothing new. Neither tokens nor bar numbers change: the notes are set before bar 1 by
whoever reads the stream.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.conditions import ATTRIBUTES_AT, Rows
from engine.composing.decoding import Stream
from engine.composing.grammar import BarGrammar, Laws
from engine.composing.picture_laws import PictureLaws
from engine.take import GenerationRequest
from models.conditioning import FIELD_INDEX

# What is known of whole bars says nothing of a part of one.
_FREE = ("texture", "chord_root", "chord_quality", "half_chord_root", "half_chord_quality")


def upbeat_bars(request: GenerationRequest) -> int:
    """Bars that stand before bar 1: one where there is an upbeat."""
    return 1 if request.upbeat_ticks else 0


def with_upbeat(
    stream: Stream, laws: Laws, request: GenerationRequest, picture: PictureLaws
) -> Stream:
    """A stream with its upbeat; what it says of bar 1 holds for what leads there.

    Args:
        laws: of the bars from bar 1 on; and what the picture asks of them.
    """
    early = replace(
        laws,
        sounding=frozenset({0, *(bar + 1 for bar in laws.sounding)}),
        shifts=tuple((bar + 1, shift) for bar, shift in laws.shifts),
        upbeat=max(request.upbeat_ticks // v.TICKS_PER_POSITION, 1),
    )
    if picture.rules is not None:
        picture.rules.first_bar = -1
    kept = ((), *picture.kept) if picture.kept else ()
    return replace(
        stream,
        rows=_led(stream.rows),
        free=_led(stream.free),
        grammar=BarGrammar((request.metres[0], *request.metres), early, kept, rules=picture.rules),
        temperatures=(stream.temperatures[0], *stream.temperatures),
        leans=[stream.leans[0], *stream.leans],
        first_bar=-1,
    )


def _led(rows: Rows) -> Rows:
    first = rows[:1].copy()
    first[:, ATTRIBUTES_AT] = np.nan
    first[:, [FIELD_INDEX[name] for name in _FREE]] = np.nan
    return np.concatenate([first, rows])
