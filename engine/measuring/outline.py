"""A measured profile as lanes that a hand could have drawn: few breakpoints, near every bar."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lanes import Lane, Lanes
from engine.profile import DIMENSIONS, Profile

MOST_POINTS = 16
_TOLERANCE = 0.05

Points = tuple[tuple[float, float], ...]


def outline_lanes(whole: Profile, bars: Sequence[Profile]) -> Lanes:
    """Lanes whose value at each bar is near the profile of that bar.

    Args:
        whole: the profile at rest.
        bars: one for each bar, at least one.
    """
    lanes: list[Lane] = []
    for dimension in DIMENSIONS:
        reach = dimension.maximum - dimension.minimum
        values = [profile.get(dimension.name) for profile in bars]
        lanes.append(Lane(dimension.name, outline(values, _TOLERANCE * reach)))
    return Lanes(_rounded(whole), tuple(lanes))


def outline(values: Sequence[float], tolerance: float, most: int = MOST_POINTS) -> Points:
    """Breakpoints `(bar, value)`, bars from 1, whose line stays within a tolerance.

    A curve that would need more than `most` points is smoothed over ever more bars until they
    suffice: its course is kept, its flicker is not. A flat line is one point.
    """
    reach = 0
    while True:
        calm = _smoothed(values, reach)
        if max(calm) - min(calm) <= 2 * tolerance:
            return ((1.0, round(sum(values) / len(values), 2)),)
        kept = _kept(calm, tolerance)
        if len(kept) <= most:
            return tuple((float(index + 1), round(calm[index], 2)) for index in kept)
        reach = 2 * reach + 1


def _smoothed(values: Sequence[float], reach: int) -> list[float]:
    """The mean over so many bars on both sides of each."""
    windows = (values[max(bar - reach, 0) : bar + reach + 1] for bar in range(len(values)))
    return [sum(window) / len(window) for window in windows]


def _kept(values: Sequence[float], tolerance: float) -> list[int]:
    """The indices that the line through them needs: ends, and what lies farthest off."""
    kept, spans = {0, len(values) - 1}, [(0, len(values) - 1)]
    while spans:
        first, last = spans.pop()
        rise = (values[last] - values[first]) / max(last - first, 1)
        off = [abs(values[i] - values[first] - rise * (i - first)) for i in range(first, last + 1)]
        farthest = max(range(len(off)), key=off.__getitem__)
        if off[farthest] > tolerance:
            kept.add(first + farthest)
            spans += [(first, first + farthest), (first + farthest, last)]
    return sorted(kept)


def _rounded(profile: Profile) -> Profile:
    return Profile.from_values(*(round(value, 2) for value in profile.values()))
