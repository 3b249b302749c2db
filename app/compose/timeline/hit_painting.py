"""How the strip of hit points looks: flags, their lines through the roll, a reading, the ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.compose.timeline.hit_glyphs import paint_glyph
from app.theme import tokens
from app.theme.colours import translucent
from engine.project.cue_marks import HitPoint

if TYPE_CHECKING:
    from app.compose.timeline.hit_strip import Flag, HitStrip

HEIGHT = 17
GLYPH = 9.0
_BASE = 12.0


def paint_flags(strip: HitStrip, painter: QPainter, area: QRect) -> None:
    """The sign of the kind, the frames missed and the name of each hit."""
    for flag in strip.flags():
        if flag.right >= area.left() and flag.left <= area.right():
            _paint_flag(strip, painter, area, flag)


def _paint_flag(strip: HitStrip, painter: QPainter, area: QRect, flag: Flag) -> None:
    bright = strip.is_bright(flag.index)
    colour = QColor(tokens.WHITE if bright else tokens.TEXT1)
    x, top = round(flag.left), area.y()
    if flag.index == strip.chosen:
        ground = QRectF(x, top + 1, flag.right - flag.left, HEIGHT - 1)
        painter.fillRect(ground, translucent(tokens.WHITE, 0.14))
    painter.fillRect(QRectF(x, top, 1, area.height()), colour)
    kind = strip.shown[flag.index].kind
    paint_glyph(painter, kind, QRectF(x + 4, top + 4, GLYPH, GLYPH), colour)
    at = x + GLYPH + 8
    if flag.missed:
        painter.setFont(strip.missed_face)
        painter.setPen(QColor(tokens.ACCENT))
        painter.drawText(QPointF(at, top + _BASE), flag.missed)
        at += strip.missed_metrics.horizontalAdvance(flag.missed) + 5
    painter.setFont(strip.face)
    painter.setPen(colour if bright else QColor(tokens.TEXT2))
    painter.drawText(QPointF(at, top + _BASE), flag.text)


def paint_ending(strip: HitStrip, painter: QPainter) -> None:
    """A chip before the last bar line."""
    place = strip.ending_place()
    painter.setPen(QColor(tokens.LINE))
    painter.setBrush(QColor(tokens.BG3 if strip.ending else tokens.BG1))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(strip.face)
    painter.setPen(QColor(tokens.TEXT1 if strip.ending else tokens.TEXT3))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, strip.ending_text)


def paint_lines(strip: HitStrip, painter: QPainter, area: QRect) -> None:
    """A dotted line at each hit, from top to foot of `area`."""
    for moment in strip.moments():
        x = round(strip.x(moment.tick)) + 0.5
        if not area.left() - 1 <= x <= area.right() + 1:
            continue
        bright = strip.is_bright(moment.index)
        pen = QPen(translucent(tokens.TEXT1, 0.75 if bright else 0.38), 1)
        pen.setDashPattern([1.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def paint_reading(strip: HitStrip, painter: QPainter, area: QRect, hit: HitPoint) -> None:
    """Where a hit is dragged to, in words beside its line."""
    text = strip.reading(hit)
    wide = strip.metrics.horizontalAdvance(text) + 14
    x = strip.x(strip.tick_of(hit)) + 8
    if x + wide > area.right():
        x -= wide + 16
    label = QRectF(x, area.top() + 6, wide, 18)
    painter.setPen(QColor(tokens.LINE))
    painter.setBrush(QColor(tokens.BG3))
    painter.drawRoundedRect(label, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
    painter.setFont(strip.face)
    painter.setPen(QColor(tokens.TEXT1))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
