"""A strip of blocks: drawn by dragging, moved, resized, renamed and removed where they lie.

What a block stands for is for subclasses and for whoever listens: here it is a stretch of bars
with a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.block_gestures import BlockMove, BlockResize, BlockSpan
from app.compose.timeline.blocks import Block, block_at, spanned
from app.compose.timeline.choosing_strip import ChoosingStrip
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import Gesture, Modifiers, RulerDrag
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import StripDesk
from app.theme import tokens
from app.theme.fonts import font

_EDGE = 5.0
_SAME = 1e-5
_DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_RENAMES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class BlockStrip(ChoosingStrip):
    """Shows blocks; what was done is said by their index among those given last.

    Signals:
        block_added(Block): a new one was drawn.
        block_changed(int, Block): it has another place or text.
        block_removed(int)
        menu_filled(QMenu, int): the menu of a block opens; others may add entries.
    """

    block_added = Signal(object)
    block_changed = Signal(int, object)
    block_removed = Signal(int)
    menu_filled = Signal(object, int)
    noun = "block"
    usual_length = 1.0
    least = 1.0

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.blocks: tuple[Block, ...] = ()
        self.dragged: tuple[int | None, Block] | None = None
        self._face = font(tokens.SMALL_STRONG)

    # What is shown

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        """Show other blocks; a chosen one stays chosen at its index."""
        if tuple(blocks) != self.blocks:
            before, self.blocks = self.height, tuple(blocks)
            self._left(len(self.blocks))
            self._say(before)

    def colour(self, index: int) -> QColor:
        """The ground of a block."""
        return QColor(tokens.BG3)

    def snapped(self, bar: float, held: Modifiers) -> float:
        """The nearest place where an edge may lie: a bar line."""
        return float(min(max(round(bar), 1), self.end))

    def around(self, bar: float, held: Modifiers) -> tuple[float, float]:
        """The places before and after `bar` where edges of a new block may lie."""
        first = min(math.floor(bar + 1e-9), self.state.bars.bars)
        return float(first), float(first + 1)

    @property
    def end(self) -> float:
        return self.state.bars.bars + 1.0

    def span_x(self, block: Block) -> tuple[float, float]:
        """The widget positions of both edges."""
        bars = self.state.bars
        return self.x(bars.tick(block.first)), self.x(bars.tick(block.last))

    def timecodes(self, block: Block) -> tuple[str, str]:
        """Where a block begins and ends in the picture."""
        bars = self.state.bars
        return self.state.timecode(bars.tick(block.first)), self.state.timecode(
            bars.tick(block.last)
        )

    def bar_at(self, position: QPointF) -> float:
        return self.state.bars.bar(min(max(self.tick(position.x()), 0), self.state.bars.end))

    def paint(self, painter: QPainter, area: QRect) -> None:
        shown = list(enumerate(self.blocks))
        if self.dragged is not None:
            index, block = self.dragged
            shown = [each for each in shown if each[0] != index]
            shown.append((len(self.blocks) if index is None else index, block))
        for index, block in shown:
            self._paint_block(painter, area, index, block)

    def _paint_block(self, painter: QPainter, area: QRect, index: int, block: Block) -> None:
        left, right = self.span_x(block)
        rect = QRectF(round(left), area.y() + 1, round(right) - round(left) - 1, area.height() - 1)
        if rect.right() < area.left() or rect.left() > area.right():
            return
        chosen = index == self.chosen
        colour = self.colour(index)
        painter.fillRect(rect, colour.lighter(118) if index == self.hovered else colour)
        painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), colour.lighter(190))
        if chosen:
            painter.setPen(QColor(tokens.WHITE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        words = rect.intersected(QRectF(area)).adjusted(7, 0, -3, 0)
        if words.width() > 14 and block.text:
            painter.setFont(self._face)
            painter.setPen(QColor(tokens.TEXT1))
            text = painter.fontMetrics().elidedText(
                " ".join(block.text.split()), Qt.TextElideMode.ElideRight, int(words.width())
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    # Hands

    def index_at(self, position: QPointF) -> int | None:
        return block_at(self.blocks, self.bar_at(position))

    def index_of(self, block: Block) -> int | None:
        """The block that begins where another does; its owner may have rounded it."""
        found = (i for i, e in enumerate(self.blocks) if abs(e.first - block.first) < _SAME)
        return next(found, None)

    def edge_at(self, position: QPointF) -> tuple[int, str] | None:
        """The block and the edge, "first" or "last", that a press would grab."""
        for index, block in enumerate(self.blocks):
            left, right = self.span_x(block)
            reach = min(_EDGE, (right - left) / 4)
            if left <= position.x() <= left + reach:
                return index, "first"
            if right - reach <= position.x() < right:
                return index, "last"
        return None

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        edge, index = self.edge_at(position), self.index_at(position)
        self.choose(edge[0] if edge else index)
        if edge is not None:
            return BlockResize(self, *edge)
        if index is not None:
            return BlockMove(self, index, position)
        if self.tick(position.x()) >= self.state.bars.end:
            return RulerDrag(desk, position, held)
        return BlockSpan(self, desk, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        index = self.index_at(position)
        if index is not None:
            self.rename(desk, index)
        elif 0 <= self.tick(position.x()) < self.state.bars.end:
            self.add_at(desk, self.bar_at(position))
        return True

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        menu = QMenu()
        index = self.index_at(position)
        if index is None:
            bar = self.bar_at(position)
            new = menu.addAction(f"New {self.noun} here")
            new.triggered.connect(lambda _=False: self.add_at(desk, bar))
            return menu
        self.choose(index)
        menu.addAction("Rename…\tReturn").triggered.connect(
            lambda _=False: self.rename(desk, index)
        )
        self.menu_filled.emit(menu, index)
        menu.addSeparator()
        menu.addAction("Delete\tDel").triggered.connect(
            lambda _=False: self.block_removed.emit(index)
        )
        return menu

    def act(self, desk: StripDesk, key: int, held: Modifiers) -> Callable[[], object] | None:
        chosen = self.chosen
        if chosen is None or held:
            return None
        if key in _DELETES:
            return lambda: self.block_removed.emit(chosen)
        if key in _RENAMES:
            return lambda: self.rename(desk, chosen)
        return None

    def add_at(self, desk: StripDesk, bar: float) -> None:
        """A new block of the usual length where there is room, its name ready to be typed."""
        first, after = self.around(bar, Qt.KeyboardModifier.NoModifier)
        last = max(first + self.usual_length, after)
        block = spanned(self.blocks, bar, first, last, self.end)
        if block is not None:
            self.add(desk, block)

    def add(self, desk: StripDesk, block: Block) -> None:
        """Say that a block is new, then let it be named."""
        self.block_added.emit(block)
        index = self.index_of(block)
        if index is not None:
            self.choose(index)
            self.rename(desk, index)

    def rename(self, desk: StripDesk, index: int) -> None:
        """Let the text of a block be typed where it stands."""
        row, block = self.row, self.blocks[index]
        if row is None:
            return
        left, right = self.span_x(block)
        left = max(left, float(GUTTER))
        place = QRectF(left, row.top, max(right - left, 0.0), row.height)

        def done(text: str) -> None:
            if index < len(self.blocks) and self.blocks[index] == block:
                self.block_changed.emit(index, Block(block.first, block.last, text))

        desk.ask_text(place, block.text, done)

    def show_dragged(self, index: int | None, block: Block | None) -> None:
        """Show a block where it is dragged to; None ends that."""
        dragged = None if block is None else (index, block)
        if dragged != self.dragged:
            before, self.dragged = self.height, dragged
            self._say(before)

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        if self.edge_at(position) is not None:
            return Qt.CursorShape.SplitHCursor
        free = self.index_at(position) is None
        return Qt.CursorShape.CrossCursor if free else Qt.CursorShape.ArrowCursor
