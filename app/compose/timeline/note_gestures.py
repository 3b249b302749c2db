"""Which drag a press in the roll or in the velocities begins, by tool, place and held keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.compose.timeline.gestures import Desk, Gesture, Glissando, Modifiers
from app.compose.timeline.marquee import Marquee
from app.compose.timeline.note_draw import NoteDraw
from app.compose.timeline.note_erase import NoteErase
from app.compose.timeline.note_move import NoteMove
from app.compose.timeline.note_places import Part, note_at, part_at, stem_at
from app.compose.timeline.note_resize import NoteResize
from app.compose.timeline.note_split import NoteSplit, cut_at
from app.compose.timeline.state import TimelineState
from app.compose.timeline.tools import Tool
from app.compose.timeline.velocity_drag import VelocityDrag
from engine.score import Note

_Shapes = Qt.CursorShape


def roll_gesture(desk: Desk, position: QPointF, modifiers: Modifiers) -> Gesture | None:
    """The gesture of a press in the roll."""
    state = desk.state
    note = note_at(state, position)
    if not state.editable:
        return Glissando(desk, position) if note is not None else None
    if state.tool is Tool.ERASE:
        return NoteErase(desk, position)
    if note is None:
        return empty_gesture(desk, position, modifiers)
    if state.tool is Tool.SPLIT:
        return NoteSplit(desk, note, position, modifiers)
    return _hold(desk, note, position, modifiers)


def empty_gesture(
    desk: Desk, position: QPointF, modifiers: Modifiers, *, drawing: bool = False
) -> Gesture | None:
    """The gesture of a press beside all notes; `drawing` draws whatever the tool."""
    tool = desk.state.tool
    if tool is Tool.DRAW or (drawing and tool is Tool.SELECT):
        return NoteDraw(desk, position, modifiers)
    return Marquee(desk, position, modifiers) if tool is Tool.SELECT else None


def velocity_gesture(desk: Desk, position: QPointF) -> Gesture | None:
    """The gesture of a press in the velocities."""
    note = stem_at(desk.state, position) if desk.state.editable else None
    return None if note is None else VelocityDrag(desk, note, position)


def note_cursor(state: TimelineState, position: QPointF) -> Qt.CursorShape:
    """The shape that says what a press in the roll would do."""
    note = note_at(state, position)
    if not state.editable:
        return _Shapes.PointingHandCursor if note else _Shapes.ArrowCursor
    if state.tool is Tool.ERASE:
        return _Shapes.PointingHandCursor if note else _Shapes.ArrowCursor
    if state.tool is Tool.SPLIT:
        none = Modifiers.NoModifier
        cuts = cut_at(state, position, none) is not None
        return _Shapes.SplitHCursor if cuts else _Shapes.ArrowCursor
    if note is None:
        return _Shapes.CrossCursor if state.tool is Tool.DRAW else _Shapes.ArrowCursor
    edge = part_at(state, note, position) is not Part.BODY
    return _Shapes.SizeHorCursor if edge else _Shapes.OpenHandCursor


def _hold(desk: Desk, note: Note, position: QPointF, modifiers: Modifiers) -> Gesture:
    chosen = desk.state.chosen
    was_chosen = note in chosen
    if not was_chosen:
        adding = modifiers & Modifiers.ShiftModifier
        desk.choose_notes(chosen | {note} if adding else {note})
    part = part_at(desk.state, note, position)
    if part is not Part.BODY and not modifiers & Modifiers.ShiftModifier:
        return NoteResize(desk, note, part, position)
    return NoteMove(desk, note, position, modifiers, was_chosen=was_chosen)
