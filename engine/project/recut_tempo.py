"""Tempo marks through a new cut: moved with their bars, and stretched between two places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.project.cue_marks import TempoMark
from engine.project.recut_order import BarOrder
from engine.score import Metre, tick_of_bar


@dataclass(frozen=True, slots=True)
class Nudge:
    """The tempo from one place in bars to another is `factor` times what it was."""

    first: float
    last: float
    factor: float

    @property
    def percent(self) -> float:
        """How much faster, in percent; negative for slower."""
        return (self.factor - 1) * 100


@dataclass(frozen=True, slots=True)
class _Tempi:
    marks: Sequence[TempoMark]
    metres: Sequence[Metre]

    def at(self, bar: float) -> TempoMark:
        """What holds from a bar on."""
        return self._read(sum(mark.bar <= bar for mark in self.marks) - 1, bar)

    def before(self, bar: float) -> TempoMark:
        """What holds just before a bar."""
        return self._read(sum(mark.bar < bar for mark in self.marks) - 1, bar)

    def _read(self, index: int, bar: float) -> TempoMark:
        mark = self.marks[max(index, 0)]
        glides = mark.ramp and index + 1 < len(self.marks)
        if not glides:
            return TempoMark(bar=bar, bpm=mark.bpm)
        goal = self.marks[index + 1]
        start, end = (tick_of_bar(each.bar, self.metres) for each in (mark, goal))
        share = (tick_of_bar(bar, self.metres) - start) / max(end - start, 1)
        bpm = mark.bpm + min(max(share, 0.0), 1.0) * (goal.bpm - mark.bpm)
        return TempoMark(bar=bar, bpm=round(bpm, 4), ramp=True)

    def tick_before(self, bar: float) -> float:
        whole = min(max(int(bar) - 1, 1), len(self.metres))
        return bar - 1 / self.metres[whole - 1].ticks


def recut_tempo(marks: Sequence[TempoMark], order: BarOrder) -> tuple[TempoMark, ...]:
    """The marks of the new version; a glide that is cut keeps its tempi on both sides.

    Args:
        marks: all that hold, the first at bar 1, and the goal of a glide to the end.
    """
    tempi = _Tempi(marks, order.old)
    end, bars = len(order.old) + 1, len(order.sources)
    after = _Tempi((), order.metres)
    found: list[TempoMark] = []
    for index, (first, behind, new) in enumerate(order.pieces):
        offset, close = new - first, new + behind - first
        holding = tempi.at(first)
        if index == 0 and new > 1:
            found.append(TempoMark(bar=1, bpm=holding.bpm))
        found.append(_moved(holding, new))
        goes_on = behind == end and close == bars + 1
        inside = [mark for mark in marks if first < mark.bar and (mark.bar < behind or goes_on)]
        found += [_moved(mark, mark.bar + offset) for mark in inside]
        last = tempi.before(behind)
        if not goes_on and last.ramp:
            place = close if close == bars + 1 else after.tick_before(close)
            found.append(TempoMark(bar=place, bpm=last.bpm))
        if not goes_on and close <= bars and not order.sources[close - 1]:
            found.append(TempoMark(bar=close, bpm=last.bpm))
    return _needed(found)


def nudged(
    marks: Sequence[TempoMark], metres: Sequence[Metre], nudge: Nudge
) -> tuple[TempoMark, ...]:
    """The marks with the tempo between two places changed; outside all stays."""
    tempi = _Tempi(marks, metres)
    first, last = nudge.first, nudge.last

    def faster(mark: TempoMark, bar: float) -> TempoMark:
        return TempoMark(bar=bar, bpm=round(mark.bpm * nudge.factor, 4), ramp=mark.ramp)

    found = [mark for mark in marks if mark.bar < first]
    coming = tempi.before(first)
    if first > 1 and coming.ramp:
        found.append(TempoMark(bar=tempi.tick_before(first), bpm=coming.bpm))
    found.append(faster(tempi.at(first), first))
    found += [faster(mark, mark.bar) for mark in marks if first < mark.bar < last]
    going = tempi.before(last)
    at_end = last >= len(metres) + 1
    if going.ramp:
        place = last if at_end else tempi.tick_before(last)
        found.append(faster(TempoMark(bar=place, bpm=going.bpm), place))
    if not at_end:
        found.append(tempi.at(last))
        found += [mark for mark in marks if mark.bar > last]
    return _needed(found)


def _moved(mark: TempoMark, bar: float) -> TempoMark:
    return mark.model_copy(update={"bar": float(bar)})


def _needed(marks: Sequence[TempoMark]) -> tuple[TempoMark, ...]:
    """Ascending, without marks that say what holds anyway."""
    found: list[TempoMark] = []
    for mark in marks:
        if found and mark.bar <= found[-1].bar:
            found[-1] = _moved(mark, found[-1].bar)
        elif not (found and not found[-1].ramp and not mark.ramp and found[-1].bpm == mark.bpm):
            found.append(mark)
    return tuple(found)
