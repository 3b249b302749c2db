"""Phrases over the bars: brackets with their length, whose borders are dragged from bar to bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.gestures import Gesture, Modifiers, RulerDrag
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip, StripDesk
from app.theme import tokens
from app.theme.fonts import font

HEIGHT = 14
_REACH = 5.0
_LENGTHS = (2, 3, 4, 8)
Span = tuple[int, int]


class PhraseStrip(Strip):
    """Shows phrases as first and last bars; hidden while there are none.

    Signals:
        moved(int, int): the phrase that begins at a bar begins at another one.
        split(int): a phrase begins at a bar.
        joined(int): the phrase that begins at a bar goes on with the one before.
        evened(int): phrases of one length.
        typed(str): lengths such as 4+4+3+5; nothing clears them.
    """

    moved = Signal(int, int)
    split = Signal(int)
    joined = Signal(int)
    evened = Signal(int)
    typed = Signal(str)
    name = "phrases"
    title = "Phrases"

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.spans: tuple[Span, ...] = ()
        self.dragged: tuple[int, int] | None = None
        self._face = font(tokens.AXIS)

    @property
    def height(self) -> int:
        return HEIGHT if self.spans else 0

    def set_spans(self, spans: Sequence[Span]) -> None:
        """Show other phrases."""
        if tuple(spans) == self.spans:
            return
        before, self.spans = self.height, tuple(spans)
        (self.appearance_changed if before == self.height else self.height_changed).emit()

    def bar_at(self, position: QPointF) -> int:
        """The bar under the pointer, from 1."""
        return self.state.bars.index(self.tick(position.x())) + 1

    def border_at(self, position: QPointF) -> int | None:
        """The bar of the border that a press would grab."""
        for first, _ in self.spans[1:]:
            if abs(self.x(self.state.bars.tick(first)) - position.x()) <= _REACH:
                return first
        return None

    def nearest_line(self, position: QPointF) -> int:
        """The bar whose line lies nearest, from 2 to the last."""
        bars = self.state.bars
        near = round(bars.bar(min(max(self.tick(position.x()), 0), bars.end)))
        return min(max(near, 2), bars.bars)

    def show_dragged(self, border: int | None, to: int = 0) -> None:
        dragged = None if border is None else (border, to)
        if dragged != self.dragged:
            self.dragged = dragged
            self.appearance_changed.emit()

    @property
    def shown(self) -> tuple[Span, ...]:
        """The phrases, a border of them where it is dragged to."""
        if self.dragged is None:
            return self.spans
        border, to = self.dragged
        found = []
        for first, last in self.spans:
            if first == border:
                first = min(to, last)
            elif last == border - 1:
                last = max(to - 1, first)
            found.append((first, last))
        return tuple(found)

    def paint(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self._face)
        bars = self.state.bars
        for number, (first, last) in enumerate(self.shown):
            left = round(self.x(bars.tick(first))) + 2
            right = round(self.x(bars.tick(last + 1))) - 2
            if right < area.left() or left > area.right():
                continue
            hot = self.dragged is not None and first == self.dragged[1] and number > 0
            colour = QColor(tokens.WHITE if hot else tokens.TEXT2)
            top, foot = area.top() + 3, area.bottom() - 2
            painter.fillRect(QRectF(left, top, right - left, 1), colour)
            for x in (left, right - 1):
                painter.fillRect(QRectF(x, top, 1, foot - top), colour)
            words = QRectF(left, area.top(), right - left, HEIGHT)
            text = str(last - first + 1)
            wide = painter.fontMetrics().horizontalAdvance(text) + 8
            if words.width() > wide + 8:
                middle = QRectF(words.center().x() - wide / 2, words.top(), wide, HEIGHT)
                painter.fillRect(middle, QColor(tokens.BG1))
                painter.setPen(colour)
                painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, text)

    # Hands

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        border = self.border_at(position)
        return RulerDrag(desk, position, held) if border is None else _BorderDrag(self, border)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        if self.border_at(position) is None:
            self.split.emit(self.nearest_line(position))
        return True

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        menu = QMenu()
        border = self.border_at(position)
        if border is not None:
            join = menu.addAction("Join with the phrase before")
            join.triggered.connect(lambda _=False: self.joined.emit(border))
        else:
            bar = max(self.bar_at(position), 2)
            cut = menu.addAction(f"A phrase begins at bar {bar}")
            cut.setEnabled(bar not in [first for first, _ in self.spans])
            cut.triggered.connect(lambda _=False: self.split.emit(bar))
        menu.addSeparator()
        for length in _LENGTHS:
            even = menu.addAction(f"Phrases of {length} bars")
            even.triggered.connect(lambda _=False, length=length: self.evened.emit(length))
        menu.addAction("Type the lengths…").triggered.connect(lambda _=False: self.type(desk))
        menu.addSeparator()
        clear = menu.addAction("Remove all phrases")
        clear.triggered.connect(lambda _=False: self.typed.emit(""))
        return menu

    def type(self, desk: StripDesk) -> None:
        """Let all lengths be typed where the phrases stand."""
        row = self.row
        if row is not None:
            text = "+".join(str(last - first + 1) for first, last in self.spans)
            place = QRectF(self.x(0) + 2, row.top - 2, 220, HEIGHT + 4)
            desk.ask_text(place, text, self.typed.emit)

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        grabs = self.border_at(position) is not None
        return Qt.CursorShape.SplitHCursor if grabs else Qt.CursorShape.ArrowCursor

    def hint(self, position: QPointF) -> str:
        bar = self.bar_at(position)
        span = next((each for each in self.spans if each[0] <= bar <= each[1]), None)
        if span is None:
            return ""
        count = span[1] - span[0] + 1
        return (
            f"Phrase of {count} bar{'s' * (count != 1)}, bars {span[0]}-{span[1]}\n"
            "Drag a border, double-click to cut, right-click for more"
        )


class _BorderDrag:
    """Moves a border from bar line to bar line."""

    def __init__(self, strip: PhraseStrip, border: int) -> None:
        self._strip, self._border, self._to = strip, border, border
        firsts = [first for first, _ in strip.spans]
        place = firsts.index(border)
        self._low = firsts[place - 1] + 1
        self._high = strip.spans[place][1]

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        self._to = min(max(self._strip.nearest_line(position), self._low), self._high)
        self._strip.show_dragged(self._border, self._to)

    def finish(self) -> None:
        self._strip.show_dragged(None)
        if self._to != self._border:
            self._strip.moved.emit(self._border, self._to)

    def cancel(self) -> None:
        self._strip.show_dragged(None)
