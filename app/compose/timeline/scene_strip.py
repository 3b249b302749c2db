"""The scenes over the ruler: whole bars with a title, in soft colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from app.compose.timeline.block_strip import BlockStrip
from app.compose.timeline.strip import THIN, Side
from app.theme import tokens
from app.theme.colours import mixed

HEIGHT = 17
_INKS = (
    tokens.ENTROPY,
    tokens.RSI_IMAGINARY,
    tokens.TRAUMA,
    tokens.RSI_REAL,
    tokens.TEMPERATURE,
    "#8C70E2",
)
_SOFTNESS = 0.30


class SceneStrip(BlockStrip):
    """What happens in the picture."""

    name = "scenes"
    title = "Scenes"
    side = Side.OVER
    noun = "scene"
    usual_length = 4.0
    least = 1.0

    @property
    def height(self) -> int:
        return HEIGHT if self.blocks or self.dragged else THIN

    def colour(self, index: int) -> QColor:
        return mixed(tokens.BG1, _INKS[index % len(_INKS)], _SOFTNESS)

    def hint(self, position: QPointF) -> str:
        index = self.index_at(position)
        if index is None:
            return "Scenes: drag to draw one, click to locate"
        block = self.blocks[index]
        first, last = int(block.first), int(block.last) - 1
        bars = f"bar {first}" if first == last else f"bars {first} to {last}"
        start, end = (
            self.state.timecode(self.state.bars.tick(b)) for b in (block.first, block.last)
        )
        return (
            f"{block.text or 'Scene'}: {bars}, {start} to {end}\n"
            "Drag to move, drag an edge to resize, double-click to rename, Del removes"
        )
