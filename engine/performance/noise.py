"""Small numbers that look random and depend on nothing but their place.

A note's deviation is looked up by seed and time, never drawn in order, so that changing one note
leaves the others as they were.
"""

from __future__ import annotations

import math

_MASK = (1 << 64) - 1


class Noise:
    """The numbers of one seed; what was looked up before is remembered."""

    def __init__(self, seed: int) -> None:
        self._seed = _mix(seed & _MASK)
        self._streams: dict[int, int] = {}
        self._knots: dict[tuple[int, int], float] = {}

    def unit(self, stream: int, index: int) -> float:
        """A number in [-1, 1) for a place; one `stream` for each kind of deviation."""
        start = self._streams.get(stream)
        if start is None:
            start = self._streams[stream] = _mix(self._seed ^ (stream & _MASK))
        return _mix(start ^ (index & _MASK)) / (1 << 63) - 1.0

    def drift(self, stream: int, place: float) -> float:
        """A smooth curve through `unit` at whole places: neighbours in time deviate alike.

        Two octaves of it: slow drift carries most, as the timing of people does (Gilden, Thornton
        and Mallon 1995, "1/f noise in human cognition", Science 267).
        """
        return 0.7 * self._curve(stream, place / 4.0) + 0.3 * self._curve(stream + 1, place)

    def _curve(self, stream: int, place: float) -> float:
        floor = math.floor(place)
        share = 0.5 - 0.5 * math.cos(math.pi * (place - floor))
        before = self._knot(stream, floor)
        return before + share * (self._knot(stream, floor + 1) - before)

    def _knot(self, stream: int, index: int) -> float:
        known = self._knots.get((stream, index))
        if known is None:
            known = self._knots[stream, index] = self.unit(stream, index)
        return known


def _mix(word: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    word = (word + 0x9E3779B97F4A7C15) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)
