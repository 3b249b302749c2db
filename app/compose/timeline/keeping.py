"""What stays: locked bars and vamps on the ruler, and the notes that are kept while others are
composed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from app.compose.timeline.geometry import LOOP_BAR, Row
from app.compose.timeline.roll import note_rect
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed, translucent
from app.theme.icons import paint_icon

_VEIL = translucent(tokens.BG0, 0.62)
_LOCK_GROUND = translucent(tokens.TEXT2, 0.13)
_LOCK_TINT = translucent(tokens.TEXT2, 0.035)
_PLATE = mixed(tokens.BG1, tokens.TEXT2, 0.13)
_LOCK = 11.0


class KeepingPainter:
    """Paints over the tiles of a row, in widget pixels."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state

    def paint(self, painter: QPainter, area: QRect, row: Row) -> None:
        """Paint over the time area `area` of `row`."""
        state = self._state
        if row.name == "ruler":
            for first, last in state.locked:
                self._paint_lock(painter, area, first, last)
            for first, last in state.vamps:
                self._paint_vamp(painter, area, first, last)
        elif row.name in ("roll", "velocity"):
            for first, last in state.locked if row.name == "roll" else ():
                painter.fillRect(self._bars(area, first, last), _LOCK_TINT)
            if state.holes:
                self._paint_kept(painter, area, row)

    def _paint_lock(self, painter: QPainter, area: QRect, first: int, last: int) -> None:
        """A grey ground with a line above it, and a lock at its end."""
        span = self._bars(area, first, last)
        if span.isEmpty():
            return
        span.setHeight(area.height() - LOOP_BAR)
        painter.fillRect(span, _LOCK_GROUND)
        painter.fillRect(QRectF(span.left(), span.top(), span.width(), 2), QColor(tokens.TEXT2))
        if span.width() >= _LOCK + 4:
            # A time code may stand there: the lock lies on a plate of its own.
            place = QRectF(span.right() - _LOCK - 3, span.bottom() - _LOCK - 2, _LOCK, _LOCK)
            painter.fillRect(place.adjusted(-3, -1, 3, 2), _PLATE)
            paint_icon(painter, "lock", place, tokens.TEXT1)

    def _paint_vamp(self, painter: QPainter, area: QRect, first: int, last: int) -> None:
        """A bracket from its first to its last bar line, and the sign of a loop before its end."""
        span = self._bars(area, first, last)
        if span.isEmpty():
            return
        ink, right = QColor(tokens.RSI_REAL), span.right() - 2
        painter.fillRect(QRectF(span.left(), span.top() + 1, span.width(), 2), ink)
        for x in (span.left(), right):
            painter.fillRect(QRectF(x, span.top() + 1, 2, area.height() - LOOP_BAR - 1), ink)
        if span.width() >= 2 * _LOCK + 8:
            place = QRectF(right - _LOCK - 4, span.top() + 5, _LOCK, _LOCK)
            painter.fillRect(place.adjusted(-2, -1, 2, 2), QColor(tokens.BG1))
            paint_icon(painter, "loop", place, ink)

    def _paint_kept(self, painter: QPainter, area: QRect, row: Row) -> None:
        """A veil over the bars that no hole touches, and over the notes kept inside holes."""
        state, bar = self._state, 1
        for hole in (*state.holes, None):
            until = state.bars.bars if hole is None else hole.first - 1
            if bar <= until:
                painter.fillRect(self._bars(area, bar, until), _VEIL)
            if hole is not None:
                bar = hole.last + 1
        if row.name != "roll":
            return
        for hole in state.holes:
            start, end = (state.bars.tick(bar) for bar in (hole.first, hole.last + 1))
            for note in state.notes.between(start, end):
                if start <= note.onset and not hole.takes(note.voice, note.pitch):
                    rect = note_rect(note, state).translated(
                        area.x() - state.time.scroll, area.y() - state.pitch.scroll
                    )
                    painter.fillRect(rect, _VEIL)

    def _bars(self, area: QRect, first: int, last: int) -> QRectF:
        """Where bars lie in a row, within what the cue has of them."""
        state = self._state
        ends = (min(bar, state.bars.bars + 1) for bar in (first, last + 1))
        left, right = (round(area.x() + state.time.x(state.bars.tick(bar))) for bar in ends)
        return QRectF(left, area.y(), right - left, area.height())


def missing_bars(state: TimelineState) -> list[tuple[int, int]]:
    """The stretches of bars that are not composed yet, first and last bar."""
    if state.generating is None:
        return []
    spans = [(hole.first, hole.last) for hole in state.holes] or [(1, state.bars.bars)]
    found = ((max(first, state.generating), last) for first, last in spans)
    return [(first, last) for first, last in found if first <= last]
