"""Presses in the strip of hit points: a flag moved, the ending clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import THRESHOLD, Modifiers
from app.compose.timeline.hit_menus import ending_menu

if TYPE_CHECKING:
    from app.compose.timeline.hit_strip import HitStrip
    from app.compose.timeline.strip import StripDesk


class HitDrag:
    """Moves a hit along the grid; with Ctrl, tick by tick."""

    def __init__(self, strip: HitStrip, index: int, position: QPointF) -> None:
        self._strip, self._index, self._start = strip, index, position
        self._before = self._hit = strip.hits[index]
        self._dragging = False

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        strip = self._strip
        way = position.x() - self._start.x()
        if not self._dragging and abs(way) < THRESHOLD:
            return
        self._dragging = True
        tick = strip.tick_of(self._before) + way / strip.state.time.zoom
        self._hit = strip.moved(self._index, strip.snapped(tick, modifiers))
        strip.show_dragged(self._index, self._hit)

    def finish(self) -> None:
        self._strip.show_dragged(self._index, None)
        if self._hit != self._before:
            self._strip.hit_changed.emit(self._index, self._hit)
            # Past another it has another place among them.
            if self._hit in self._strip.hits:
                self._strip.choose(self._strip.hits.index(self._hit))

    def cancel(self) -> None:
        self._strip.show_dragged(self._index, None)


class EndingPress:
    """A click on the ending opens its choice."""

    def __init__(self, strip: HitStrip, desk: StripDesk) -> None:
        self._strip, self._desk = strip, desk

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        return

    def finish(self) -> None:
        place = self._strip.ending_place()
        self._desk.open_menu(ending_menu(self._strip), place.bottomLeft())

    def cancel(self) -> None:
        return
