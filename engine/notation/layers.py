"""A score as the layers of two staves: who plays it, and from which unit to which.

Owns the hands, the rounding of what was played to what is written, and the bars with what lies
before the first of them. It knows neither note values nor XML.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import PsychoscoreError
from engine.notation.values import UNIT_TICKS, UNITS, bar_units
from engine.score import Metre, Note, Score, Voice

MAXIMUM_BARS = 2000
MIDDLE = 60
# A melody that goes deeper than this is played by the left hand.
_DEEPEST_RIGHT = 52
# Onsets off the grid of a file that was played: sixteenths and triplets of a quarter note.
_COARSE = (0, 3, 4, 6, 8, 9, 12)
# A rest shorter than this many units, an eighth note, is how a note was played, not written.
_SHORTEST_REST = 6


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the two voices of a staff.

    Args:
        staff: 1 for the right hand, 2 for the left.
        number: of the voice in the whole part, 1 and 2 above, 5 and 6 below.
        chords: ascending and without overlap.
    """

    staff: int
    number: int
    chords: tuple[Struck, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """Notes that begin together: units from the first bar line, and who plays them."""

    start: int
    end: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class WrittenBar:
    """A bar line to the next: units from bar 1's, the metre, and units left out of its beginning.

    `missing` is above 0 in an upbeat; `number` is 0 for what lies before bar 1.
    """

    start: int
    length: int
    metre: Metre
    number: int
    missing: int = 0

    @property
    def end(self) -> int:
        return self.start + self.length


def written_bars(score: Score, upbeat_ticks: int = 0) -> tuple[WrittenBar, ...]:
    """The bars of a score, with those that its notes need before bar 1 and behind the last.

    Raises:
        PsychoscoreError: a metre that cannot be written, or too many bars.
    """
    metres = score.metres or (Metre(),)
    first = bar_units(metres[0])
    onsets = [_unit(note.onset) for note in score.notes]
    early = -min([0, -(upbeat_ticks // UNIT_TICKS), *onsets])
    early += -early % 6
    whole, rest = divmod(early, first)
    bars: list[WrittenBar] = []
    at = -early
    if rest:
        bars.append(WrittenBar(at, rest, metres[0], 0, first - rest))
        at += rest
    for _ in range(whole):
        bars.append(WrittenBar(at, first, metres[0], 0))
        at += first
    number = 0
    while number < len(metres) or at <= max(onsets, default=0):
        metre = metres[min(number, len(metres) - 1)]
        number += 1
        bars.append(WrittenBar(at, bar_units(metre), metre, number))
        at = bars[-1].end
        if number > MAXIMUM_BARS:
            raise PsychoscoreError(f"More than {MAXIMUM_BARS:,} bars cannot be written.")
    return tuple(bars)


def _unit(tick: int) -> int:
    return round(tick / UNIT_TICKS)


def layers(score: Score, bars: Sequence[WrittenBar]) -> tuple[Layer, ...]:
    """The layers that hold something, and the first of each staff in any case."""
    times = _Written(score.notes, bars)
    found: dict[tuple[int, int], list[Note]] = {(1, 0): [], (1, 1): [], (2, 0): [], (2, 1): []}
    for note in score.notes:
        found[_place(note)].append(note)
    for staff in (1, 2):
        if not found[staff, 0]:
            found[staff, 0], found[staff, 1] = found[staff, 1], []
    return tuple(
        Layer(staff, 4 * staff - 3 + second, times.chords(notes))
        for (staff, second), notes in found.items()
        if notes or not second
    )


def _place(note: Note) -> tuple[int, int]:
    """Staff, and 0 or 1 for its first or second voice."""
    if note.voice is Voice.MELODY:
        return (1, 0) if note.pitch >= _DEEPEST_RIGHT else (2, 0)
    if note.voice is Voice.BASS:
        return (2, 1) if note.pitch < MIDDLE else (1, 1)
    return (1, 1) if note.pitch >= MIDDLE else (2, 0)


class _Written:
    """Rounds ticks to units, beat by beat: a beat is as fine as the onsets in it need."""

    def __init__(self, notes: Sequence[Note], bars: Sequence[WrittenBar]) -> None:
        self._last = bars[-1].end
        self._loose = {
            note.onset // (UNITS * UNIT_TICKS) for note in notes if note.onset % UNIT_TICKS
        }
        starts = {self.onset(note.onset) for note in notes}
        self._struck: dict[int, list[int]] = {}
        for note in notes:
            self._struck.setdefault(note.pitch, []).append(self.onset(note.onset))
        for times in self._struck.values():
            times.sort()
        self._thirds = {start // UNITS for start in starts if start % 3}

    def onset(self, tick: int) -> int:
        quarter, rest = divmod(tick, UNITS * UNIT_TICKS)
        if quarter not in self._loose:
            return _unit(tick)
        near = min(_COARSE, key=lambda each: abs(each * UNIT_TICKS - rest))
        return quarter * UNITS + near

    def chords(self, notes: Sequence[Note]) -> tuple[Struck, ...]:
        """The notes as chords of one layer; one that is struck into ends there."""
        starts: dict[int, dict[int, Note]] = {}
        for note in notes:
            held = starts.setdefault(self.onset(note.onset), {})
            before = held.get(note.pitch)
            if before is None or before.end < note.end:
                held[note.pitch] = note
        onsets = sorted(starts)
        return tuple(
            self._chord(start, following, tuple(held for _, held in sorted(starts[start].items())))
            for start, following in pairwise([*onsets, self._last])
        )

    def _chord(self, start: int, following: int, notes: tuple[Note, ...]) -> Struck:
        # A key that another voice strikes cannot be held over it.
        following = min([following, *(self._again(note.pitch, start) for note in notes)])
        end = min(max(self._end(start, note) for note in notes), following)
        if following - end < _SHORTEST_REST:
            end = following
        return Struck(start, end, notes)

    def _again(self, pitch: int, unit: int) -> int:
        """When a pitch is struck next, in any voice."""
        times = self._struck[pitch]
        index = bisect.bisect_right(times, unit)
        return times[index] if index < len(times) else self._last

    def _end(self, start: int, note: Note) -> int:
        """Where a note is written to end: on a sixteenth, or on a third where thirds are struck."""
        end = note.end / UNIT_TICKS
        beat = int(end // UNITS)
        step = 4 if beat in self._thirds else 3
        found = beat * UNITS + round((end - beat * UNITS) / step) * step
        if found <= start:
            step = 4 if start // UNITS in self._thirds else 3
            found = (start // step + 1) * step
        return found


def bar_of(bars: Sequence[WrittenBar], unit: int) -> int:
    """The index of the bar that holds a unit; the last bar holds all behind it."""
    starts = [bar.start for bar in bars]
    return max(0, bisect.bisect_right(starts, unit) - 1)
