"""Paints the velocities: one stem for each note, in the colour of the note."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.compose.timeline.grid import paint_ground
from app.compose.timeline.note_colours import NoteColours
from app.compose.timeline.state import TimelineState

_AIR = 6.0


class VelocityPainter:
    """Paints any rectangle of the velocity row."""

    def __init__(self, state: TimelineState, colours: NoteColours) -> None:
        self._state = state
        self._colours = colours

    def paint(self, painter: QPainter, world: QRectF) -> None:
        paint_ground(painter, world, self._state)
        zoom, height = self._state.time.zoom, world.height()
        first, last = (world.left() - 3.0) / zoom, (world.right() + 3.0) / zoom
        painter.setPen(Qt.PenStyle.NoPen)
        notes = [note for note in self._state.notes.between(first, last) if note.onset >= first]
        # The loudest first: at one onset the quieter stems stay visible in front.
        for note in sorted(notes, key=lambda note: -note.velocity):
            stem = (height - _AIR) * note.velocity / 127.0
            rect = QRectF(round(note.onset * zoom), height - stem, 2.0, stem)
            painter.fillRect(rect, self._colours.colour(note))
