"""Paints the RSI pad; takes no input."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QRadialGradient,
)
from PySide6.QtWidgets import QWidget

from app.theme import tokens
from app.theme.colours import mixed, translucent
from app.theme.fonts import font
from engine.profile import DIMENSION_BY_NAME
from engine.temperature import TemperatureSettings

INSET = 8.0
"""Pixels between the pad's edge and -1 or +1, so that the handle stays inside."""


@dataclass(frozen=True, slots=True)
class PadGround:
    """What lies under the handle and seldom changes."""

    trajectory: tuple[complex, ...]
    settings: TemperatureSettings


@dataclass(frozen=True, slots=True)
class PadHandle:
    """The handle and its state."""

    value: complex
    focused: bool
    held: bool


class PadPicture:
    """Paints a pad; keeps the painted ground until the ground, size or pixel ratio changes."""

    def __init__(self) -> None:
        self._key: tuple[PadGround, QSize, float] | None = None
        self._ground = QPixmap()

    def paint(self, widget: QWidget, ground: PadGround, handle: PadHandle) -> None:
        """Paint all of it onto `widget`."""
        key = (ground, widget.size(), widget.devicePixelRatioF())
        if key != self._key:
            self._key, self._ground = key, _painted_ground(*key)
        place = _Places(widget.width(), widget.height())
        painter = QPainter(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        frame = widget.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        outline.addRoundedRect(frame, tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)
        painter.setClipPath(outline)
        painter.drawPixmap(0, 0, self._ground)
        _paint_handle(painter, place, handle)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.ACCENT if handle.focused else tokens.LINE), 1))
        painter.drawPath(outline)


def _painted_ground(ground: PadGround, size: QSize, ratio: float) -> QPixmap:
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(tokens.BG0))
    place = _Places(size.width(), size.height())
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_grid(painter, place, ground.settings)
    _paint_words(painter, place, ground.settings)
    _paint_trajectory(painter, place, ground.trajectory)
    painter.end()
    return pixmap


@dataclass(frozen=True, slots=True)
class _Places:
    """Where values lie on a pad of this size."""

    width: float
    height: float

    def x(self, real: float) -> float:
        return INSET + (real + 1) / 2 * (self.width - 2 * INSET)

    def y(self, imaginary: float) -> float:
        return INSET + (1 - imaginary) / 2 * (self.height - 2 * INSET)

    def point(self, value: complex) -> QPointF:
        return QPointF(self.x(value.real), self.y(value.imag))


def _paint_grid(painter: QPainter, place: _Places, settings: TemperatureSettings) -> None:
    top = round(place.y(settings.rsi_imaginary_threshold))
    painter.fillRect(QRectF(0, 0, place.width, top), translucent(tokens.RSI_IMAGINARY, 0.10))
    for value in (-0.5, 0.0, 0.5):
        colour = QColor(tokens.LINE if value == 0 else tokens.LINE_SOFT)
        painter.fillRect(QRectF(round(place.x(value)), 0, 1, place.height), colour)
        painter.fillRect(QRectF(0, round(place.y(value)), place.width, 1), colour)
    pen = QPen(translucent(tokens.RSI_IMAGINARY, 0.75), 1)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawLine(QPointF(0, top + 0.5), QPointF(place.width, top + 0.5))


def _paint_words(painter: QPainter, place: _Places, settings: TemperatureSettings) -> None:
    real, imaginary = DIMENSION_BY_NAME["rsi_real"], DIMENSION_BY_NAME["rsi_imaginary"]
    painter.setFont(font(tokens.SMALL))
    painter.setPen(QColor(tokens.TEXT3))
    height = QFontMetricsF(painter.font()).height()
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    row = QRectF(8, place.y(0) + 3, place.width - 16, height)
    painter.drawText(row, left, real.low_word)
    painter.drawText(row, right, real.high_word)
    column = QRectF(place.x(0) + 6, place.height - height - 5, place.width / 2, height)
    painter.drawText(column, left, imaginary.low_word)
    column.moveTop(5)
    painter.drawText(column, left, imaginary.high_word)
    threshold, boost = settings.rsi_imaginary_threshold, settings.rsi_imaginary_boost
    verb = "adds" if boost >= 0 else "takes"
    painter.setFont(font(tokens.SMALL_STRONG))
    painter.setPen(QColor(tokens.RSI_IMAGINARY))
    corner = QRectF(8, 5, place.width / 2, height)
    painter.drawText(corner, left, f"imag > {threshold:g} {verb} {abs(boost):.2f}")


def _paint_trajectory(painter: QPainter, place: _Places, path: tuple[complex, ...]) -> None:
    steps = [pair for pair in pairwise(path) if pair[0] != pair[1]]
    for index, (start, end) in enumerate(steps):
        brightness = 0.18 + 0.72 * (index + 1) / len(steps)
        # Opaque, since the round ends of translucent pieces would show as beads.
        pen = QPen(mixed(tokens.BG0, tokens.TEXT1, brightness), 1.3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(place.point(start), place.point(end))


def _paint_handle(painter: QPainter, place: _Places, handle: PadHandle) -> None:
    middle = place.point(handle.value)
    cross = translucent(tokens.TEXT1, 0.26)
    painter.fillRect(QRectF(round(middle.x()), 0, 1, place.height), cross)
    painter.fillRect(QRectF(0, round(middle.y()), place.width, 1), cross)
    radius = 34.0 if handle.held else 28.0
    glow = QRadialGradient(middle, radius)
    glow.setColorAt(0, translucent(tokens.RSI_IMAGINARY, 0.75))
    glow.setColorAt(0.4, translucent(tokens.RSI_IMAGINARY, 0.28))
    glow.setColorAt(1, translucent(tokens.RSI_IMAGINARY, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(glow)
    painter.drawEllipse(middle, radius, radius)
    painter.setPen(QPen(QColor(tokens.WHITE), 2.4))
    painter.setBrush(QColor(tokens.RSI_IMAGINARY))
    centre = QPointF(round(middle.x()) + 0.5, round(middle.y()) + 0.5)
    painter.drawEllipse(centre, 6, 6)
