"""Music that the composer plays in on a keyboard: strokes become a take on the grid of the cue.

Such a take is one like any other: it can be edited, continued and accompanied.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from engine.config.schema import Settings
from engine.data.piece import POSITION_TICKS
from engine.midi.overlaps import cut_overlaps
from engine.playing.events import NOTE_ON
from engine.playing.protocol import Events, PlayerEvent, Stroke
from engine.project.cue import Cue
from engine.project.own_take import own_take
from engine.score import TICKS_PER_QUARTER, Metre, Note, Voice, assign_voices, bar_starts
from engine.take import Take

EARLY_TICKS = TICKS_PER_QUARTER // 4
"""A first note that is struck this much before the first beat is meant for it."""
SOURCE = "played in"
STRONG, WEAK = bytes((NOTE_ON | 9, 76, 110)), bytes((NOTE_ON | 9, 77, 80))


def played_in(strokes: Sequence[Stroke], cue: Cue, settings: Settings, end: float) -> Take | None:
    """A take of what was played; None where that was no note within the cue.

    Args:
        strokes: keys struck and released, in their order; the tick may turn back with a loop.
        end: the tick at which recording ended and with it all notes that were still held.
    """
    metres = cue.metre_per_bar(settings)
    first, last = -cue.upbeat_ticks, bar_starts(metres)[-1]
    notes = [note for each in _notes(strokes, end) if (note := _placed(each, first, last))]
    if not notes:
        return None
    return own_take(assign_voices(cut_overlaps(notes)), cue, settings, SOURCE)


def clicks(metres: Sequence[Metre], count_in: int | None = None) -> Events:
    """The beats of a cue, each bar's first one strong, with those of a bar before `count_in`.

    Args:
        count_in: the bar, from 1, at which playing in begins; None counts no bar in.
    """
    starts = bar_starts(metres)
    found = {
        tick: STRONG if tick == start else WEAK
        for start, metre in zip(starts, metres, strict=False)
        for tick in range(start, start + metre.ticks, metre.beat_ticks)
    }
    bar = count_in or 1
    begin = starts[bar - 1] - metres[bar - 1].ticks
    for tick in range(begin, starts[bar - 1], metres[bar - 1].beat_ticks):
        if tick < 0 and count_in is not None:
            found[tick] = STRONG if tick == begin else WEAK
    return tuple(PlayerEvent(tick, data) for tick, data in sorted(found.items()))


def counted_in(metres: Sequence[Metre], begin: int, bars: int) -> Events:
    """The beats before music that begins at a tick: so many bars, and what its bar lacks.

    Args:
        metres: one for each bar; it is counted in the metre of the bar that begins.
        begin: the tick, also one before the first bar line.
        bars: how many whole bars; 0 for no beats at all.
    """
    starts = bar_starts(metres)
    bar = max(bisect.bisect_right(starts[:-1], begin) - 1, 0)
    metre = metres[bar]
    line = starts[bar] if begin >= 0 else -metre.ticks
    found = [
        PlayerEvent(tick, STRONG if tick == first else WEAK)
        for first in range(line - bars * metre.ticks, line + 1, metre.ticks)
        for tick in range(first, first + metre.ticks, metre.beat_ticks)
    ]
    return tuple(event for event in found if event.tick < begin) if bars else ()


def _notes(strokes: Sequence[Stroke], end: float) -> Iterator[tuple[float, float, int, int]]:
    """Begin, end, pitch and velocity of each note."""
    held: dict[int, Stroke] = {}
    for stroke in strokes:
        before = held.pop(stroke.pitch, None)
        if before is not None:
            yield _span(before, stroke.tick)
        if stroke.velocity:
            held[stroke.pitch] = stroke
    for stroke in held.values():
        yield _span(stroke, end)


def _span(stroke: Stroke, end: float) -> tuple[float, float, int, int]:
    # A note over which the loop turned has an end before its beginning.
    until = end if end > stroke.tick else stroke.tick + TICKS_PER_QUARTER
    return stroke.tick, until, stroke.pitch, stroke.velocity


def _placed(note: tuple[float, float, int, int], first: int, last: int) -> Note | None:
    begin, end, pitch, velocity = note
    onset = round(begin / POSITION_TICKS) * POSITION_TICKS
    if first - EARLY_TICKS <= onset < first:
        onset = first
    if not first <= onset < last:
        return None
    until = min(max(round(end / POSITION_TICKS) * POSITION_TICKS, onset + POSITION_TICKS), last)
    return Note(onset, until - onset, pitch, velocity, Voice.MELODY)
