"""Music before bar 1: one bar more at the head of the stream, in which only its end is written.

Data sets write an upbeat so too, as a first bar that begins with silence; the network needs to
be told nothing new. Neither tokens nor bar numbers change: the notes are set before bar 1 by
whoever reads the stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.composing import vocabulary as v
from engine.composing.bar_rules import BarRules
from engine.composing.conditions import ATTRIBUTES_AT, Rows
from engine.composing.decoding import Stream
from engine.composing.grammar import BarGrammar, KeptNote, Laws, Mask
from engine.composing.picture_laws import PictureLaws
from engine.score import Metre, Voice
from engine.take import GenerationRequest
from models.conditioning import FIELD_INDEX

_EIGHTH = 6
# What is known of whole bars says nothing of a part of one.
_FREE = ("texture", "chord_root", "chord_quality", "half_chord_root", "half_chord_quality")


class UpbeatGrammar(BarGrammar):
    """Laws whose first bar is an upbeat: a line of the melody that begins with it and leads to
    the bar line, on the eighths from its beginning on.

    Args:
        length: of the upbeat, in twelfths of a quarter.
    """

    def __init__(
        self,
        length: int,
        metres: Sequence[Metre],
        laws: Laws,
        kept: Sequence[Sequence[KeptNote]] = (),
        *,
        rules: BarRules | None = None,
    ) -> None:
        super().__init__(metres, laws, kept, rules=rules)
        self._end = metres[0].ticks // v.TICKS_PER_POSITION
        self._begin = self._end - length
        self._onsets = np.zeros(v.SIZE, dtype=bool)
        self._onsets[v.POSITION.start + self._begin : v.POSITION.start + self._end : _EIGHTH] = True

    def allowed(self) -> Mask:
        mask = super().allowed()
        if self.bar != 0:
            return mask
        mask = mask.copy()
        places = slice(v.POSITION.start, v.POSITION.stop)
        mask[places] &= self._onsets[places]
        if self._notes == 0:
            mask[v.POSITION.start + self._begin + 1 : v.POSITION.stop] = False
        mask[v.VOICE.start + Voice.MELODY + 1 : v.VOICE.stop] = False
        room = self._end - self._position
        longest = sum(length <= room for length in v.DURATIONS)
        mask[v.DURATION.start + max(longest, 1) : v.DURATION.stop] = False
        return mask


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
    )
    length = max(request.upbeat_ticks // v.TICKS_PER_POSITION, 1)
    if picture.rules is not None:
        picture.rules.first_bar = -1
    kept = ((), *picture.kept) if picture.kept else ()
    metres = (request.metres[0], *request.metres)
    return replace(
        stream,
        rows=_led(stream.rows),
        free=_led(stream.free),
        grammar=UpbeatGrammar(length, metres, early, kept, rules=picture.rules),
        temperatures=(stream.temperatures[0], *stream.temperatures),
        leans=[stream.leans[0], *stream.leans],
        first_bar=-1,
    )


def _led(rows: Rows) -> Rows:
    first = rows[:1].copy()
    first[:, ATTRIBUTES_AT] = np.nan
    first[:, [FIELD_INDEX[name] for name in _FREE]] = np.nan
    return np.concatenate([first, rows])
