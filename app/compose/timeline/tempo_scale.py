"""Tempi to heights: a pure value in logical pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_AIR = 12.0
_LEAST = 40.0
_SLOWEST, _FASTEST = 20.0, 300.0


@dataclass(frozen=True, slots=True)
class TempoScale:
    """From `low` quarter notes a minute at the foot of a row to `high` at its head."""

    low: float
    high: float

    @classmethod
    def of(cls, tempi: Sequence[float]) -> TempoScale:
        """A scale with room above and below these tempi."""
        low, high = min(tempi), max(tempi)
        wide = max(high - low, _LEAST) * 1.3
        middle = (low + high) / 2
        return cls(middle - wide / 2, middle + wide / 2)

    def y(self, bpm: float, top: float, height: float) -> float:
        share = (bpm - self.low) / (self.high - self.low)
        return top + height - _AIR + 4 - share * (height - 2 * _AIR + 4)

    def bpm(self, y: float, top: float, height: float) -> float:
        """The inverse of `y`, within what music goes at."""
        share = (top + height - _AIR + 4 - y) / (height - 2 * _AIR + 4)
        return min(max(self.low + share * (self.high - self.low), _SLOWEST), _FASTEST)

    def a_pixel(self, height: float) -> float:
        """Quarter notes a minute that a pixel stands for."""
        return (self.high - self.low) / (height - 2 * _AIR + 4)
