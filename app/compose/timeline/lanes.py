"""Paints the lanes: straight segments and steps, a field under them, and their points."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.compose.timeline.grid import paint_ground
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import translucent
from engine.lanes import Lane
from engine.profile import DIMENSION_BY_NAME

AIR = 7.0
POINT = 3.4


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to pixels in a row of `height`: the highest value lies `AIR` under the top."""

    minimum: float
    maximum: float
    height: float

    def y(self, value: float) -> float:
        share = (value - self.minimum) / (self.maximum - self.minimum)
        return AIR + (1.0 - share) * (self.height - 2 * AIR)

    @property
    def per_pixel(self) -> float:
        """How much value one pixel upwards is."""
        return (self.maximum - self.minimum) / (self.height - 2 * AIR)

    def value(self, y: float) -> float:
        """The inverse of `y`, kept within the range."""
        share = 1.0 - (y - AIR) / (self.height - 2 * AIR)
        value = self.minimum + share * (self.maximum - self.minimum)
        return min(max(value, self.minimum), self.maximum)


def lane_scale(name: str, height: float) -> Scale:
    dimension = DIMENSION_BY_NAME[name]
    return Scale(dimension.minimum, dimension.maximum, height)


class LanePainter:
    """Paints any rectangle of one lane."""

    def __init__(self, state: TimelineState, name: str) -> None:
        self._state = state
        self._name = name
        self._colour = QColor(tokens.DIMENSION_COLOURS[name])

    def paint(self, painter: QPainter, world: QRectF) -> None:
        scale = lane_scale(self._name, world.height())
        paint_ground(painter, world, self._state)
        self._paint_levels(painter, world, scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lane = self._state.lane(self._name)
        if lane is None:
            self._paint_rest(painter, world, scale)
            return
        colour = QColor(tokens.TEXT3) if lane.muted else self._colour
        curve = self._curve(lane, world, scale)
        floor = scale.y(0.0) if scale.minimum < 0 else world.height()
        paint_field(painter, curve, floor, translucent(colour, 0.18))
        pen = QPen(colour, 1.6)
        if lane.muted:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(curve))
        self._paint_points(painter, lane, world, scale, colour)

    def _paint_levels(self, painter: QPainter, world: QRectF, scale: Scale) -> None:
        if scale.minimum < 0:
            zero = QRectF(world.left(), round(scale.y(0.0)), world.width(), 1)
            painter.fillRect(zero, QColor(tokens.LINE))
        if self._name == "rsi_imaginary":
            painter.setPen(dashes(translucent(self._colour, 0.55)))
            y = round(scale.y(self._state.threshold)) + 0.5
            painter.drawLine(QPointF(world.left(), y), QPointF(world.right(), y))

    def _paint_rest(self, painter: QPainter, world: QRectF, scale: Scale) -> None:
        y = scale.y(self._state.lanes.profile.get(self._name))
        painter.setPen(QPen(translucent(self._colour, 0.38), 1.2))
        painter.drawLine(QPointF(world.left() - 2, y), QPointF(world.right() + 2, y))

    def _curve(self, lane: Lane, world: QRectF, scale: Scale) -> list[QPointF]:
        """The lane's line from one side of the rectangle to the other."""
        left, right = world.left() - 8.0, world.right() + 8.0
        places = [(self._x(bar), scale.y(value)) for bar, value in lane.points]
        opening = (min(left, places[0][0]), places[0][1])
        closing = (max(right, places[-1][0]), places[-1][1])
        line = [opening, *places, closing]
        last = len(line) - 1
        kept = [
            here
            for index, here in enumerate(line)
            if line[min(index + 1, last)][0] >= left and line[max(index - 1, 0)][0] <= right
        ]
        return [QPointF(x, y) for x, y in kept]

    def _paint_points(
        self, painter: QPainter, lane: Lane, world: QRectF, scale: Scale, colour: QColor
    ) -> None:
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(QColor(tokens.BG0))
        for bar, value in lane.points:
            x = self._x(bar)
            if world.left() - 8 <= x <= world.right() + 8:
                painter.drawEllipse(QPointF(x, scale.y(value)), POINT, POINT)

    def _x(self, bar: float) -> float:
        return self._state.time.world(self._state.bars.tick(bar))


def paint_field(painter: QPainter, curve: list[QPointF], floor: float, fill: QColor) -> None:
    """The area between a curve and a level."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    ends = [QPointF(curve[-1].x(), floor), QPointF(curve[0].x(), floor)]
    painter.drawPolygon(QPolygonF([*curve, *ends]))


def dashes(colour: QColor) -> QPen:
    """A thin dashed pen whose dashes meet at the borders of tiles."""
    pen = QPen(colour, 1.0)
    pen.setDashPattern([4.0, 4.0])
    return pen
