"""Paints the temperature: one level a bar, since a bar's tokens are drawn with one number.

The computed curve is a line with a field; where a take was drawn with another temperature, a
white dash says so: the take is older than its psyche.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.compose.timeline.grid import paint_ground
from app.compose.timeline.lanes import Scale, paint_field
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import translucent

COOLEST = 0.4
HOTTEST = 1.5
_SAME = 0.0005


def temperature_scale(height: float) -> Scale:
    return Scale(COOLEST, HOTTEST, height)


class TemperaturePainter:
    """Paints any rectangle of the temperature row."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state

    def paint(self, painter: QPainter, world: QRectF) -> None:
        paint_ground(painter, world, self._state)
        state, scale = self._state, temperature_scale(world.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        curve: list[QPointF] = []
        for index in self._bars(world):
            value = state.computed[index] if index < len(state.computed) else None
            if value is None:
                self._paint_curve(painter, curve, world.height())
                curve = []
                continue
            left, right = (state.time.world(state.bars.starts[index + i]) for i in (0, 1))
            curve += [QPointF(left, scale.y(value)), QPointF(right, scale.y(value))]
        self._paint_curve(painter, curve, world.height())
        self._paint_taken(painter, world, scale)

    def _bars(self, world: QRectF) -> range:
        zoom, bars = self._state.time.zoom, self._state.bars
        first = bars.index((world.left() - 4) / zoom)
        return range(first, bars.index((world.right() + 4) / zoom) + 1)

    def _paint_curve(self, painter: QPainter, curve: list[QPointF], floor: float) -> None:
        if curve:
            paint_field(painter, curve, floor, translucent(tokens.TEMPERATURE, 0.15))
            painter.setPen(QPen(QColor(tokens.TEMPERATURE), 1.6))
            painter.drawPolyline(QPolygonF(curve))

    def _paint_taken(self, painter: QPainter, world: QRectF, scale: Scale) -> None:
        state = self._state
        painter.setPen(QPen(QColor(tokens.TEXT1), 1.4))
        for index in self._bars(world):
            taken = state.taken[index] if index < len(state.taken) else None
            value = state.computed[index] if index < len(state.computed) else None
            if taken is None or (value is not None and abs(taken - value) < _SAME):
                continue
            left, right = (state.time.world(state.bars.starts[index + i]) for i in (0, 1))
            y = scale.y(taken)
            painter.drawLine(QPointF(left + 2, y), QPointF(max(right - 2, left + 4), y))
