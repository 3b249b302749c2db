"""A named value on a slider: name, lane glyph, number, track and everyday words."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.theme import tokens
from app.widgets.curve_glyph import Automation, CurveGlyph
from app.widgets.knob_badge import KnobBadge, add_knob_entries
from app.widgets.numbers import format_value
from app.widgets.text import Text
from app.widgets.track import Track
from app.widgets.value_field import ValueField
from engine.profile import Dimension


class Param(QWidget):
    """One dimension under the hand.

    Drag anywhere on the track moves relatively; Shift is fine, Alt-click and double-click
    reset, wheel and arrows step by 0.01 (Shift 0.001), Page keys by 0.1, Home and End go to the
    ends, Enter or a click on the number types, Esc takes a drag back.

    Args:
        dimension: name, words, range and default.
        colour: the dimension's signal colour.
        note: a faint word beside the title, such as "real".
        clock: seconds, monotonic.
    """

    value_moved = Signal(float)
    """Every change while a gesture runs."""
    value_committed = Signal(float)
    """The end of a gesture that changed the value: one undo step."""
    move_cancelled = Signal(float)
    """A drag was taken back; the value is the one that holds again."""
    automation_requested = Signal()
    """The lane glyph was clicked."""
    learning_requested = Signal()
    """The menu asks for a knob of a MIDI controller, or no longer."""
    forgetting_requested = Signal()
    """The menu gives the knob up."""
    explanation_requested = Signal()
    """The menu asks what this dimension does."""
    reason_requested = Signal()
    """The menu asks why it has this value."""

    def __init__(
        self,
        dimension: Dimension,
        colour: str,
        note: str = "",
        clock: Callable[[], float] = time.perf_counter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dimension = dimension
        self._spoken = f"{dimension.title} ({note})" if note else dimension.title
        self.track = Track(dimension, colour, clock)
        self.field = ValueField(dimension)
        self.glyph = CurveGlyph(dimension.title, colour)
        self.badge = KnobBadge()
        self._lay_out(note)
        self._connect()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.track.setAccessibleName(self._spoken)
        self.field.setAccessibleName(f"{self._spoken}, number")
        self.setFocusProxy(self.track)
        self._show_number()

    @property
    def value(self) -> float:
        return self.track.value

    def set_value(self, value: float) -> None:
        """Show a value, silently; refused while a gesture runs."""
        self.track.set_value(value)
        self._show_number()

    def set_automation(self, automation: Automation) -> None:
        """Say whether a lane drives this value."""
        self.glyph.set_automation(automation)
        self._show_number()

    def finish_gesture(self) -> None:
        """Commit a burst of steps now instead of after 600 ms."""
        self.track.gesture.finish()

    def set_middle(self, widget: QWidget) -> None:
        """Put a widget between the everyday words."""
        self._words.insertWidget(2, widget)

    def context_menu(self) -> QMenu:
        """The menu of the right button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        default = format_value(self._dimension, self._dimension.default)
        menu.addAction(f"Reset to {default}").triggered.connect(self.track.reset)
        menu.addAction("Type value").triggered.connect(self.field.start_typing)
        menu.addAction("Copy").triggered.connect(self._copy)
        if self.glyph.automation == Automation.OVERRIDDEN:
            menu.addSeparator()
            back = menu.addAction("Back to automation")
            back.triggered.connect(self.automation_requested)
        menu.addSeparator()
        add_knob_entries(
            menu, self.badge, self.learning_requested.emit, self.forgetting_requested.emit
        )
        menu.addSeparator()
        explain = menu.addAction(f"What {self._dimension.title} does…")
        explain.triggered.connect(lambda: self.explanation_requested.emit())
        why = menu.addAction("Why this value…")
        why.triggered.connect(lambda: self.reason_requested.emit())
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.mapToGlobal(QPoint(0, self.height()))
        self.context_menu().popup(place)

    def _lay_out(self, note: str) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(Text(self._dimension.title, tokens.NAME))
        if note:
            top.addWidget(Text(note, tokens.SECONDARY, "faint"))
        top.addStretch(1)
        top.addWidget(self.badge)
        top.addWidget(self.glyph)
        top.addWidget(self.field)
        self._words = words = QHBoxLayout()
        words.addWidget(Text(self._dimension.low_word, tokens.SMALL, "faint"))
        words.addStretch(1)
        words.addStretch(1)
        words.addWidget(Text(self._dimension.high_word, tokens.SMALL, "faint"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addSpacing(2)
        column.addWidget(self.track)
        column.addLayout(words)

    def _connect(self) -> None:
        gesture = self.track.gesture
        gesture.moved.connect(self._moved)
        gesture.committed.connect(lambda value: self.value_committed.emit(value))
        gesture.cancelled.connect(self._cancelled)
        self.track.typing_requested.connect(self.field.start_typing)
        self.field.typed.connect(gesture.jump)
        self.field.left.connect(lambda: self.track.setFocus(Qt.FocusReason.OtherFocusReason))
        self.glyph.clicked.connect(lambda: self.automation_requested.emit())

    def _moved(self, value: float) -> None:
        self._show_number()
        self.value_moved.emit(value)

    def _cancelled(self, value: float) -> None:
        self._show_number()
        self.move_cancelled.emit(value)

    def _show_number(self) -> None:
        # A third figure only where a fine move set it: on a followed value it would flicker.
        following = self.glyph.automation == Automation.FOLLOWING
        exact = following or abs(self.value - round(self.value, 2)) < 5e-4
        self.field.show_value(self.value, 2 if exact else 3)
        words = f"{self._dimension.low_word} to {self._dimension.high_word}"
        shown = format_value(self._dimension, self.value)
        self.track.setAccessibleDescription(f"{shown}, {words}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.value:g}")
