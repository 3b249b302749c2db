"""A strip of things of which one can be chosen and the one under the pointer is lit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip


class ChoosingStrip(Strip):
    """Knows its things by index; subclasses say which one lies where."""

    def __init__(self, state: TimelineState, parent: QObject | None = None) -> None:
        super().__init__(state, parent)
        self.chosen: int | None = None
        self.hovered: int | None = None

    def index_at(self, position: QPointF) -> int | None:
        """The thing at a place; here there is none anywhere."""
        return None

    def choose(self, index: int | None) -> None:
        if index != self.chosen:
            self.chosen = index
            self.appearance_changed.emit()

    def leave(self) -> None:
        self.choose(None)

    def hover(self, position: QPointF | None) -> None:
        index = None if position is None else self.index_at(position)
        if index != self.hovered:
            self.hovered = index
            self.appearance_changed.emit()

    def _left(self, count: int) -> None:
        """So many things are left; a chosen one that is gone is chosen no more."""
        if self.chosen is not None and self.chosen >= count:
            self.chosen = None

    def _say(self, before: int) -> None:
        """Something else is shown; the strip may be higher or lower than before for it."""
        (self.appearance_changed if before == self.height else self.height_changed).emit()
