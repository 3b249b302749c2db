"""A small ruler of the new version: which bars stay, come, or are composed anew, and its hits."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.compose.recut_words import landing_error, landing_state, landing_title
from app.theme import tokens
from app.theme.fonts import font
from engine.project.recut import RecutFit
from engine.score import bar_starts, tick_of_bar

HEIGHT = 84
_FLAGS, _BARS, _TEMPO = 22, 32, 8
_NARROW = 22
_MARGIN = 6


class RecutRuler(QWidget):
    """Shows one fit; bars are as wide as they are long in ticks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit: RecutFit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The new version in bars")

    def sizeHint(self) -> QSize:
        return QSize(560, HEIGHT)

    def set_fit(self, fit: RecutFit | None) -> None:
        self._fit = fit
        self.update()

    def kind(self, bar: int) -> str:
        """`new`, `anew`, `locked` or `kept`: how a bar of the new version is drawn."""
        fit = self._fit
        if fit is None:
            return ""
        if not fit.order.sources[bar - 1]:
            return "new"
        if bar in fit.rewritten:
            return "anew"
        locked = any(lock.first <= bar <= lock.last for lock in fit.cue.locked)
        return "locked" if locked else "kept"

    def _x(self, tick: float) -> float:
        assert self._fit is not None
        end = bar_starts(self._fit.order.metres)[-1]
        return _MARGIN + tick / end * (self.width() - 2 * _MARGIN)

    def bar_box(self, bar: int) -> QRectF:
        """Where a bar is drawn."""
        assert self._fit is not None
        starts = bar_starts(self._fit.order.metres)
        left, right = self._x(starts[bar - 1]), self._x(starts[bar])
        return QRectF(left, _FLAGS, right - left, _BARS)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.BG0))
        if self._fit is None:
            return
        painter.setFont(font(tokens.SECONDARY))
        for bar in range(1, len(self._fit.order.sources) + 1):
            self._paint_bar(painter, bar)
        self._paint_seams(painter)
        self._paint_tempo(painter)
        for landing in self._fit.landings:
            colour = QColor(tokens.GOOD if landing.met else tokens.BAD)
            x = self._x(self._tick(landing.hit.bar))
            painter.setPen(QPen(colour, 1.5))
            painter.drawLine(QPointF(x, 6), QPointF(x, _FLAGS + _BARS))
            painter.setBrush(colour if landing.met else Qt.BrushStyle.NoBrush)
            flag = [QPointF(x, 5), QPointF(x + 9, 9), QPointF(x, 13)]
            painter.drawPolygon(QPolygonF(flag))

    def _tick(self, bar: float) -> int:
        assert self._fit is not None
        return tick_of_bar(min(bar, len(self._fit.order.metres) + 1), self._fit.order.metres)

    def _paint_bar(self, painter: QPainter, bar: int) -> None:
        assert self._fit is not None
        kind, box = self.kind(bar), self.bar_box(bar).adjusted(0.5, 0.5, -1.0, -0.5)
        fill = QColor(tokens.BG3 if kind in ("kept", "locked") else tokens.BG2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRect(box)
        if kind in ("new", "anew"):
            amber = QColor(tokens.ACCENT)
            faint = QColor(amber)
            faint.setAlpha(90 if kind == "new" else 36)
            painter.setBrush(faint)
            style = Qt.PenStyle.SolidLine if kind == "new" else Qt.PenStyle.DashLine
            painter.setPen(QPen(amber, 1.0, style))
            painter.drawRect(box)
        elif kind == "locked":
            painter.setPen(QPen(QColor(tokens.TEXT2), 2.0))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        metre = str(self._fit.order.metres[bar - 1])
        changed = bar > 1 and self._fit.order.metres[bar - 2] != self._fit.order.metres[bar - 1]
        painter.setPen(QColor(tokens.TEXT1))
        if box.width() >= _NARROW or bar % 4 == 1:
            top = QRectF(box.left(), box.top() + 1, max(box.width(), _NARROW), box.height() / 2)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, str(bar))
        if changed and box.width() >= _NARROW:
            low = QRectF(box.left(), box.center().y() - 1, box.width(), box.height() / 2)
            painter.setPen(QColor(tokens.TEXT2))
            painter.drawText(low, Qt.AlignmentFlag.AlignCenter, metre)

    def _paint_seams(self, painter: QPainter) -> None:
        """A red notch where bars went out."""
        assert self._fit is not None
        order = self._fit.order
        starts = bar_starts(order.metres)
        lines = set()
        for bar in order.removed:
            before = [new for old in range(bar, 0, -1) if (new := order.bar(old)) is not None]
            lines.add(before[0] + 1 if before else 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.BAD))
        for line in lines:
            x = self._x(starts[line - 1])
            y = _FLAGS + _BARS
            notch = [QPointF(x - 5, y + 7), QPointF(x + 5, y + 7), QPointF(x, y - 3)]
            painter.drawPolygon(QPolygonF(notch))

    def _paint_tempo(self, painter: QPainter) -> None:
        assert self._fit is not None
        nudge = self._fit.nudge
        if nudge is None:
            return
        y = _FLAGS + _BARS + _TEMPO + 2
        left, right = (self._x(self._tick(bar)) for bar in (nudge.first, nudge.last))
        painter.setPen(QPen(QColor(tokens.ENTROPY), 2.0))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
        text = f"{nudge.percent:+.1f} %"
        room = painter.fontMetrics().horizontalAdvance(text) + 4
        start = min(max((left + right - room) / 2, 2.0), self.width() - room - 2.0)
        painter.setPen(QColor(tokens.TEXT2))
        painter.drawText(QRectF(start, y + 3, room, 15), Qt.AlignmentFlag.AlignCenter, text)

    def words_at(self, x: float) -> str:
        """What lies at a place, in a sentence."""
        fit = self._fit
        if fit is None:
            return ""
        for landing in fit.landings:
            if abs(self._x(self._tick(landing.hit.bar)) - x) < 5:
                state = f"{landing_state(landing)}, {landing_error(landing)}"
                return f"{landing_title(landing)}: {state}"
        for bar in range(1, len(fit.order.sources) + 1):
            if self.bar_box(bar).left() <= x < self.bar_box(bar).right():
                return f"Bar {bar}: {self._bar_words(bar)}"
        return ""

    def _bar_words(self, bar: int) -> str:
        assert self._fit is not None
        source = self._fit.order.sources[bar - 1]
        return {
            "new": "new, to be composed",
            "anew": f"bar {source} before, composed anew",
            "locked": f"bar {source} before, locked",
            "kept": f"bar {source} before, note for note",
        }[self.kind(bar)]

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return bool(super().event(event))
