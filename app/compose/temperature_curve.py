"""The temperature over the whole cue, one flat stretch a bar, between its clamp lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.temperature import TemperatureSettings

_LEFT, _RIGHT, _TOP, _BOTTOM = 26.0, 8.0, 9.0, 9.0


class TemperatureCurve(QWidget):
    """Flat within a bar, because every bar is drawn at one temperature.

    `bar_hovered(bar)` counts from 1; 0 says that the pointer left.
    """

    bar_hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: tuple[float, ...] = ()
        self._settings = TemperatureSettings()
        self._playhead = 1.0
        self.hovered_bar = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setMaximumHeight(200)
        self.setAccessibleName("Temperature over the cue")

    def set_curve(self, curve: Sequence[float], settings: TemperatureSettings) -> None:
        """One temperature a bar, and the settings with the clamp."""
        self._curve, self._settings = tuple(curve), settings
        if self.hovered_bar > len(self._curve):
            self._hover(0)
        low, high = min(curve, default=0.0), max(curve, default=0.0)
        self.setAccessibleDescription(f"{len(curve)} bars from {low:.2f} to {high:.2f}")
        self.update()

    def set_playhead_bar(self, bar: float) -> None:
        """Where the playhead is; bars count from 1 and may be fractions."""
        if round(self._x(bar)) != round(self._x(self._playhead)):
            self.update()
        self._playhead = bar

    def sizeHint(self) -> QSize:
        return QSize(276, 106)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._bar_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(0)

    def _hover(self, bar: int) -> None:
        if bar != self.hovered_bar:
            self.hovered_bar = bar
            self.bar_hovered.emit(bar)
            self.update()

    def _bar_at(self, x: float) -> int:
        width = self.width() - _LEFT - _RIGHT
        if not self._curve:
            return 0
        bar = int((x - _LEFT) / width * len(self._curve)) + 1
        return min(max(bar, 1), len(self._curve))

    def _x(self, bar: float) -> float:
        count = max(len(self._curve), 1)
        share = min(max((bar - 1) / count, 0.0), 1.0)
        return _LEFT + share * (self.width() - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        low, high = self._settings.minimum, self._settings.maximum
        share = (value - low) / (high - low) if high > low else 0.5
        return self.height() - _BOTTOM - share * (self.height() - _TOP - _BOTTOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.BG0))
        painter.drawRoundedRect(self.rect(), tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)
        self._paint_grid(painter)
        if self._curve:
            self._paint_curve(painter)
            self._paint_playhead(painter)

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setFont(font(tokens.AXIS))
        clamp = (self._settings.minimum, self._settings.maximum)
        taken: list[float] = []
        for value in (*clamp, 1.0, self._settings.base_temperature):
            y = self._y(value)
            if not clamp[0] <= value <= clamp[1] or any(abs(y - other) < 13 for other in taken):
                continue
            taken.append(y)
            strong = value in clamp
            colour = QColor(tokens.LINE if strong else tokens.LINE_SOFT)
            painter.fillRect(QRectF(_LEFT, round(y), self.width() - _LEFT - _RIGHT, 1), colour)
            painter.setPen(QColor(tokens.TEXT3))
            box = QRectF(0, round(y) - 6, _LEFT - 5, 13)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, _axis_text(value))

    def _paint_curve(self, painter: QPainter) -> None:
        line = QPainterPath()
        for index, value in enumerate(self._curve):
            start = QPointF(self._x(index + 1), round(self._y(value)) + 0.5)
            if index:
                line.lineTo(start)
            else:
                line.moveTo(start)
            line.lineTo(QPointF(self._x(index + 2), start.y()))
        bottom = self._y(self._settings.minimum)
        area = QPainterPath(line)
        area.lineTo(self._x(len(self._curve) + 1), bottom)
        area.lineTo(_LEFT, bottom)
        fade = QLinearGradient(0, _TOP, 0, bottom)
        fade.setColorAt(0, translucent(tokens.TEMPERATURE, 0.34))
        fade.setColorAt(1, translucent(tokens.TEMPERATURE, 0.05))
        painter.fillPath(area, QBrush(fade))
        if self.hovered_bar:
            left = self._x(self.hovered_bar)
            width = self._x(self.hovered_bar + 1) - left
            box = QRectF(left, _TOP, width, bottom - _TOP)
            painter.fillRect(box, translucent(tokens.TEMPERATURE, 0.16))
        pen = QPen(QColor(tokens.TEMPERATURE), 1.5)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(line, pen)

    def _paint_playhead(self, painter: QPainter) -> None:
        x = round(self._x(self._playhead))
        painter.fillRect(QRectF(x, 4, 1, self.height() - 8), translucent(tokens.WHITE, 0.8))
        index = min(max(int(self._playhead) - 1, 0), len(self._curve) - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.WHITE))
        y = round(self._y(self._curve[index])) + 0.5
        painter.drawEllipse(QPointF(x + 0.5, y), 3.5, 3.5)


def _axis_text(value: float) -> str:
    text = f"{value:.2f}"
    return text[:-1] if text.endswith("0") else text
