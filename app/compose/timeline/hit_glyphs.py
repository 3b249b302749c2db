"""The signs of the kinds of hit points: told apart by shape, not by colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.theme import tokens
from engine.picture import HitKind

_ICON = 16


def paint_glyph(painter: QPainter, kind: HitKind, place: QRectF, colour: str | QColor) -> None:
    """Paint the sign of a kind into a square.

    An accent is the wedge of notation, a chord change three stacked heads, a texture change
    waves, a cut to silence a barred square, "do not hit" a circle with a stroke.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), place.width() / 7, Qt.PenStyle.SolidLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _SIGNS[kind](painter, place, QColor(colour))
    painter.restore()


def glyph_icon(kind: HitKind, colour: str = tokens.TEXT1) -> QIcon:
    """The sign as an icon, for menus and choices."""
    pixmap = QPixmap(_ICON * 2, _ICON * 2)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_glyph(painter, kind, QRectF(3, 3, 10, 10), colour)
    painter.end()
    return QIcon(pixmap)


def _accent(painter: QPainter, place: QRectF, colour: QColor) -> None:
    top, foot = place.top() + place.height() * 0.12, place.bottom() - place.height() * 0.12
    tip = QPointF(place.right(), place.center().y())
    painter.drawPolyline(QPolygonF([QPointF(place.left(), top), tip, QPointF(place.left(), foot)]))


def _chord(painter: QPainter, place: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    width, height = place.width() * 0.52, place.height() * 0.24
    for share, shift in ((0.14, 0.24), (0.5, 0.0), (0.86, 0.24)):
        middle = QPointF(
            place.center().x() + (shift - 0.12) * place.width(),
            place.top() + share * place.height(),
        )
        painter.drawEllipse(middle, width / 2, height / 2)


def _texture(painter: QPainter, place: QRectF, colour: QColor) -> None:
    step = place.width() / 4
    for share in (0.3, 0.72):
        base = place.top() + share * place.height()
        points = [
            QPointF(
                place.left() + i * step, base + (-1.0 if i % 2 else 1.0) * place.height() * 0.13
            )
            for i in range(5)
        ]
        painter.drawPolyline(QPolygonF(points))


def _silence(painter: QPainter, place: QRectF, colour: QColor) -> None:
    inner = place.adjusted(place.width() * 0.34, 0.5, 0, -0.5)
    painter.drawLine(
        QPointF(place.left() + 0.5, place.top()), QPointF(place.left() + 0.5, place.bottom())
    )
    painter.drawRect(inner.adjusted(0.5, place.height() * 0.14, -0.5, -place.height() * 0.14))


def _avoid(painter: QPainter, place: QRectF, colour: QColor) -> None:
    radius = place.width() * 0.46
    painter.drawEllipse(place.center(), radius, radius)
    reach = radius * 0.7
    middle = place.center()
    painter.drawLine(middle + QPointF(-reach, reach), middle + QPointF(reach, -reach))


_SIGNS = {
    "accent": _accent,
    "chord": _chord,
    "texture": _texture,
    "silence": _silence,
    "avoid": _avoid,
}
