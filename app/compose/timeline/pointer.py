"""What the pointer and the wheel do, by where they are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent

from app.compose.timeline.geometry import GUTTER, KEYS, LOOP_BAR
from app.compose.timeline.gestures import Desk, Gesture, Glissando, Modifiers, Pan, RulerDrag
from app.compose.timeline.lane_gestures import lane_gesture, near_line, point_at
from app.compose.timeline.note_gestures import note_cursor, roll_gesture, velocity_gesture
from app.compose.timeline.note_places import note_at, stem_at
from app.compose.timeline.plan import RANKED
from app.compose.timeline.plan_drag import PlanDrag
from app.compose.timeline.state import TimelineState, is_lane

_EDGE = 5.0


def begin(
    desk: Desk, position: QPointF, button: Qt.MouseButton, modifiers: Modifiers
) -> Gesture | None:
    """The gesture that a press begins, or None where a press does nothing."""
    state = desk.state
    row = state.row_at(position.y())
    if button == Qt.MouseButton.MiddleButton:
        return Pan(desk, position)
    if button != Qt.MouseButton.LeftButton:
        return None
    if row.name == "roll" and GUTTER - KEYS <= position.x() < GUTTER:
        return Glissando(desk, position)
    if position.x() < GUTTER:
        return None
    if row.name == "ruler":
        return RulerDrag(desk, position, modifiers, _grabbed_end(state, position))
    if is_lane(row.name):
        return lane_gesture(desk, row.name, position, modifiers)
    if row.name in RANKED:
        return PlanDrag(desk, row.name, position)
    if row.name == "roll":
        return roll_gesture(desk, position, modifiers)
    return velocity_gesture(desk, position) if row.name == "velocity" else None


def in_roll(state: TimelineState, position: QPointF) -> bool:
    """Whether the pointer is where notes lie."""
    row = state.row("roll")
    return position.x() >= GUTTER and row.top <= position.y() < row.bottom


def beside_notes(state: TimelineState, position: QPointF) -> bool:
    """Whether a note could be drawn under the pointer."""
    return state.editable and in_roll(state, position) and note_at(state, position) is None


def on_ruler(state: TimelineState, position: QPointF) -> bool:
    """Whether the pointer is on the ruler, beside its header."""
    row = state.row("ruler")
    return position.x() >= GUTTER and row.top <= position.y() < row.bottom


def on_loop(state: TimelineState, position: QPointF) -> bool:
    """Whether the pointer is on the loop's stretch of the ruler."""
    row = state.row("ruler")
    if state.loop is None or not row.top <= position.y() < row.bottom:
        return False
    left, right = (GUTTER + state.time.x(tick) for tick in state.loop)
    return max(left, GUTTER) <= position.x() <= right


def cursor(state: TimelineState, position: QPointF) -> Qt.CursorShape:
    """The shape that says what a press would do."""
    row = state.row_at(position.y())
    if row.name == "plan":
        return Qt.CursorShape.PointingHandCursor
    if row.name in RANKED and position.x() >= GUTTER:
        return Qt.CursorShape.SizeVerCursor
    if position.x() < GUTTER:
        keys = row.name == "roll" and position.x() >= GUTTER - KEYS
        return Qt.CursorShape.PointingHandCursor if keys else Qt.CursorShape.ArrowCursor
    if row.name == "ruler" and _grabbed_end(state, position) is not None:
        return Qt.CursorShape.SplitHCursor
    if is_lane(row.name):
        lane = state.lane(row.name)
        if point_at(state, row.name, position) is not None:
            return Qt.CursorShape.SizeAllCursor
        if lane is not None and near_line(state, lane, position):
            return Qt.CursorShape.SizeVerCursor
        return Qt.CursorShape.CrossCursor
    if row.name == "velocity" and state.editable and stem_at(state, position) is not None:
        return Qt.CursorShape.SizeVerCursor
    return note_cursor(state, position) if row.name == "roll" else Qt.CursorShape.ArrowCursor


def wheel_steps(event: QWheelEvent) -> tuple[float, float]:
    """Horizontal and vertical notches of a wheel event; right and up are positive."""
    turned = event.angleDelta()
    return turned.x() / 120.0, turned.y() / 120.0


def _grabbed_end(state: TimelineState, position: QPointF) -> int | None:
    """The end of the loop that stays when the other one is grabbed on the loop's own row."""
    foot = state.row("ruler").bottom - LOOP_BAR - 3
    if state.loop is None or position.y() < foot:
        return None
    start, end = state.loop
    for tick, other in ((start, end), (end, start)):
        if abs(GUTTER + state.time.x(tick) - position.x()) <= _EDGE:
            return other
    return None
