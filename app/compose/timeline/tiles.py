"""Pictures of a row, kept in tiles, so that scrolling copies and seldom paints.

A row painter draws any rectangle of its world; the cache asks for tiles of it when they are
first seen, and forgets the ones that were not used for longest.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPixmap

TILE = 256
PaintWorld = Callable[[QPainter, QRectF], None]


class TileCache:
    """The tiles of one row.

    Args:
        paint: draws the given world rectangle; the painter is already moved to the world.
        capacity: how many tiles are kept.
    """

    def __init__(self, paint: PaintWorld, capacity: int = 96) -> None:
        self._paint = paint
        self._capacity = capacity
        self._tiles: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._ratio = 1.0
        self.painted = 0

    def clear(self) -> None:
        self._tiles.clear()

    def forget(self, first: float, last: float) -> None:
        """Drop the tiles that touch world x from `first` to `last`."""
        columns = range(math.floor(first / TILE), math.floor(last / TILE) + 1)
        for place in [place for place in self._tiles if place[0] in columns]:
            del self._tiles[place]

    def draw(
        self, painter: QPainter, target: QRect, part: QRect, scroll: QPointF, height: int
    ) -> None:
        """Copy the `part` of the row at `target` to the widget.

        Args:
            target: the whole row, in widget pixels.
            part: what of it needs painting.
            scroll: world position of the row's upper left corner.
            height: height of a tile; the row's own height where the row does not scroll.
        """
        part = part.intersected(target)
        if part.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        if ratio != self._ratio:
            self.clear()
            self._ratio = ratio
        left, top = part.x() - target.x() + scroll.x(), part.y() - target.y() + scroll.y()
        painter.save()
        painter.setClipRect(part)
        for row in range(math.floor(top / height), math.ceil((top + part.height()) / height)):
            for column in range(math.floor(left / TILE), math.ceil((left + part.width()) / TILE)):
                at = QPointF(
                    target.x() + column * TILE - scroll.x(), target.y() + row * height - scroll.y()
                )
                painter.drawPixmap(at, self._tile(column, row, height))
        painter.restore()

    def _tile(self, column: int, row: int, height: int) -> QPixmap:
        place = (column, row)
        tile = self._tiles.get(place)
        if tile is not None:
            self._tiles.move_to_end(place)
            return tile
        tile = self._made(QRectF(column * TILE, row * height, TILE, height))
        self._tiles[place] = tile
        if len(self._tiles) > self._capacity:
            self._tiles.popitem(last=False)
        return tile

    def _made(self, world: QRectF) -> QPixmap:
        tile = QPixmap(
            math.ceil(world.width() * self._ratio), math.ceil(world.height() * self._ratio)
        )
        tile.setDevicePixelRatio(self._ratio)
        painter = QPainter(tile)
        painter.translate(-world.topLeft())
        self._paint(painter, world)
        painter.end()
        self.painted += 1
        return tile
