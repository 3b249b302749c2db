"""What can be done about a new cut: which bars may go or come, and where the tempo may give way.

It looks near the cut, leaves locked bars alone, and knows seconds of bar lines only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.config.schema import Settings
from engine.project.cue import Cue
from engine.project.picture_clock import PictureClock
from engine.project.recut_cue import Cut
from engine.project.recut_landing import surviving
from engine.project.recut_order import BarOrder, cut_out, put_in
from engine.project.recut_tempo import Nudge
from engine.score import METRES, Metre

MOST_BENT = 0.06
"""How far the tempo may give way, as a share."""
_ENOUGH_FRAMES = 0.5
_NEAR_BARS = 2
_FARTHEST_BARS = 64
# What a bar of changed tempo costs, beside a percent of change; and a metre of another beat.
_BAR_COST, _OTHER_BEAT = 0.12, 0.4
_BENT_COST = 100.0


@dataclass(frozen=True, slots=True)
class Timing:
    """A cue before the cut, as times.

    Args:
        lines: seconds of each bar line and of the end.
        hits: place in bars and seconds in the new picture of each hit that survives.
        locked: bars that stay as they are.
    """

    cut: Cut
    clock: PictureClock
    lines: tuple[float, ...]
    hits: tuple[tuple[float, float], ...]
    locked: frozenset[int]

    @classmethod
    def of(cls, cue: Cue, settings: Settings, cut: Cut) -> Timing:
        clock = PictureClock.of(cue, settings)
        hits = surviving(cue, clock, cut)
        bars = (bar for lock in cue.locked for bar in range(lock.first, lock.last + 1))
        return cls(
            cut,
            clock,
            tuple(clock.seconds_of_bar(bar) for bar in range(1, cue.bars + 2)),
            tuple((bar, seconds) for _, bar, seconds in hits),
            frozenset(bars),
        )

    @property
    def metres(self) -> tuple[Metre, ...]:
        return self.clock.metres

    @property
    def bars(self) -> int:
        return len(self.metres)

    def length(self, first: int, count: int) -> float:
        """Seconds of so many bars."""
        return self.lines[first - 1 + count] - self.lines[first - 1]


def orders_of(kind: str, timing: Timing) -> list[BarOrder]:
    """The ways of one kind, those that leave least over first."""
    if kind == "tempo":
        metres = timing.metres
        return [BarOrder(metres, tuple(range(1, len(metres) + 1)), metres)]
    out = timing.cut.seconds < 0
    if kind == "bars":
        ways = _bars_out(timing) if out else _bars_in(timing)
    else:
        ways = _odd_out(timing) if out else _odd_in(timing)
    ordered = sorted(ways, key=lambda way: way[0])
    found: list[BarOrder] = []
    for _, order in ordered:
        if order not in found:
            found.append(order)
    return found


_Ways = Iterator[tuple[float, BarOrder]]


def _near(timing: Timing, moment: float) -> range:
    """The bars about a moment, the one behind the end among them; beyond locked ones too."""
    bar = bisect_right(timing.lines, moment + 1e-6)
    low, high = max(bar - _NEAR_BARS, 1), min(bar + _NEAR_BARS, timing.bars + 1)
    while low in timing.locked and low > 1:
        low -= 1
    while high - 1 in timing.locked and high <= timing.bars:
        high += 1
    return range(low, high + 1)


def _open_lines(timing: Timing, moment: float) -> Iterator[int]:
    """The bars about a moment before which others may come: not within locked ones."""
    for before in _near(timing, moment):
        if not {before - 1, before} <= timing.locked:
            yield before


def _distance(timing: Timing, bar: int) -> float:
    """How far the seam lies from the cut, in seconds, at a quarter of its weight."""
    return abs(timing.lines[bar - 1] - timing.cut.at) / 4


def _bars_out(timing: Timing) -> _Ways:
    wanted = -timing.cut.seconds
    for first in _near(timing, timing.cut.at):
        for count in _counts_out(timing, first, wanted):
            if count:
                over = abs(timing.length(first, count) - wanted)
                order = cut_out(timing.metres, first, count, None, timing.locked)
                yield over + _distance(timing, first), order


def _counts_out(timing: Timing, first: int, wanted: float) -> list[int]:
    """How many bars from one on last a little less and a little more; no locked one."""
    most = 0
    while first + most <= timing.bars and first + most not in timing.locked:
        most += 1
    if first == 1 and most == timing.bars:
        most -= 1
    less = max((n for n in range(most + 1) if timing.length(first, n) <= wanted + 1e-9), default=0)
    return [n for n in (less, less + 1) if n <= most]


def _second(timing: Timing, bar: int) -> float:
    """Seconds of a tick of a bar."""
    bar = min(max(bar, 1), timing.bars)
    return timing.length(bar, 1) / timing.metres[bar - 1].ticks


def _bars_in(timing: Timing) -> _Ways:
    wanted = timing.cut.seconds
    for before in _open_lines(timing, timing.cut.at):
        metre = timing.metres[max(before - 2, 0)]
        one = metre.ticks * _second(timing, before - 1)
        for count in {max(int(wanted / one + 1e-9), 1), int(wanted / one + 1e-9) + 1}:
            over = abs(count * one - wanted)
            yield over + _distance(timing, before), put_in(timing.metres, before, (metre,) * count)


def _odd_out(timing: Timing) -> _Ways:
    wanted = -timing.cut.seconds
    for first in _near(timing, timing.cut.at):
        for count in {0, *_counts_out(timing, first, wanted)}:
            for odd in {first + count, first - 1} & set(range(1, timing.bars + 1)):
                if odd in timing.locked:
                    continue
                for metre, cost in _others(timing.metres[odd - 1]):
                    more = metre.ticks - timing.metres[odd - 1].ticks
                    gone = timing.length(first, count) - more * _second(timing, odd)
                    over = abs(gone - wanted)
                    order = cut_out(timing.metres, first, count, (odd, metre), timing.locked)
                    yield over + cost + _distance(timing, first), order


def _odd_in(timing: Timing) -> _Ways:
    wanted = timing.cut.seconds
    for before in _open_lines(timing, timing.cut.at):
        plain, tick = timing.metres[max(before - 2, 0)], _second(timing, before - 1)
        for metre, cost in _others(plain):
            left = wanted - metre.ticks * tick
            count = max(round(left / (plain.ticks * tick)), 0)
            over = abs(left - count * plain.ticks * tick)
            order = put_in(timing.metres, before, (*(plain,) * count, metre))
            yield over + cost + _distance(timing, before), order
        if before > timing.bars or before in timing.locked:
            continue
        for metre, cost in _others(timing.metres[before - 1]):
            more = metre.ticks - timing.metres[before - 1].ticks
            over = abs(wanted - more * _second(timing, before))
            order = cut_out(timing.metres, before, 0, (before, metre), timing.locked)
            yield over + cost + _distance(timing, before), order


def _others(metre: Metre) -> Iterator[tuple[Metre, float]]:
    """Other metres, and what it costs where they count other beats."""
    for other in METRES:
        if other != metre:
            yield other, 0.0 if other.denominator == metre.denominator else _OTHER_BEAT


def best_nudge(timing: Timing, order: BarOrder, clock: PictureClock) -> Nudge | None:
    """Where the tempo gives way so that all behind it is in time again; None where it need not,
    or no stretch of unlocked bars is long enough.

    Args:
        order: of the bars.
        clock: of the new version, with its tempo as it comes over.
    """
    bars = len(order.sources)
    lines = [clock.seconds_of_bar(bar) for bar in range(1, bars + 2)]
    cut = timing.cut
    late = lines[-1] - (timing.lines[-1] + cut.seconds)
    frame = 1.0 / clock.rate.per_second
    if abs(late) <= _ENOUGH_FRAMES * frame:
        return None
    locked = {new for old in timing.locked if (new := order.bar(old)) is not None}
    hits = [
        (clock.seconds_of_bar(place), seconds)
        for bar, seconds in timing.hits
        if (place := order.place(bar)) is not None
    ]
    low, high = _seam_lines(timing, order, lines)
    best: tuple[tuple[float, ...], Nudge] | None = None
    for first in _back(low, locked):
        for last in _forth(high, bars, locked):
            if last <= first or not locked.isdisjoint(range(first, last)):
                continue
            span = lines[last - 1] - lines[first - 1]
            if span <= late or not abs(span / (span - late) - 1) <= MOST_BENT:
                continue
            nudge = Nudge(float(first), float(last), span / (span - late))
            missed = _missed(hits, lines[first - 1], lines[last - 1], nudge.factor, late, frame)
            bent = abs(nudge.factor - 1) * _BENT_COST + _BAR_COST * (last - first)
            if best is None or (missed, bent) < best[0]:
                best = ((missed, bent), nudge)
    return best[1] if best else None


def _seam_lines(timing: Timing, order: BarOrder, lines: list[float]) -> tuple[int, int]:
    """The last bar line before the seam and the first behind it, in new bars."""
    cut = timing.cut
    after = cut.at + max(cut.seconds, 0.0)
    low = max(bisect_right(lines, cut.at + 1e-6), 1)
    high = next((bar for bar, at in enumerate(lines, 1) if at >= after - 1e-6), len(lines))
    touched = [*order.seam]
    joins = [new for first, _, new in order.pieces if (first, new) != (1, 1)]
    joins += [earlier[2] + earlier[1] - earlier[0] for earlier, _ in pairwise(order.pieces)]
    places = [*touched, *joins]
    return min([low, *places]), max([min(high, len(lines)), *(bar + 1 for bar in touched), *joins])


def _back(line: int, locked: set[int]) -> Iterator[int]:
    """Bar lines from one on backwards, up to a locked bar."""
    for first in range(line, max(line - _FARTHEST_BARS, 0), -1):
        yield first
        if first - 1 in locked:
            return


def _forth(line: int, bars: int, locked: set[int]) -> Iterator[int]:
    for last in range(line, min(line + _FARTHEST_BARS, bars + 1) + 1):
        yield last
        if last in locked:
            return


def _missed(
    hits: list[tuple[float, float]],
    first: float,
    last: float,
    factor: float,
    late: float,
    frame: float,
) -> int:
    """How many hits are more than a frame off, of which each is (heard, wanted)."""
    count = 0
    for heard, wanted in hits:
        if heard >= last:
            heard -= late
        elif heard > first:
            heard = first + (heard - first) / factor
        count += abs(heard - wanted) > frame
    return count
