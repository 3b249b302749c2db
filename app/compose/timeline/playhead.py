"""The playhead: a white line through all rows, moved by repainting two narrow strips."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.theme import tokens
from app.theme.colours import translucent

STRIP = 9
_HALF = STRIP // 2


def playhead_strip(x: float, height: int) -> QRect:
    """All that changes when the playhead comes to or leaves `x`, in widget pixels."""
    return QRect(round(x) - _HALF, 0, STRIP, height)


def paint_playhead(painter: QPainter, x: float, ruler: int, height: int) -> None:
    """Paint the line at `x` and its handle at the foot of the ruler, which ends at `ruler`."""
    white = QColor(tokens.WHITE)
    middle = round(x) + 0.5
    glow = QRectF(round(x) - 1, ruler, 3, height - ruler)
    painter.fillRect(glow, translucent(tokens.WHITE, 0.22))
    painter.fillRect(QRectF(round(x), ruler - 4, 1, height - ruler + 4), white)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(white)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top, foot = ruler - 12.0, ruler - 1.0
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(middle - _HALF, top),
                QPointF(middle + _HALF, top),
                QPointF(middle + _HALF, foot - 5),
                QPointF(middle, foot),
                QPointF(middle - _HALF, foot - 5),
            ]
        )
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
