"""Paints the ruler: bar numbers, time code below, and under them a free row for the loop bar."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from app.compose.timeline.geometry import LOOP_BAR
from app.compose.timeline.grid import BAR_LINE
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed
from app.theme.fonts import font

_UPBEAT = "Upbeat"
_NUMBER_ROOM = 44.0
_TIMECODE_ROOM = 92.0
_NUMBER_BASE = 13.0
_TIMECODE_BASE = 26.0
_MINOR = mixed(tokens.BG1, tokens.LINE, 0.7)


class RulerPainter:
    """Paints any rectangle of the ruler."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._number_font = font(tokens.SECONDARY_STRONG)
        self._timecode_font = font(tokens.AXIS)

    def paint(self, painter: QPainter, world: QRectF) -> None:
        painter.fillRect(world, QColor(tokens.BG1))
        foot = world.height() - LOOP_BAR
        lane = QRectF(world.left(), foot, world.width(), LOOP_BAR)
        painter.fillRect(lane, QColor(tokens.BG0))
        zoom = self._state.time.zoom
        first = (world.left() - _TIMECODE_ROOM) / zoom
        last = world.right() / zoom
        for tick, index, numbered, timed in self._marks(first, last):
            x = round(tick * zoom)
            top = 3.0 if numbered else foot - 5.0
            painter.fillRect(QRectF(x, top, 1, foot - top), BAR_LINE if numbered else _MINOR)
            if numbered:
                painter.setFont(self._number_font)
                painter.setPen(QColor(tokens.TEXT1 if timed else tokens.TEXT2))
                painter.drawText(QPointF(x + 5, _NUMBER_BASE), str(index + 1))
            if timed:
                painter.setFont(self._timecode_font)
                painter.setPen(QColor(tokens.TEXT3))
                painter.drawText(QPointF(x + 5, _TIMECODE_BASE), self._state.timecode(tick))
        if world.left() < 0 and self._state.bars.upbeat:
            self._paint_upbeat(painter, foot)
        end = round(self._state.bars.end * zoom)
        painter.fillRect(QRectF(end, 0, 1, foot), QColor(tokens.TEXT3))

    def _paint_upbeat(self, painter: QPainter, foot: float) -> None:
        left = round(self._state.bars.begin * self._state.time.zoom)
        ground = QRectF(left, 3.0, -left, foot - 3.0)
        painter.fillRect(ground, QColor(tokens.BG2))
        painter.fillRect(QRectF(left, 3.0, 1, foot - 3.0), BAR_LINE)
        painter.setFont(self._timecode_font)
        if painter.fontMetrics().horizontalAdvance(_UPBEAT) + 6 < -left:
            painter.setPen(QColor(tokens.TEXT2))
            painter.drawText(QPointF(left + 5, _NUMBER_BASE), _UPBEAT)

    def _marks(self, first: float, last: float) -> Iterator[tuple[int, int, bool, bool]]:
        """Tick, bar index, whether the number and whether the time code stand there."""
        bars, zoom = self._state.bars, self._state.time.zoom
        numbers = bars.stride(zoom, _NUMBER_ROOM)
        codes = max(bars.stride(zoom, _TIMECODE_ROOM), numbers)
        for index in range(bars.index(first), bars.index(last) + 1):
            numbered, timed = index % numbers == 0, index % codes == 0
            if numbered or bars.metres[index].ticks * zoom >= 5.0:
                yield bars.starts[index], index, numbered, timed
