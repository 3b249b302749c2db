"""What a hand did to a slider while the music played, as breakpoints of its lane; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lanes import Lane
from engine.profile import DIMENSION_BY_NAME

Point = tuple[float, float]
TOLERANCE = 0.006
"""How far the lane may leave the hand, as a share of the slider's way."""
RESTING_BARS = 0.06
"""A hand that was still for longer held its value, and did not glide."""


def written(
    lane: Lane | None, name: str, rest: float, moves: Sequence[Point], end: float, bars: int
) -> Lane:
    """A lane after one pass of writing; outside the pass it is as it was.

    Args:
        lane: as it was, None without one.
        rest: the value of the slider where there is no lane.
        moves: `(bar, value)` as the hand made them, ascending, one at least. From the first on
            each value is held until the next.
        end: the bar at which the pass ended, bars counting from 1.
        bars: length of the cue; a pass that reaches its end needs no way back.
    """
    begin, last = moves[0][0], max(end, moves[-1][0])
    old = lane.points if lane is not None else ()
    points = [point for point in old if point[0] < begin]
    before = _value_before(lane, rest, begin)
    if points or lane is None or begin > 1:
        points.append((begin, before))
    points += thinned(_held(moves, last), name)
    if last < bars + 1 - RESTING_BARS:
        points.append((last, _value(lane, rest, last)))
        points += [point for point in old if point[0] > last]
    return Lane(name, _ascending(points))


def thinned(points: Sequence[Point], name: str) -> list[Point]:
    """The fewest of these points whose straight lines stay near all of them; steps stay steps."""
    dimension = DIMENSION_BY_NAME[name]
    allowed = TOLERANCE * (dimension.maximum - dimension.minimum)
    kept = {0, len(points) - 1}
    stretches = [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        worst, at = allowed, None
        for index in range(first + 1, last):
            away = _away(points[index], points[first], points[last])
            if away > worst:
                worst, at = away, index
        if at is not None:
            kept.add(at)
            stretches += [(first, at), (at, last)]
    return [points[index] for index in sorted(kept)]


def _held(moves: Sequence[Point], end: float) -> list[Point]:
    """The moves with the rests between them said, up to the end of the pass."""
    points: list[Point] = []
    for bar, value in moves:
        if points and bar - points[-1][0] > RESTING_BARS:
            points.append((bar, points[-1][1]))
        points.append((bar, value))
    if end > points[-1][0]:
        points.append((end, points[-1][1]))
    return points


def _away(point: Point, first: Point, last: Point) -> float:
    if last[0] == first[0]:
        return abs(point[1] - first[1])
    share = (point[0] - first[0]) / (last[0] - first[0])
    return abs(point[1] - first[1] - share * (last[1] - first[1]))


def _value(lane: Lane | None, rest: float, bar: float) -> float:
    return lane.value_at(bar) if lane is not None else rest


def _value_before(lane: Lane | None, rest: float, bar: float) -> float:
    """The value just before `bar`: at a step, the earlier one."""
    if lane is None:
        return rest
    earlier = [point for point in lane.points if point[0] < bar]
    later = [point for point in lane.points if point[0] >= bar]
    if not earlier or not later:
        return later[0][1] if later else earlier[-1][1]
    (begin, first), (end, last) = earlier[-1], later[0]
    return first + (bar - begin) / (end - begin) * (last - first)


def _ascending(points: Sequence[Point]) -> tuple[Point, ...]:
    """Rounded, and at most two points at one bar: the step's both sides."""
    found: list[Point] = []
    for bar, value in points:
        point = (round(max(bar, 1.0), 4), round(value, 4))
        if len(found) > 1 and found[-1][0] == found[-2][0] == point[0]:
            found.pop()
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found)
