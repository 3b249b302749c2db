"""Paints the lanes of the plan: steps for what was planned, amber ones where a composer asked for
something else, dots for what was measured; textures and chords as words above words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.grid import paint_ground
from app.compose.timeline.plan import Span
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from app.theme.icons import paint_icon

_AIR = 4.0
_DOT = 2.2
_PLANNED = QColor(tokens.TEXT3)
_FIELD = translucent(tokens.TEXT3, 0.16)
_ASKED = QColor(tokens.ACCENT)


def rank_y(rank: float, height: float) -> float:
    """The place of a rank in a row of a height."""
    return _AIR + (1.0 - rank) * (height - 2 * _AIR)


def rank_at(y: float, height: float) -> float:
    """The inverse of `rank_y`, kept within 0 to 1."""
    return min(max(1.0 - (y - _AIR) / (height - 2 * _AIR), 0.0), 1.0)


class RankLanePainter:
    """Paints any rectangle of a lane of ranks."""

    def __init__(self, state: TimelineState, name: str) -> None:
        self._state, self._name = state, name

    def paint(self, painter: QPainter, world: QRectF) -> None:
        paint_ground(painter, world, self._state)
        state, height = self._state, world.height()
        asked = dict(state.asked.get(self._name, ()))
        planned = state.plan.planned.get(self._name, ())
        measured = state.plan.measured.get(self._name, ())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        run: list[QPointF] = []
        for index in self._bars(world):
            left, right = (state.time.world(state.bars.starts[index + i]) for i in (0, 1))
            rank = planned[index] if index < len(planned) else None
            if rank is None:
                self._paint_run(painter, run, height)
                run = []
            else:
                y = rank_y(rank, height)
                run += [QPointF(left, y), QPointF(right, y)]
        self._paint_run(painter, run, height)
        for index in self._bars(world):
            left, right = (state.time.world(state.bars.starts[index + i]) for i in (0, 1))
            if index + 1 in asked:
                y = rank_y(asked[index + 1], height)
                painter.fillRect(QRectF(left, y, right - left, height - y), _tint())
                painter.setPen(QPen(_ASKED, 2.0))
                painter.drawLine(QPointF(left + 1, y), QPointF(right - 1, y))
            found = measured[index] if index < len(measured) else None
            if found is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.TEXT1))
                painter.drawEllipse(QPointF((left + right) / 2, rank_y(found, height)), _DOT, _DOT)

    def _bars(self, world: QRectF) -> range:
        zoom, bars = self._state.time.zoom, self._state.bars
        first = bars.index((world.left() - 4) / zoom)
        return range(first, bars.index((world.right() + 4) / zoom) + 1)

    def _paint_run(self, painter: QPainter, run: list[QPointF], floor: float) -> None:
        if run:
            ends = [QPointF(run[-1].x(), floor), QPointF(run[0].x(), floor)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_FIELD)
            painter.drawPolygon(QPolygonF([*run, *ends]))
            painter.setPen(QPen(_PLANNED, 1.4))
            painter.drawPolyline(QPolygonF(run))


class WordLanePainter:
    """Paints any rectangle of a lane of words: planned above, measured below."""

    def __init__(self, state: TimelineState, name: str) -> None:
        self._state, self._name = state, name
        self._font = font(tokens.AXIS)

    def paint(self, painter: QPainter, world: QRectF) -> None:
        paint_ground(painter, world, self._state)
        plan, half = self._state.plan, world.height() / 2
        painter.setFont(self._font)
        for span in plan.planned_words.get(self._name, ()):
            self._paint_span(painter, world, span, QRectF(0, 1.5, 0, half - 2), planned=True)
        for span in plan.measured_words.get(self._name, ()):
            self._paint_span(painter, world, span, QRectF(0, half, 0, half - 1.5), planned=False)

    def _paint_span(
        self, painter: QPainter, world: QRectF, span: Span, band: QRectF, *, planned: bool
    ) -> None:
        left, right = (self._state.time.world(tick) for tick in (span.start, span.end))
        if right < world.left() or left > world.right():
            return
        box = QRectF(left + 1, band.top(), max(right - left - 2, 1), band.height())
        painter.fillRect(box, QColor(tokens.BG3) if planned else QColor(tokens.BG1))
        if not planned:
            painter.fillRect(QRectF(box.left(), box.top(), 2, box.height()), QColor(tokens.TEXT1))
        room = box.adjusted(4, 0, -1, 0)
        text, metrics = span.word, painter.fontMetrics()
        fits = metrics.horizontalAdvance(text) <= room.width()
        if not fits and self._name == "texture":
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            fits = True
        # A chord that is cut short would be another chord.
        if fits:
            painter.setPen(QColor(tokens.TEXT2 if planned else tokens.TEXT1))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


class PlanHeadPainter:
    """Paints the line that opens and closes the lanes of the plan, with what their marks mean."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._title = font(tokens.TextStyle(11, 600))
        self._small = font(tokens.AXIS)

    def paint(self, painter: QPainter, band: QRect) -> None:
        """Paint the whole line into `band`."""
        opened = self._state.plan_open
        hovered = self._state.hovered_row == "plan"
        painter.fillRect(band, QColor(tokens.BG2 if hovered else tokens.BG1))
        middle = band.center().y() + 0.5
        name = "chevron-down" if opened else "chevron-right"
        paint_icon(painter, name, QRectF(band.x() + 8, middle - 6, 12, 12), tokens.TEXT2)
        painter.setFont(self._title)
        painter.setPen(QColor(tokens.TEXT1))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(band.x() + 24, band.y(), 60, band.height()), flags, "Plan")
        painter.setFont(self._small)
        x = float(GUTTER + 10)
        if not opened:
            painter.setPen(QColor(tokens.TEXT3))
            words = "attributes, textures and chords: planned and measured"
            painter.drawText(QRectF(x, band.y(), 400, band.height()), flags, words)
            return
        for word, colour in (
            ("planned", tokens.TEXT3),
            ("asked", tokens.ACCENT),
            ("measured", tokens.TEXT1),
        ):
            self._paint_mark(painter, x, middle, colour, dot=word == "measured")
            painter.setPen(QColor(tokens.TEXT2))
            painter.drawText(QRectF(x + 18, band.y(), 80, band.height()), flags, word)
            x += 18 + painter.fontMetrics().horizontalAdvance(word) + 14

    def _paint_mark(
        self, painter: QPainter, x: float, middle: float, colour: str, *, dot: bool
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.setBrush(QColor(colour))
        if dot:
            painter.drawEllipse(QPointF(x + 7, middle), _DOT, _DOT)
        else:
            painter.drawLine(QPointF(x, middle), QPointF(x + 14, middle))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _tint() -> QColor:
    return translucent(tokens.ACCENT, 0.14)
