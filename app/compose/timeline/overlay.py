"""What lies over the rows and changes often: loop, missing bars, the end, hovered things."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPen

from app.compose.timeline.geometry import LOOP_BAR, Row
from app.compose.timeline.keeping import missing_bars
from app.compose.timeline.lanes import POINT, lane_scale
from app.compose.timeline.roll import note_rect
from app.compose.timeline.state import LanePoint, TimelineState, is_lane
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.profile import DIMENSION_BY_NAME

_BEYOND = translucent(tokens.BG1, 0.72)
_LOOP_TINT = translucent(tokens.ACCENT, 0.04)
_LOOP_EDGE = translucent(tokens.ACCENT, 0.28)
_MISSING = translucent(tokens.ACCENT, 0.10)
_FRONT = 90.0


class OverlayPainter:
    """Paints over the tiles of a row, in widget pixels."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._reading = font(tokens.SMALL)

    def paint(self, painter: QPainter, area: QRect, row: Row) -> None:
        """Paint over the time area `area` of `row`."""
        state = self._state
        self._paint_beyond(painter, area, row)
        if state.loop:
            self._paint_loop(painter, area, row, state.loop)
        if state.generating is not None and row.name in ("roll", "velocity"):
            for number, (first, last) in enumerate(missing_bars(state)):
                self._paint_missing(painter, area, row, (first, last), front=number == 0)
        if row.name == "roll" and state.hovered_note is not None:
            self._paint_hovered_note(painter, area)
        if is_lane(row.name):
            self._paint_point(painter, area, row, state.hovered_point, False)
            self._paint_point(painter, area, row, state.chosen_point, True)
            if state.chosen_point is not None:
                for index in state.also_chosen:
                    place = (state.chosen_point[0], index)
                    self._paint_point(painter, area, row, place, True)

    def _paint_beyond(self, painter: QPainter, area: QRect, row: Row) -> None:
        end = area.x() + self._state.time.x(self._state.bars.end)
        if end < area.right():
            beyond = QRectF(end + 1, area.y(), area.right() - end, area.height())
            painter.fillRect(beyond, QColor(tokens.BG1) if row.name == "ruler" else _BEYOND)

    def _paint_loop(self, painter: QPainter, area: QRect, row: Row, loop: tuple[int, int]) -> None:
        left, right = (area.x() + self._state.time.x(tick) for tick in loop)
        if row.name == "ruler":
            bar = QRectF(left, area.bottom() + 1 - LOOP_BAR, right - left, LOOP_BAR)
            painter.fillRect(bar, QColor(tokens.ACCENT))
            return
        painter.fillRect(QRectF(left, area.y(), right - left, area.height()), _LOOP_TINT)
        for x in (left, right):
            painter.fillRect(QRectF(round(x), area.y(), 1, area.height()), _LOOP_EDGE)

    def _paint_missing(
        self, painter: QPainter, area: QRect, row: Row, bars: tuple[int, int], *, front: bool
    ) -> None:
        """Fine hatching over bars that are not there yet, and a glow where the next one comes."""
        state, (bar, last) = self._state, bars
        left = area.x() + state.time.x(state.bars.tick(bar))
        right = area.x() + state.time.x(state.bars.tick(last + 1))
        missing = QRectF(left, area.y(), right - left, area.height())
        hatch = QBrush(_MISSING, Qt.BrushStyle.BDiagPattern)
        painter.setBrushOrigin(QPointF(left, 0))
        painter.fillRect(missing.intersected(QRectF(area)), hatch)
        painter.setBrushOrigin(QPointF(0, 0))
        if not front:
            return
        glow = QLinearGradient(left, 0, left + _FRONT, 0)
        glow.setColorAt(0.0, translucent(tokens.ACCENT, 0.20))
        glow.setColorAt(1.0, translucent(tokens.ACCENT, 0.0))
        lit = QRectF(left, area.y(), min(_FRONT, missing.width()), area.height())
        painter.fillRect(lit, glow)
        edge = translucent(tokens.ACCENT, 0.7)
        painter.fillRect(QRectF(round(left), area.y(), 1, area.height()), edge)
        if row.name == "roll" and missing.width() > 90:
            painter.setFont(self._reading)
            painter.setPen(QColor(tokens.ACCENT))
            painter.drawText(QPointF(left + 8, area.y() + 18), f"Composing bar {bar}")

    def _paint_hovered_note(self, painter: QPainter, area: QRect) -> None:
        note = self._state.hovered_note
        if note is None:
            return
        rect = note_rect(note, self._state).translated(
            area.x() - self._state.time.scroll, area.y() - self._state.pitch.scroll
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.WHITE), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_point(
        self, painter: QPainter, area: QRect, row: Row, place: LanePoint | None, chosen: bool
    ) -> None:
        lane = self._state.lane(row.name)
        if place is None or lane is None or place[0] != row.name or place[1] >= len(lane.points):
            return
        bar, value = lane.points[place[1]]
        x = area.x() + self._state.time.x(self._state.bars.tick(bar))
        y = area.y() + lane_scale(row.name, row.height).y(value)
        colour = QColor(tokens.DIMENSION_COLOURS[row.name])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.WHITE) if chosen else colour, 1.6))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, y), POINT + 0.8, POINT + 0.8)
        if place == self._state.hovered_point or self._state.dragging:
            self._paint_reading(painter, area, QPointF(x, y), point_words(row.name, bar, value))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_reading(self, painter: QPainter, area: QRect, point: QPointF, text: str) -> None:
        """A small label beside a point, kept inside its row."""
        painter.setFont(self._reading)
        width = painter.fontMetrics().horizontalAdvance(text) + 12.0
        x = point.x() + 9.0
        if x + width > area.right():
            x = point.x() - 9.0 - width
        y = min(max(point.y() - 8.0, area.y() + 2.0), area.bottom() - 17.0)
        label = QRectF(x, y, width, 16.0)
        painter.setPen(QColor(tokens.LINE))
        painter.setBrush(QColor(tokens.BG3))
        painter.drawRoundedRect(label, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)


def point_words(name: str, bar: float, value: float) -> str:
    """Where a point is and what it says."""
    digits = 2 if round(value, 2) == value else 3
    sign = "+" if DIMENSION_BY_NAME[name].minimum < 0 else ""
    return f"bar {bar:.4g}   {value:{sign}.{digits}f}"
