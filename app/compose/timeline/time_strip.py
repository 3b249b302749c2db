"""Metre and home key at the bars where they change; hidden while they never do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip, StripDesk
from app.theme import tokens
from app.theme.fonts import font

HEIGHT = 15
Words = tuple[int, str, str]


class TimeStrip(Strip):
    """Shows `(bar, metre, key)` in words, ascending; either may be empty.

    Signals:
        menu_filled(QMenu, int): the menu of a bar opens; whoever listens fills it.
    """

    menu_filled = Signal(object, int)
    name = "time"
    title = "Metre, key"

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.marks: tuple[Words, ...] = ()
        self._strong = font(tokens.SMALL_STRONG)
        self._plain = font(tokens.SMALL)

    @property
    def height(self) -> int:
        return HEIGHT if self.marks else 0

    def set_marks(self, marks: Sequence[Words]) -> None:
        """Show other marks; none hides the strip."""
        if tuple(marks) == self.marks:
            return
        before, self.marks = self.height, tuple(marks)
        (self.appearance_changed if before == self.height else self.height_changed).emit()

    def bar_at(self, position: QPointF) -> int:
        return self.state.bars.index(self.tick(position.x())) + 1

    def paint(self, painter: QPainter, area: QRect) -> None:
        places = [self.x(self.state.bars.tick(bar)) for bar, _, _ in self.marks]
        for index, (_, metre, key) in enumerate(self.marks):
            x = round(places[index])
            limit = places[index + 1] if index + 1 < len(places) else area.right() + 1
            if limit < area.left() or x > area.right():
                continue
            painter.fillRect(QRect(x, area.top() + 3, 1, area.height() - 5), QColor(tokens.TEXT3))
            at = x + 5.0
            for text, face, ink in (
                (metre, self._strong, tokens.TEXT1),
                (key, self._plain, tokens.TEXT2),
            ):
                wide = QFontMetricsF(face).horizontalAdvance(text)
                if text and at + wide < limit:
                    painter.setFont(face)
                    painter.setPen(QColor(ink))
                    painter.drawText(QPointF(at, area.top() + 11), text)
                    at += wide + 7

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        menu = QMenu()
        self.menu_filled.emit(menu, self.bar_at(position))
        return menu

    def hint(self, position: QPointF) -> str:
        bar = self.bar_at(position)
        held = [mark for mark in self.marks if mark[0] <= bar]
        metre = next((each[1] for each in reversed(held) if each[1]), "")
        key = next((each[2] for each in reversed(held) if each[2]), "")
        told = ", ".join(each for each in (metre, key) if each)
        return f"Bar {bar}: {told}\nRight-click for another metre or key from here"
