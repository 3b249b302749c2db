"""The strips of the Timeline: their places, their names to type, and who is asked first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import Gesture, Modifiers
from app.compose.timeline.inline_text import InlineText
from app.compose.timeline.strip import Strip
from app.compose.timeline.time_canvas import TimeCanvas


class StripCanvas(TimeCanvas):
    """Shows strips over and under the ruler, and passes on to them what hands do there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered_strip: Strip | None = None
        self._inline: InlineText | None = None

    def add_strip(self, strip: Strip, before: str = "") -> None:
        """Add a strip below the others of its side, or above the one with the name `before`."""
        strips = self.surface.strips
        names = [each.name for each in strips]
        strips.insert(names.index(before) if before in names else len(strips), strip)
        strip.appearance_changed.connect(self.update)
        strip.height_changed.connect(self._lay_out)
        self._lay_out()

    def strip_under(self, position: QPointF) -> Strip | None:
        """The strip that a widget position lies in, header included."""
        return self.surface.strip(self.state.row_at(position.y()).name)

    def ask_text(self, place: QRectF, text: str, done: Callable[[str], object]) -> None:
        """Let a text be typed in place; `done` hears it, unless Esc takes it back."""
        if self._inline is not None:
            self._inline.finish()
        self._inline = InlineText(self, place, text, done)

    def open_menu(self, menu: QMenu, position: QPointF) -> None:
        """Open a menu at a widget position; it goes when it closes."""
        menu.setParent(self, menu.windowFlags())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(position.toPoint()))

    def _press_strip(self, strip: Strip, position: QPointF, held: Modifiers) -> Gesture | None:
        self.choose_notes(())
        if self.state.chosen_point is not None:
            self.choose_point(self.state.chosen_point[0], None)
        self._leave_strips(strip)
        return strip.press(self, position, held) if position.x() >= GUTTER else None

    def _leave_strips(self, pressed: Strip | None = None) -> None:
        for strip in self.surface.strips:
            if strip is not pressed:
                strip.leave()

    def _hover_strip(self, position: QPointF | None) -> None:
        strip = None if position is None else self.strip_under(position)
        if self._hovered_strip is not None and strip is not self._hovered_strip:
            self._hovered_strip.hover(None)
        self._hovered_strip = strip
        if strip is not None:
            strip.hover(position)

    def _strip_act(self, key: int, held: Modifiers) -> Callable[[], object] | None:
        found = (strip.act(self, key, held) for strip in self.surface.strips)
        return next((act for act in found if act is not None), None)
