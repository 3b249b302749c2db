"""Splitting: the note under the pointer is cut at the grid line, chosen ones with it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.note_changes import NoteChange, split
from app.compose.timeline.note_places import note_at, snapped, tick_at
from app.compose.timeline.state import TimelineState
from engine.score import Note


class NoteSplit:
    """Cuts where the button is released; Ctrl leaves the grid."""

    def __init__(self, desk: Desk, note: Note, position: QPointF, modifiers: Modifiers) -> None:
        self._desk = desk
        chosen = desk.state.chosen
        self._notes = chosen if note in chosen else frozenset({note})
        self._change = NoteChange("split")
        desk.audition(note.pitch, note.velocity)
        self.move(position, modifiers)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        state = self._desk.state
        tick = snapped(state, tick_at(state, position), modifiers)
        self._change = split(self._notes, tick)
        self._desk.show_notes(self._change.removed, self._change.added)

    def finish(self) -> None:
        change = self._change
        self._desk.edit_notes("split", change.removed, change.added)

    def cancel(self) -> None:
        self._desk.show_notes((), ())


def cut_at(state: TimelineState, position: QPointF, modifiers: Modifiers) -> int | None:
    """Where a press of the split tool would cut, or None where it would not."""
    note = note_at(state, position)
    tick = snapped(state, tick_at(state, position), modifiers)
    return tick if note is not None and note.onset < tick < note.end else None
