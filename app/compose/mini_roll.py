"""A take at a glance: its notes as small dashes, coloured by the temperature of their bar."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import temperature_colour
from engine.score import Note

_MIDDLE = 0.7


class MiniRoll(QWidget):
    """Shows notes over the length of a cue; painted once and kept until they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: Sequence[Note] = ()
        self._starts: tuple[int, ...] = (0, 1)
        self._temperatures: Sequence[float | None] = ()
        self._share: float | None = None
        self._picture: QPixmap | None = None
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_notes(
        self,
        notes: Sequence[Note],
        starts: tuple[int, ...],
        temperatures: Sequence[float | None],
        share: float | None = None,
    ) -> None:
        """Show notes between the bar lines `starts`.

        Args:
            temperatures: one for each bar that has notes; None where it is not known.
            share: how much is composed, 0 to 1, while it is being composed.
        """
        self._notes, self._starts = notes, starts
        self._temperatures, self._share = temperatures, share
        self._picture = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.BG0))
        frame = QRectF(0, 0, self.width(), self.height())
        painter.drawRoundedRect(frame, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        if self._share is not None:
            done = QRectF(frame)
            done.setWidth(frame.width() * self._share)
            tint = QColor(tokens.ACCENT)
            tint.setAlphaF(0.16)
            painter.setBrush(tint)
            painter.drawRoundedRect(done, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_notes(painter, frame.adjusted(4, 4, -4, -4))
        painter.end()
        return picture

    def _paint_notes(self, painter: QPainter, frame: QRectF) -> None:
        if not self._notes:
            return
        low = min(note.pitch for note in self._notes) - 2
        high = max(max(note.pitch for note in self._notes) + 2, low + 24)
        end = max(self._starts[-1], 1)
        for note in self._notes:
            bar = bisect.bisect_right(self._starts, note.onset) - 1
            heat = self._temperatures[bar] if 0 <= bar < len(self._temperatures) else None
            x = frame.left() + frame.width() * note.onset / end
            width = max(frame.width() * note.duration / end - 0.5, 1.5)
            y = frame.bottom() - frame.height() * (note.pitch - low) / (high - low)
            colour = temperature_colour(_MIDDLE if heat is None else heat)
            colour.setAlphaF(0.45 + 0.55 * note.velocity / 127)
            painter.fillRect(QRectF(x, y - 1.0, width, 2.0), colour)
