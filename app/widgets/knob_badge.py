"""The badge of a slider that a knob moves, and the entries of its menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QWidget

from app.widgets.chip import Chip

MOVE_A_KNOB = "Move a knob"


@dataclass(frozen=True, slots=True)
class KnobView:
    """What a badge shows.

    Args:
        text: the knob, such as `CC 21`; empty without one.
        learning: the slider waits for its knob.
        waiting: the knob was turned and has not met the slider yet.
        hint: one sentence for the pointer.
    """

    text: str = ""
    learning: bool = False
    waiting: bool = False
    hint: str = ""


class KnobBadge(Chip):
    """Says which knob moves a slider; not there without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.view = KnobView()
        self.hide()

    def show_knob(self, view: KnobView) -> None:
        self.view = view
        self.setText(MOVE_A_KNOB if view.learning else view.text)
        self.set_tone("accent" if view.learning or view.waiting else "secondary")
        self.setToolTip(view.hint)
        self.setAccessibleName(view.hint)
        self.setVisible(bool(self.text()))


def add_knob_entries(
    menu: QMenu,
    badge: KnobBadge,
    learn: Callable[[], object],
    forget: Callable[[], object],
    way: str = "",
) -> None:
    """Add what can be done about the knob of a slider.

    Args:
        learn: asks for a knob, or gives up asking where it is asked already.
        way: where the slider runs, for a pad that has two.
    """
    tail = f" ({way})" if way else ""
    view = badge.view
    text = "Stop MIDI learn" if view.learning else "MIDI learn"
    menu.addAction(text + tail).triggered.connect(lambda: learn())
    if view.text:
        menu.addAction(f"Forget {view.text}{tail}").triggered.connect(lambda: forget())
