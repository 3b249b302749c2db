"""Small numbers that look random and depend on nothing but their place.

A note's deviation is looked up by seed and time, never drawn in order, so that changing one note
leaves the others as they were.
"""

from __future__ import annotations

import math

_MASK = (1 << 64) - 1


def unit(seed: int, stream: int, index: int) -> float:
    """A number in [-1, 1) for a place; one `stream` for each kind of deviation."""
    word = _mix(_mix(_mix(seed & _MASK) ^ (stream & _MASK)) ^ (index & _MASK))
    return word / (1 << 63) - 1.0


def drift(seed: int, stream: int, place: float) -> float:
    """A smooth curve through `unit` at whole places: neighbours in time deviate alike.

    Two octaves of it: slow drift carries most, as the timing of people does (Gilden, Thornton
    and Mallon 1995, "1/f noise in human cognition", Science 267).
    """
    slow = _curve(seed, stream, place / 4.0)
    return 0.7 * slow + 0.3 * _curve(seed, stream + 1, place)


def _curve(seed: int, stream: int, place: float) -> float:
    floor = math.floor(place)
    share = 0.5 - 0.5 * math.cos(math.pi * (place - floor))
    before, after = unit(seed, stream, floor), unit(seed, stream, floor + 1)
    return before + share * (after - before)


def _mix(word: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    word = (word + 0x9E3779B97F4A7C15) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)
