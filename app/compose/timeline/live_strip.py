"""What of live music is begun and what is free: a line under the ruler, and a veil over the roll.

It is there only while music plays live. It knows no session.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.compose.timeline.geometry import Row
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font

HEIGHT = 16
_FREE = translucent(tokens.ACCENT, 0.10)
_THROUGH = ("roll", "velocity")


class LiveStrip(Strip):
    """Shows up to which tick live music is begun, and how late a wish may come."""

    name = "live"
    title = "Live"

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.free: int | None = None
        self.latency = 0.0
        self.late = False
        self._face = font(tokens.SMALL)

    @property
    def height(self) -> int:
        return 0 if self.free is None else HEIGHT

    def show_live(self, free: int | None, latency: float = 0.0, late: bool = False) -> None:
        """Show the first free tick, None while nothing plays live.

        Args:
            latency: seconds before a bar line after which a wish is too late for that bar.
            late: the last bar would have been late.
        """
        was = self.height
        if (free, latency, late) == (self.free, self.latency, self.late):
            return
        self.free, self.latency, self.late = free, latency, late
        if self.height != was:
            self.height_changed.emit()
        else:
            self.appearance_changed.emit()

    def paint(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, QColor(tokens.BG0))
        if self.free is None:
            return
        x = min(max(self.x(self.free), float(area.left())), float(area.right()))
        colour = QColor(tokens.BAD if self.late else tokens.ACCENT)
        begun = QRectF(area.left(), area.y() + 6, x - area.left(), 4)
        painter.fillRect(begun, colour)
        self._hatch(painter, QRectF(x, area.y(), area.right() - x, area.height()))
        painter.setFont(self._face)
        painter.setPen(QColor(tokens.TEXT2))
        text = f"free, {latency_text(self.latency)}"
        painter.drawText(QPointF(x + 6, area.y() + 12), text)

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        """What is free lies under fine hatching, with an edge where it begins."""
        if self.free is None or row.name not in _THROUGH:
            return
        x = self.x(self.free)
        if x < area.right():
            left = max(x, float(area.left()))
            self._hatch(painter, QRectF(left, area.y(), area.right() - left, area.height()))
            edge = QColor(tokens.BAD if self.late else tokens.ACCENT)
            painter.fillRect(QRectF(round(x), area.y(), 1, area.height()), edge)

    def hint(self, position: QPointF) -> str:
        if self.free is None:
            return ""
        return (
            "The solid line is begun and cannot be changed; what is hatched is free.\n"
            f"A slider moved up to {latency_text(self.latency)} before a bar line is heard there."
        )

    def _hatch(self, painter: QPainter, rect: QRectF) -> None:
        painter.setBrushOrigin(QPointF(rect.left(), 0))
        painter.fillRect(rect, QBrush(_FREE, Qt.BrushStyle.BDiagPattern))
        painter.setBrushOrigin(QPointF(0, 0))


def latency_text(seconds: float) -> str:
    """A latency as it is read: `640 ms`."""
    return f"{round(seconds * 1000 / 10) * 10} ms"
