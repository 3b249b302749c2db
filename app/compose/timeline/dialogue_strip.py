"""Dialogue under the ruler: where somebody speaks, and what; shown only where there is some."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.compose.timeline.block_strip import BlockStrip
from app.compose.timeline.geometry import Row
from app.compose.timeline.gestures import Modifiers
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed, translucent

HEIGHT = 16
_GROUND = mixed(tokens.BG1, tokens.TEXT2, 0.24)
_SHADE = translucent(tokens.TEXT2, 0.045)
_FREE = Qt.KeyboardModifier.ControlModifier


class DialogueStrip(BlockStrip):
    """Speech; edges lie on the grid of the ruler, with Ctrl on any frame."""

    name = "dialogue"
    title = "Dialogue"
    noun = "dialogue"
    usual_length = 1.0
    least = 1 / 64

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self._opened = False
        self.law = ""

    @property
    def height(self) -> int:
        return HEIGHT if self._opened or self.blocks else 0

    def open(self) -> None:
        """Show the empty strip too, to draw in."""
        if not self._opened:
            self._opened = True
            self.height_changed.emit()

    def colour(self, index: int) -> QColor:
        return _GROUND

    def snapped(self, bar: float, held: Modifiers) -> float:
        bars = self.state.bars
        if held & _FREE:
            return bar
        return bars.bar(bars.snapped(bars.tick(bar), self.state.time.zoom))

    def around(self, bar: float, held: Modifiers) -> tuple[float, float]:
        near = self.snapped(bar, held)
        return near, near

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        """A faint shade over the roll, where the law holds."""
        if row.name != "roll":
            return
        for block in self.blocks:
            left, right = (round(x) for x in self.span_x(block))
            if right > area.left() and left < area.right():
                painter.fillRect(QRect(left, area.y(), right - left, area.height()), _SHADE)

    def hint(self, position: QPointF) -> str:
        index = self.index_at(position)
        if index is None:
            return f"Dialogue: drag to draw a block. {self.law}".strip()
        block = self.blocks[index]
        start, end = (
            self.state.timecode(self.state.bars.tick(b)) for b in (block.first, block.last)
        )
        return f"{block.text or 'Dialogue'}\n{start} to {end}\n{self.law}".strip()
