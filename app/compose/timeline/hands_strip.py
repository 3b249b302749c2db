"""Marks over the roll where two hands cannot play what is written; a strip without a row."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.compose.timeline.geometry import Row
from app.compose.timeline.roll import note_rect
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip
from app.theme import tokens
from engine.score import Note


class HandsStrip(Strip):
    """The notes that no two hands can play."""

    name = "hands"
    title = ""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.notes: tuple[Note, ...] = ()

    @property
    def height(self) -> int:
        return 0

    def set_notes(self, notes: Iterable[Note]) -> None:
        """Mark these notes and no others."""
        found = tuple(sorted(notes))
        if found != self.notes:
            self.notes = found
            self.appearance_changed.emit()

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        if row.name != "roll" or not self.notes:
            return
        state = self.state
        origin = QPointF(area.x() - state.time.scroll, area.y() - state.pitch.scroll)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.TRAUMA), 1.6, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for note in self.notes:
            if note in state.lifted:
                continue
            rect = note_rect(note, state).translated(origin)
            if rect.right() >= area.left() and rect.left() <= area.right():
                painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
