"""Edits of a lane as pure functions: a lane in, a new lane out.

A lane has straight segments and steps and nothing else; a step is two points at one bar. Points
keep their order while they are moved, and a value never leaves its range.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from engine.lanes import Lane
from engine.profile import DIMENSION_BY_NAME

Point = tuple[float, float]
BAR_DIGITS = 4
SAME_BAR = 1e-6


def rounded(name: str, bar: float, value: float, digits: int = 2) -> Point:
    """A point as it is stored: short numbers, within the range of the dimension."""
    dimension = DIMENSION_BY_NAME[name]
    short = min(max(round(value, digits), dimension.minimum), dimension.maximum)
    return max(round(bar, BAR_DIGITS), 1.0), short


def with_point(lane: Lane | None, name: str, bar: float, value: float) -> tuple[Lane, int]:
    """Add a point; returns the lane and the point's index.

    At a bar that has a point the new one comes after it and makes a step; at a bar that has a
    step the later point takes the new value.
    """
    point = rounded(name, bar, value)
    if lane is None:
        return Lane(name, (point,)), 0
    bars = [each for each, _ in lane.points]
    index = bisect.bisect_right(bars, point[0] + SAME_BAR)
    points = list(lane.points)
    if index >= 2 and bars[index - 2] >= point[0] - SAME_BAR:
        points[index - 1] = (bars[index - 1], point[1])
        return replace(lane, points=tuple(points)), index - 1
    if index >= 1 and abs(bars[index - 1] - point[0]) <= SAME_BAR:
        point = (bars[index - 1], point[1])
    points.insert(index, point)
    return replace(lane, points=tuple(points)), index


def with_point_moved(lane: Lane, index: int, bar: float, value: float, digits: int = 2) -> Lane:
    """Move a point; its neighbours hold it between them, and at a neighbour it makes a step."""
    points = list(lane.points)
    low = points[index - 1][0] if index else 1.0
    high = points[index + 1][0] if index + 1 < len(points) else float("inf")
    point = rounded(lane.name, bar, value, digits)
    points[index] = (min(max(point[0], low), high), point[1])
    return replace(lane, points=tuple(points))


def without_point(lane: Lane, index: int) -> Lane | None:
    """Remove a point; the last one takes the lane with it."""
    points = lane.points[:index] + lane.points[index + 1 :]
    return replace(lane, points=points) if points else None


def with_segment_moved(lane: Lane, index: int, by: float, digits: int = 2) -> Lane:
    """Move both ends of segment `index` up or down, together, as far as the range allows.

    Segment 0 lies before the first point and the last one after the last point: these have
    one end.
    """
    ends = segment_ends(lane, index)
    dimension = DIMENSION_BY_NAME[lane.name]
    values = [lane.points[each][1] for each in ends]
    by = min(max(by, dimension.minimum - min(values)), dimension.maximum - max(values))
    points = list(lane.points)
    for each in ends:
        bar, value = points[each]
        points[each] = (bar, rounded(lane.name, bar, value + by, digits)[1])
    return replace(lane, points=tuple(points))


def segment_at(lane: Lane, bar: float) -> int:
    """The segment that a bar lies in: the number of points up to it."""
    return bisect.bisect_right([each for each, _ in lane.points], bar)


def segment_ends(lane: Lane, segment: int) -> tuple[int, ...]:
    """The indices of the points at the ends of a segment."""
    return tuple(each for each in (segment - 1, segment) if 0 <= each < len(lane.points))


def with_stroke(lane: Lane | None, name: str, rest: float, stroke: Sequence[Point]) -> Lane:
    """Draw over a lane: between the ends of the stroke the stroke holds, outside nothing changes.

    Args:
        lane: the lane before, or None where it was flat at `rest`.
        stroke: `(bar, value)` as drawn, in any direction; the later of two at one bar holds.
    """
    drawn: dict[float, float] = dict(rounded(name, bar, value) for bar, value in stroke)
    inside = simplified(sorted(drawn.items()), _tolerance(name))
    first, last = inside[0][0], inside[-1][0]
    before: list[Point] = []
    after: list[Point] = []
    if lane is None:
        opening = closing = rest
    else:
        before = [point for point in lane.points if point[0] < first - SAME_BAR]
        after = [point for point in lane.points if point[0] > last + SAME_BAR]
        opening, closing = _value_before(lane, first), lane.value_at(last)
    if opening != inside[0][1]:
        before.append((first, opening))
    if closing != inside[-1][1]:
        after.insert(0, (last, closing))
    muted = lane is not None and lane.muted
    return tidied(Lane(name, (*before, *inside, *after), muted))


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out points that straight lines between the others pass within `tolerance`."""
    kept = {0, len(points) - 1}
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        (bar, value), (to_bar, to_value) = points[first], points[last]
        slope = (to_value - value) / (to_bar - bar) if to_bar > bar else 0.0
        worst, distance = first, tolerance
        for index in range(first + 1, last):
            off = abs(points[index][1] - value - slope * (points[index][0] - bar))
            if off > distance:
                worst, distance = index, off
        if worst != first:
            kept.add(worst)
            pending += [(first, worst), (worst, last)]
    return [points[index] for index in sorted(kept)]


def tidied(lane: Lane) -> Lane:
    """At most two points at one bar: those between the first and the last have no effect."""
    points: list[Point] = []
    for bar, value in lane.points:
        if len(points) >= 2 and points[-2][0] >= bar - SAME_BAR:
            points[-1] = (points[-1][0], value)
        else:
            points.append((bar, value))
    return replace(lane, points=tuple(points))


def _tolerance(name: str) -> float:
    dimension = DIMENSION_BY_NAME[name]
    return 0.012 * (dimension.maximum - dimension.minimum)


def _value_before(lane: Lane, bar: float) -> float:
    """The value of a lane just before a bar; at a step, the earlier one."""
    for place, value in lane.points:
        if abs(place - bar) <= SAME_BAR:
            return value
    return round(lane.value_at(bar), 3)
