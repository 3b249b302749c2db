"""Locked bars as stretches: locking, unlocking, and what is left open. Pure functions.

Stretches are first and last bar, from 1, both included.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.project.cue_marks import LockedBars

Stretch = tuple[int, int]


def with_lock(locked: Iterable[LockedBars], first: int, last: int) -> tuple[LockedBars, ...]:
    """The locks with bars `first` to `last` added; stretches that touch become one."""
    merged: list[Stretch] = []
    for low, high in sorted([*_stretches(locked), (first, last)]):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return _locks(merged)


def without_lock(locked: Iterable[LockedBars], first: int, last: int) -> tuple[LockedBars, ...]:
    """The locks with bars `first` to `last` taken out."""
    left: list[Stretch] = []
    for low, high in _stretches(locked):
        left += [(low, min(high, first - 1)), (max(low, last + 1), high)]
    return _locks(sorted({each for each in left if each[0] <= each[1]}))


def lock_at(locked: Iterable[LockedBars], bar: int) -> LockedBars | None:
    """The stretch that a bar lies in."""
    return next((each for each in locked if each.first <= bar <= each.last), None)


def open_stretches(locked: Iterable[LockedBars], bars: int) -> tuple[Stretch, ...]:
    """The stretches of bars 1 to `bars` that are not locked, in order."""
    found: list[Stretch] = []
    next_bar = 1
    for low, high in _stretches(locked):
        if next_bar < min(low, bars + 1):
            found.append((next_bar, min(low - 1, bars)))
        next_bar = max(next_bar, high + 1)
    if next_bar <= bars:
        found.append((next_bar, bars))
    return tuple(found)


def _stretches(locked: Iterable[LockedBars]) -> list[Stretch]:
    return [(each.first, each.last) for each in locked]


def _locks(stretches: Iterable[Stretch]) -> tuple[LockedBars, ...]:
    return tuple(LockedBars(first=first, last=last) for first, last in stretches)
