"""Dragging an end of notes: all chosen ones grow or shrink together."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.note_changes import with_end_moved, with_start_moved
from app.compose.timeline.note_places import Part, snapped, tick_at
from engine.score import Note


class NoteResize:
    """Moves the begin or the end of the chosen notes; Ctrl leaves the grid.

    Args:
        note: the one that was grabbed, whose edge goes to the grid.
        part: the edge that moves.
    """

    def __init__(self, desk: Desk, note: Note, part: Part, position: QPointF) -> None:
        self._desk = desk
        self._notes = sorted(desk.state.chosen | {note})
        self._part = part
        self._edge = note.onset if part is Part.START else note.end
        self._tick = tick_at(desk.state, position)
        self._lifted = frozenset(self._notes)
        self._placed = self._notes
        desk.audition(note.pitch, note.velocity)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        state = self._desk.state
        way = tick_at(state, position) - self._tick
        if abs(way) * state.time.zoom < 2 and self._placed is self._notes:
            return
        ticks = snapped(state, self._edge + way, modifiers) - self._edge
        if self._part is Part.START:
            self._placed = with_start_moved(self._notes, ticks)
        else:
            self._placed = with_end_moved(self._notes, ticks, state.bars.end)
        self._desk.show_notes(self._lifted, self._placed)

    def finish(self) -> None:
        if self._placed is not self._notes:
            self._desk.edit_notes("resize", self._notes, self._placed)

    def cancel(self) -> None:
        self._desk.show_notes((), ())
