"""Dragging velocity stems: the chosen notes become louder or softer in proportion."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.note_changes import LOUDEST, scaled_velocity
from app.compose.timeline.velocity import unit_of
from engine.score import Note

_FINE = 0.2


class VelocityDrag:
    """Moves the tip of one stem, and those of all chosen notes with it; Shift is finer.

    Args:
        note: the one whose stem was grabbed. Where it is not chosen it changes alone.
    """

    def __init__(self, desk: Desk, note: Note, position: QPointF) -> None:
        self._desk = desk
        self._note = note
        self._notes = sorted(desk.state.chosen if note in desk.state.chosen else {note})
        self._last = position
        self._velocity = float(note.velocity)
        self._lifted = frozenset(self._notes)
        self._placed = self._notes
        desk.audition(note.pitch, note.velocity)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        fine = _FINE if modifiers & Modifiers.ShiftModifier else 1.0
        unit = unit_of(self._desk.state.row("velocity").height)
        self._velocity += (self._last.y() - position.y()) * fine / unit
        self._last = position
        wanted = min(max(self._velocity, 1.0), float(LOUDEST))
        self._placed = scaled_velocity(self._notes, wanted / self._note.velocity)
        self._desk.show_notes(self._lifted, self._placed)

    def finish(self) -> None:
        if self._placed is not self._notes:
            heard = self._placed[self._notes.index(self._note)]
            self._desk.edit_notes("velocity", self._notes, self._placed)
            self._desk.audition(heard.pitch, heard.velocity)

    def cancel(self) -> None:
        self._desk.show_notes((), ())
