"""Drags inside a lane: a point, a segment, or freehand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import THRESHOLD, Desk, Modifiers
from app.compose.timeline.lane_editing import (
    Point,
    segment_at,
    tidied,
    with_point,
    with_point_moved,
    with_segment_moved,
    with_stroke,
)
from app.compose.timeline.lane_hand import PointMarquee
from app.compose.timeline.lanes import Scale, lane_scale
from app.compose.timeline.state import TimelineState
from engine.lanes import Lane

FINE = 0.1
_FINE_DIGITS = 3
_GRAB = 8.0
_NEAR_LINE = 5.0
_CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PointDrag:
    """Moves one point; Shift moves it finely, Ctrl leaves the grid.

    Args:
        before: the lane as it was, to be restored on Esc; None where there was none.
        lane: the lane with the point in it.
    """

    def __init__(
        self, desk: Desk, before: Lane | None, lane: Lane, index: int, position: QPointF
    ) -> None:
        self._desk = desk
        self._before = before
        self._lane = lane
        self._start = lane
        self._index = index
        self._pointer = position
        self._place = _place_of(desk.state, lane, index)
        self._digits = 2
        desk.choose_point(lane.name, index)
        if lane != before:
            desk.show_lane(lane.name, lane)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        speed = FINE if fine else 1.0
        self._place += (position - self._pointer) * speed
        self._pointer = position
        self._digits = max(self._digits, _FINE_DIGITS if fine else 2)
        state, name = self._desk.state, self._lane.name
        bar = bar_at(state, self._place.x(), free=fine or _free(modifiers))
        value = _scale(state, name).value(self._place.y() - state.row(name).top)
        self._lane = with_point_moved(self._start, self._index, bar, value, self._digits)
        self._desk.show_lane(name, self._lane)

    def finish(self) -> None:
        lane = tidied(self._lane)
        point = self._lane.points[self._index]
        kept = lane.points.index(point) if point in lane.points else None
        if lane != self._before:
            self._desk.commit_lane(lane.name, lane)
        self._desk.choose_point(lane.name, kept)

    def cancel(self) -> None:
        self._desk.choose_point(self._lane.name, None)
        self._desk.restore_lane(self._lane.name, self._before)


class SegmentDrag:
    """Moves both ends of a segment up or down; without a move it adds a point on the line."""

    def __init__(self, desk: Desk, lane: Lane, position: QPointF, modifiers: Modifiers) -> None:
        self._desk = desk
        self._before = lane
        self._lane = lane
        self._start = self._pointer = position
        self._bar = bar_at(desk.state, position.x(), free=_free(modifiers))
        grabbed = bar_at(desk.state, position.x(), free=True)
        self._segment = segment_at(lane, grabbed)
        self._pixels = 0.0
        self._moving = False

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._pixels += (position.y() - self._pointer.y()) * (FINE if fine else 1.0)
        self._pointer = position
        if not self._moving and abs(position.y() - self._start.y()) < THRESHOLD:
            return
        self._moving = True
        scale = _scale(self._desk.state, self._before.name)
        by = -self._pixels * scale.per_pixel
        digits = _FINE_DIGITS if fine else 2
        self._lane = with_segment_moved(self._before, self._segment, by, digits)
        self._desk.show_lane(self._lane.name, self._lane)

    def finish(self) -> None:
        lane, name = self._lane, self._before.name
        if not self._moving:
            lane, index = with_point(lane, name, self._bar, lane.value_at(self._bar))
            self._desk.choose_point(name, index)
        if lane != self._before:
            self._desk.commit_lane(name, lane)

    def cancel(self) -> None:
        self._desk.restore_lane(self._before.name, self._before)


class Freehand:
    """Draws over the lane while Alt is held at the press."""

    def __init__(self, desk: Desk, name: str, position: QPointF) -> None:
        self._desk = desk
        self._name = name
        self._before = desk.state.lane(name)
        self._stroke: list[Point] = [self._sample(position)]
        self._lane: Lane | None = self._before
        desk.choose_point(name, None)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        self._stroke.append(self._sample(position))
        rest = self._desk.state.lanes.profile.get(self._name)
        self._lane = with_stroke(self._before, self._name, rest, self._stroke)
        self._desk.show_lane(self._name, self._lane)

    def finish(self) -> None:
        if len(self._stroke) == 1:
            self._lane, _ = with_point(self._before, self._name, *self._stroke[0])
        if self._lane != self._before:
            self._desk.commit_lane(self._name, self._lane)

    def cancel(self) -> None:
        self._desk.restore_lane(self._name, self._before)

    def _sample(self, position: QPointF) -> Point:
        state = self._desk.state
        value = _scale(state, self._name).value(position.y() - state.row(self._name).top)
        return bar_at(state, position.x(), free=True), value


def lane_gesture(
    desk: Desk, name: str, position: QPointF, modifiers: Modifiers
) -> PointDrag | SegmentDrag | Freehand | PointMarquee:
    """The gesture that a press in a lane begins."""
    state = desk.state
    if modifiers == _CHOOSING:
        return PointMarquee(desk, name, lambda at: bar_at(state, at.x(), free=True), position)
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return Freehand(desk, name, position)
    lane = state.lane(name)
    index = point_at(state, name, position)
    if lane is not None and index is not None:
        return PointDrag(desk, lane, lane, index, position)
    if lane is not None and near_line(state, lane, position):
        return SegmentDrag(desk, lane, position, modifiers)
    bar = bar_at(state, position.x(), free=_free(modifiers))
    value = _scale(state, name).value(position.y() - state.row(name).top)
    added, index = with_point(lane, name, bar, value)
    return PointDrag(desk, lane, added, index, position)


def point_at(state: TimelineState, name: str, position: QPointF) -> int | None:
    """The point of a lane under the pointer, the nearest of several."""
    lane = state.lane(name)
    if lane is None:
        return None
    nearest, distance = None, _GRAB
    for index in range(len(lane.points)):
        away = position - _place_of(state, lane, index)
        length = (away.x() ** 2 + away.y() ** 2) ** 0.5
        if length < distance:
            nearest, distance = index, length
    return nearest


def near_line(state: TimelineState, lane: Lane, position: QPointF) -> bool:
    """Whether the pointer is on the line of a lane."""
    value = lane.value_at(bar_at(state, position.x(), free=True))
    y = state.row(lane.name).top + _scale(state, lane.name).y(value)
    return abs(position.y() - y) <= _NEAR_LINE


def bar_at(state: TimelineState, x: float, *, free: bool) -> float:
    """The fractional bar at widget position `x`, on the grid unless `free`, within the cue."""
    tick = min(max(state.time.tick(x - GUTTER), 0.0), float(state.bars.end))
    return state.bars.bar(tick if free else state.bars.snapped(tick, state.time.zoom))


def _place_of(state: TimelineState, lane: Lane, index: int) -> QPointF:
    bar, value = lane.points[index]
    row = state.row(lane.name)
    x = GUTTER + state.time.x(state.bars.tick(bar))
    return QPointF(x, row.top + lane_scale(lane.name, row.height).y(value))


def _scale(state: TimelineState, name: str) -> Scale:
    return lane_scale(name, state.row(name).height)


def _free(modifiers: Modifiers) -> bool:
    return bool(modifiers & Qt.KeyboardModifier.ControlModifier)
