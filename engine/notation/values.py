"""Which note values, dots and triplets a stretch of time is written with.

Time is in units, twelve a quarter note, as in the token format: sixteenths and triplets are
exact. It knows neither pitches nor XML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from engine.errors import PsychoscoreError
from engine.score import TICKS_PER_QUARTER, Metre

UNITS = 12
"""Units a quarter note."""
UNIT_TICKS = TICKS_PER_QUARTER // UNITS

# Units of each plain and dotted value: name and dots.
_PLAIN: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        72: ("whole", 1),
        48: ("whole", 0),
        36: ("half", 1),
        24: ("half", 0),
        18: ("quarter", 1),
        12: ("quarter", 0),
        9: ("eighth", 1),
        6: ("eighth", 0),
        3: ("16th", 0),
    }
)
# The same inside a triplet, where three stand for two.
_TRIPLET: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        8: ("quarter", 0),
        6: ("eighth", 1),
        4: ("eighth", 0),
        3: ("16th", 1),
        2: ("16th", 0),
        1: ("32nd", 0),
    }
)


_FOUR = (0, 12, 24, 36, 48)


@dataclass(frozen=True, slots=True)
class Triplet:
    """Three notes of a kind in the time of two, over `length` units from `start` of the bar."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def kind(self) -> str:
        """The value of which three stand for two."""
        return "eighth" if self.length == UNITS else "16th"


@dataclass(frozen=True, slots=True)
class Value:
    """One written value: units from the bar line, its name, dots, and the triplet it is in."""

    start: int
    length: int
    name: str
    dots: int
    triplet: Triplet | None = None

    @property
    def end(self) -> int:
        return self.start + self.length


def bar_units(metre: Metre) -> int:
    """Units of a bar.

    Raises:
        PsychoscoreError: its bars cannot be divided into eighth notes.
    """
    units, rest = divmod(metre.ticks, UNIT_TICKS)
    if rest or units % 6:
        raise PsychoscoreError(
            f"Bars of {metre} cannot be written.", "Bars of whole eighth notes can."
        )
    return units


def beats(metre: Metre) -> tuple[int, ...]:
    """Units from the bar line at which each beat begins, and the end of the bar.

    A quarter note, or a dotted one in metres of threes; seven eighths are two, two and three.
    """
    whole = bar_units(metre)
    if metre.beat_ticks == 18 * UNIT_TICKS or metre == Metre(3, 8):
        return tuple(range(0, whole + 1, 18))
    found = list(range(0, whole, UNITS))
    if len(found) > 1 and (whole - found[-1]) == 6:
        found.pop()
    return (*found, whole)


def triplets(metre: Metre, borders: Iterable[int]) -> tuple[Triplet, ...]:
    """The triplets that a bar needs.

    Args:
        borders: units from the bar line at which a note or rest begins or ends.
    """
    odd = sorted(border for border in set(borders) if border % 3)
    even = set(borders)
    found: list[Triplet] = []
    for begin, end in pairwise(beats(metre)):
        inside = [border for border in odd if begin < border < end]
        if not inside:
            continue
        if end - begin == UNITS and begin + 6 not in even:
            found.append(Triplet(begin, UNITS))
            continue
        for half in range(begin, end - 5, 6):
            if any(half < border < half + 6 for border in inside):
                found.append(Triplet(half, 6))
    return tuple(found)


def write_values(
    start: int, end: int, metre: Metre, within: Sequence[Triplet]
) -> tuple[Value, ...]:
    """The values, to be tied, that a stretch of one bar is written with.

    Args:
        start, end: units from the bar line.
        within: the triplets of the bar; a stretch begins and ends on sixteenths outside them.
    """
    found: list[Value] = []
    at = start
    for group in within:
        if group.end <= at or group.start >= end:
            continue
        found += _plain(at, group.start, metre)
        at = max(at, group.start)
        stop = min(end, group.end)
        if at == group.start and stop == group.end:
            found += _plain(at, stop, metre)
        else:
            found += _greedy(at, stop, group)
        at = stop
    return (*found, *_plain(at, end, metre))


def _greedy(start: int, end: int, group: Triplet) -> list[Value]:
    found: list[Value] = []
    while start < end:
        length = next(each for each in _TRIPLET if each <= end - start)
        found.append(Value(start, length, *_TRIPLET[length], group))
        start += length
    return found


def _plain(start: int, end: int, metre: Metre) -> list[Value]:
    found: list[Value] = []
    lines = beats(metre)
    while start < end:
        left = end - start
        length = next(
            each for each in _PLAIN if each <= left and _readable(start, each, left, lines)
        )
        found.append(Value(start, length, *_PLAIN[length]))
        start += length
    return found


def _readable(start: int, length: int, left: int, lines: Sequence[int]) -> bool:
    """Whether a value may stand there: inside a beat, or over whole beats from a beat on.

    A quarter note may also be syncopated, and a dotted one begin on a beat, where the middle of
    a bar of four stays in sight.
    """
    if length == 3:
        return True
    begin = max(line for line in lines if line <= start)
    end = min(line for line in lines if line > start)
    stop = start + length
    if stop <= end:
        step = length // 3 if length % 9 == 0 else length // 2
        return (start - begin) % max(3, step) == 0
    hides_middle = lines == _FOUR and start < _FOUR[2] < stop
    if end - begin == UNITS and not hides_middle:
        if start in lines and length == 18 and stop < lines[-1]:
            return True
        if start - begin == 6 and length == left == UNITS and stop < lines[-1]:
            return True
    return start in lines and stop in lines
