"""The grid that notes snap to: a bar, a note value, a triplet of it, or none.

Pure values; grids begin anew at each bar line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.compose.timeline.bars import BarGrid
from engine.score import TICKS_PER_QUARTER

FREE_STEP = 10
FREE_LENGTH = TICKS_PER_QUARTER // 4


@dataclass(frozen=True, slots=True)
class Snap:
    """A grid. `ticks` is its step, 0 for a whole bar, None for no grid."""

    name: str
    ticks: int | None

    def step(self, bars: BarGrid, tick: float) -> int:
        """The step at a place in ticks; without a grid, that of a nudge."""
        if self.ticks is None:
            return FREE_STEP
        metre = bars.metres[bars.index(tick)]
        return min(self.ticks or metre.ticks, metre.ticks)

    def length(self, bars: BarGrid, tick: float) -> int:
        """How long a note is drawn."""
        return FREE_LENGTH if self.ticks is None else self.step(bars, tick)

    def below(self, bars: BarGrid, tick: float) -> int:
        """The grid line at `tick` or before it."""
        if self.ticks is None:
            return math.floor(tick)
        start, step = bars.starts[bars.index(tick)], self.step(bars, tick)
        return start + math.floor((tick - start) / step) * step

    def nearest(self, bars: BarGrid, tick: float) -> int:
        """The grid line nearest to `tick`; bar lines belong to every grid."""
        if self.ticks is None:
            return round(tick)
        before = self.below(bars, tick)
        index = bars.index(tick)
        line = bars.starts[index + 1]
        after = before + self.step(bars, tick)
        if before < line:
            after = min(after, line)
        return after if after - tick <= tick - before else before


SNAPS = (
    Snap("Bar", 0),
    Snap("1/2", TICKS_PER_QUARTER * 2),
    Snap("1/4", TICKS_PER_QUARTER),
    Snap("1/8", TICKS_PER_QUARTER // 2),
    Snap("1/16", TICKS_PER_QUARTER // 4),
    Snap("1/32", TICKS_PER_QUARTER // 8),
    Snap("1/4T", TICKS_PER_QUARTER * 2 // 3),
    Snap("1/8T", TICKS_PER_QUARTER // 3),
    Snap("1/16T", TICKS_PER_QUARTER // 6),
    Snap("Off", None),
)
USUAL = SNAPS[4]
