"""Bars as places in time: ticks to fractional bar numbers and back, and the lines between.

Bar 1 begins at tick 0; a fraction runs evenly through its bar. Beyond the last bar the last
metre goes on.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from enum import IntEnum

from engine.score import Metre, bar_starts


class Line(IntEnum):
    """How strong a grid line is."""

    STEP = 0
    BEAT = 1
    BAR = 2


class BarGrid:
    """The bar lines of a cue, from its metres.

    Args:
        upbeat: ticks before bar 1 that belong to the cue.
    """

    def __init__(self, metres: Sequence[Metre] = (Metre(),) * 8, upbeat: int = 0) -> None:
        self.upbeat = upbeat
        self.metres = tuple(metres) or (Metre(),)
        self.starts = bar_starts(self.metres)

    @property
    def bars(self) -> int:
        return len(self.metres)

    @property
    def begin(self) -> int:
        """The tick at which the cue begins: 0, or before it where there is an upbeat."""
        return -self.upbeat

    @property
    def end(self) -> int:
        """The tick of the last bar line."""
        return self.starts[-1]

    def index(self, tick: float) -> int:
        """The bar index, from 0, that `tick` lies in, kept within the cue."""
        return min(max(bisect.bisect_right(self.starts, tick) - 1, 0), self.bars - 1)

    def bar(self, tick: float) -> float:
        """The fractional bar number, from 1.0."""
        index = self.index(tick)
        return 1.0 + index + (tick - self.starts[index]) / self.metres[index].ticks

    def tick(self, bar: float) -> float:
        """The inverse of `bar`."""
        index = min(max(int(bar) - 1, 0), self.bars - 1)
        return self.starts[index] + (bar - 1.0 - index) * self.metres[index].ticks

    def lines(
        self, first: float, last: float, zoom: float, wanted: int | None = None
    ) -> Iterator[tuple[int, Line]]:
        """The grid lines from tick `first` to `last` that have room at `zoom` pixels a tick.

        Between beats they lie `wanted` ticks apart, where that is given and has room.
        """
        beat = self.metres[0].beat_ticks
        for tick in range(-beat, self.begin - 1, -beat) if first < 0 else ():
            yield tick, Line.BEAT
        for index in range(self.index(first), self.index(last) + 1):
            start, metre = self.starts[index], self.metres[index]
            if metre.ticks * zoom >= 5.0 or index % self.stride(zoom, 5.0) == 0:
                yield start, Line.BAR
            beat = metre.beat_ticks
            step = _step(beat, zoom)
            if wanted and wanted < metre.ticks and wanted * zoom >= 6.0:
                step = wanted
                for tick in range(start + beat, start + metre.ticks, beat) if beat % step else ():
                    yield tick, Line.BEAT
            for tick in range(start + step, start + metre.ticks, step) if step else ():
                yield tick, Line.STEP if (tick - start) % beat else Line.BEAT
        if last >= self.end:
            yield self.end, Line.BAR

    def stride(self, zoom: float, room: float) -> int:
        """How many bars apart labels of `room` pixels may stand: 1, 2, 4, 8, ..."""
        stride, length = 1, self.end / self.bars * zoom
        while stride * length < room and stride < 4096:
            stride *= 2
        return stride

    def snapped(self, tick: float, zoom: float) -> int:
        """The nearest beat line, or the nearest bar line where beats have no room."""
        index = self.index(tick)
        start, metre = self.starts[index], self.metres[index]
        beat = metre.beat_ticks if metre.beat_ticks * zoom >= 10.0 else metre.ticks
        near = start + round((tick - start) / beat) * beat
        return int(min(max(near, self.begin), self.end))


def _step(beat: int, zoom: float) -> int:
    """The finest subdivision of a beat that has room, the beat itself, or 0."""
    for step in (60, 120, 240, beat):
        if beat % step == 0 and step * zoom >= 8.0:
            return step
    return 0
