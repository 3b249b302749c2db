"""The ground of a row: its colour and the lines of bars, beats and steps."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.compose.timeline.bars import Line
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed

BAR_LINE = QColor(tokens.LINE)
_LINES = {
    Line.BAR: BAR_LINE,
    Line.BEAT: mixed(tokens.BG0, tokens.LINE, 0.45),
    Line.STEP: mixed(tokens.BG0, tokens.LINE, 0.22),
}


def paint_grid(
    painter: QPainter, world: QRectF, state: TimelineState, step: int | None = None
) -> None:
    """The vertical lines of a world rectangle; those between beats by `step`, where given."""
    zoom = state.time.zoom
    first, last = world.left() / zoom - 1, world.right() / zoom + 1
    for tick, line in state.bars.lines(first, last, zoom, step):
        painter.fillRect(QRectF(round(tick * zoom), world.top(), 1, world.height()), _LINES[line])


def paint_ground(painter: QPainter, world: QRectF, state: TimelineState) -> None:
    """The canvas colour and the grid."""
    painter.fillRect(world, QColor(tokens.BG0))
    paint_grid(painter, world, state)
