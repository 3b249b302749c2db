"""Drags in a strip of blocks: a new one spanned, one moved, one edge moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.compose.timeline.blocks import Block, moved, resized, spanned
from app.compose.timeline.gestures import THRESHOLD, Modifiers, snapped_tick

if TYPE_CHECKING:
    from app.compose.timeline.block_strip import BlockStrip
    from app.compose.timeline.strip import StripDesk


class BlockSpan:
    """On free ground: a drag spans a block, a click locates."""

    def __init__(
        self, strip: BlockStrip, desk: StripDesk, position: QPointF, held: Modifiers
    ) -> None:
        self._strip, self._desk, self._start = strip, desk, position
        self._clicked = snapped_tick(strip.state, position, held)
        self._dragging = False
        self._block: Block | None = None

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        strip = self._strip
        if not self._dragging and abs(position.x() - self._start.x()) < THRESHOLD:
            return
        self._dragging = True
        anchor = strip.bar_at(self._start)
        ends = (
            *strip.around(anchor, modifiers),
            *strip.around(strip.bar_at(position), modifiers),
        )
        block = spanned(strip.blocks, anchor, min(ends), max(ends), strip.end)
        self._block = block if block is not None and block.length >= strip.least else None
        strip.show_dragged(None, self._block)

    def finish(self) -> None:
        self._strip.show_dragged(None, None)
        if not self._dragging:
            self._desk.locate(self._clicked)
        elif self._block is not None:
            self._strip.add(self._desk, self._block)

    def cancel(self) -> None:
        self._strip.show_dragged(None, None)


class _Change:
    """A drag of a block that is there already."""

    def __init__(self, strip: BlockStrip, index: int) -> None:
        self._strip, self._index = strip, index
        self._before = strip.blocks[index]
        self._block = self._before

    def _show(self, block: Block) -> None:
        self._block = block
        self._strip.show_dragged(self._index, block)

    def finish(self) -> None:
        self._strip.show_dragged(None, None)
        if self._block != self._before:
            self._strip.block_changed.emit(self._index, self._block)
            # Past another it has another place among them.
            self._strip.choose(self._strip.index_of(self._block))

    def cancel(self) -> None:
        self._strip.show_dragged(None, None)


class BlockMove(_Change):
    """Moves a block, past others where there is room for it."""

    def __init__(self, strip: BlockStrip, index: int, position: QPointF) -> None:
        super().__init__(strip, index)
        self._start = position
        self._dragging = False

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        strip = self._strip
        way = position.x() - self._start.x()
        if not self._dragging and abs(way) < THRESHOLD:
            return
        self._dragging = True
        bars = strip.state.bars
        tick = bars.tick(self._before.first) + way / strip.state.time.zoom
        first = strip.snapped(bars.bar(min(max(tick, 0), bars.end)), modifiers)
        self._show(moved(strip.blocks, self._index, first, strip.end))


class BlockResize(_Change):
    """Moves one edge of a block, up to its neighbours."""

    def __init__(self, strip: BlockStrip, index: int, edge: str) -> None:
        super().__init__(strip, index)
        self._edge = edge

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        strip = self._strip
        place = strip.snapped(strip.bar_at(position), modifiers)
        self._show(resized(strip.blocks, self._index, self._edge, place, strip.least, strip.end))
