"""Paints the velocities: one stem for each note, in the colour of the note."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.compose.timeline.grid import paint_ground
from app.compose.timeline.note_colours import NoteColours, loudness
from app.compose.timeline.state import TimelineState
from engine.score import Note

_AIR = 6.0


def unit_of(height: float) -> float:
    """Pixels a step of velocity in a row of this height."""
    return (height - _AIR) / 127.0


def stem_rect(note: Note, state: TimelineState, height: float) -> QRectF:
    """The stem of a note in the world of its row."""
    stem = unit_of(height) * note.velocity
    return QRectF(round(note.onset * state.time.zoom), height - stem, 2.0, stem)


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
        unit, key_of = unit_of(height), self._colours.key
        lifted = self._state.lifted
        by_colour: defaultdict[int, list[QRectF]] = defaultdict(list)
        for note in self._state.notes.between(first, last):
            if note.onset >= first and not (lifted and note in lifted):
                stem = unit * note.velocity
                rect = QRectF(round(note.onset * zoom), height - stem, 2.0, stem)
                by_colour[key_of(note)].append(rect)
        # The loudest first: at one onset the quieter stems stay visible in front.
        for key in sorted(by_colour, key=loudness, reverse=True):
            painter.setBrush(self._colours.made(key))
            painter.drawRects(by_colour[key])
