"""Paints the gutter beside the rows: names, and values at the playhead."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QPainter

from app.compose.timeline.geometry import Row
from app.compose.timeline.plan import RANKED, WORDED, lane_title
from app.compose.timeline.state import TimelineState, is_lane
from app.theme import tokens
from app.theme.fonts import font
from engine.profile import DIMENSION_BY_NAME

_LEFT = 12.0
_TITLE_BASE = 17.0
_VALUE_BASE = 32.0
_NOTE_BASE = 46.0
# Lower rows have room for their name alone.
_LOWEST_TOLD = 29
_LOWEST_NAMED = 12


def row_title(name: str) -> str:
    if name in RANKED or name in WORDED:
        return lane_title(name)
    dimension = DIMENSION_BY_NAME.get(name)
    return dimension.title if dimension else name.capitalize()


class GutterPainter:
    """Paints the header of one row."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._title = font(tokens.TextStyle(11, 600))
        self._value = font(tokens.SECONDARY_STRONG)
        self._small = font(tokens.AXIS)

    def value_text(self, name: str) -> str:
        """The value of a row at the playhead, as it is written there."""
        state = self._state
        if is_lane(name):
            value = state.lane_value(name, state.bars.bar(state.playhead))
            return f"{value:+.2f}" if DIMENSION_BY_NAME[name].minimum < 0 else f"{value:.2f}"
        temperature = state.temperature(state.playhead) if name == "temperature" else None
        return "" if temperature is None else f"{temperature:.2f}"

    def paint(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """Paint the header of `row` into `rect`."""
        painter.fillRect(rect, QColor(tokens.BG1))
        if row.name == "roll":
            return
        if row.name == "ruler":
            self._paint_ruler_names(painter, rect)
            return
        if row.name in RANKED or row.name in WORDED:
            base = rect.height() / 2 + 4
            self._text(painter, rect, base, row_title(row.name), self._value, tokens.TEXT2)
            return
        lane = self._state.lane(row.name)
        # Rows that gave way to the plan are lower.
        lift = 4.0 if rect.height() < 38 else 0.0
        title = row_title(row.name)
        self._text(painter, rect, _TITLE_BASE - lift, title, self._title, tokens.TEXT1)
        colour = tokens.DIMENSION_COLOURS.get(row.name)
        if colour is None:
            return
        if row.name == self._state.hovered_row and is_lane(row.name):
            painter.fillRect(rect, QColor(255, 255, 255, 8))
        muted = lane is not None and lane.muted
        if muted:
            colour = tokens.TEXT3
        painter.fillRect(QRect(rect.x(), rect.y() + 1, 3, rect.height() - 1), QColor(colour))
        text = self.value_text(row.name) + ("  muted" if muted else "")
        if rect.height() >= _LOWEST_TOLD:
            self._text(painter, rect, _VALUE_BASE - lift, text, self._value, colour)
        if row.name == "temperature" and rect.height() > _NOTE_BASE:
            self._text(painter, rect, _NOTE_BASE, "computed", self._small, tokens.TEXT3)

    def paint_strip(self, painter: QPainter, rect: QRect, title: str, *, lane: bool) -> None:
        """Paint the header of a strip; one among the lanes has theirs, a thin one no name."""
        painter.fillRect(rect, QColor(tokens.BG1))
        if lane:
            bar = QRect(rect.x(), rect.y() + 1, 3, rect.height() - 1)
            painter.fillRect(bar, QColor(tokens.TEXT3))
            self._text(painter, rect, _TITLE_BASE, title, self._title, tokens.TEXT1)
            return
        if rect.height() < _LOWEST_NAMED:
            return
        self._text(painter, rect, rect.height() / 2 + 3.5, title, self._small, tokens.TEXT3)

    def _paint_ruler_names(self, painter: QPainter, rect: QRect) -> None:
        self._text(painter, rect, 13.0, "Bar", self._small, tokens.TEXT3)
        self._text(painter, rect, 26.0, self._state.rate.label + " fps", self._small, tokens.TEXT3)

    def _text(
        self, painter: QPainter, rect: QRect, base: float, text: str, face: QFont, colour: str
    ) -> None:
        painter.setFont(face)
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(rect.x() + _LEFT, rect.y() + base), text)
