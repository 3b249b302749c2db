"""A strip: one narrow row of the Timeline with things of its own, such as scenes or hit points.

A strip holds what it shows, paints it, and says what was done with it; whoever adds it to the
Timeline gives it its data and listens. The Timeline asks its strips in order and knows none of
them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu

from app.compose.timeline.geometry import GUTTER, Row
from app.compose.timeline.gestures import Desk, Gesture, Modifiers, RulerDrag
from app.compose.timeline.state import TimelineState


class Side(Enum):
    """Where a strip lies: over or under bar numbers and time code, at the foot of the roll, or
    under the temperature."""

    OVER = "over"
    UNDER = "under"
    FOOT = "foot"
    LANE = "lane"


THIN = 8
"""The height of a row that holds nothing yet: enough to draw the first thing in."""


class StripDesk(Desk, Protocol):
    """What a strip's hands may do to the Timeline."""

    def ask_text(self, place: QRectF, text: str, done: Callable[[str], object]) -> None: ...
    def open_menu(self, menu: QMenu, position: QPointF) -> None: ...


class Strip(QObject):
    """One row, hidden and empty until a subclass gives `name`, `title`, `height` and `paint`.

    Positions are in widget pixels. A height of 0 hides the strip.

    Signals:
        appearance_changed(): paint it again, and what it lays over other rows.
        height_changed(): it is higher or lower than before, or hidden.
    """

    appearance_changed = Signal()
    height_changed = Signal()
    name = ""
    title = ""
    side = Side.UNDER

    def __init__(self, state: TimelineState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state

    @property
    def height(self) -> int:
        return 0

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint the strip into its time area."""

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        """Paint what the strip lays over the time area of another row."""

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        """What a press of the left button begins; as on the ruler where nothing lies."""
        return RulerDrag(desk, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        """Whether the double click was meant for the strip."""
        return False

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        """The context menu of a place, not yet open; None where there is none."""
        return None

    def act(self, desk: StripDesk, key: int, held: Modifiers) -> Callable[[], object] | None:
        """What a key does to the thing that is chosen in the strip."""
        return None

    def leave(self) -> None:
        """Another part of the Timeline was pressed: nothing is chosen any more."""

    def hover(self, position: QPointF | None) -> None:
        """The pointer is over the strip, or left it."""

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.ArrowCursor

    def hint(self, position: QPointF) -> str:
        """The tooltip of a place; also of the header, left of the time area."""
        return ""

    # Where things are

    def x(self, tick: float) -> float:
        """The widget position of a tick."""
        return GUTTER + self.state.time.x(tick)

    def tick(self, x: float) -> float:
        """The inverse of `x`."""
        return self.state.time.tick(x - GUTTER)

    @property
    def row(self) -> Row | None:
        """Where the strip lies now; None while it is hidden."""
        return next((row for row in self.state.rows if row.name == self.name), None)
