"""A segmented control: one of a few pages or modes is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from app.theme import tokens
from app.theme.fonts import font


class Segmented(QFrame):
    """Exactly one segment is on; `chosen(key)` comes from the user only.

    With the focus on it, the arrows choose the neighbour (Qt does that for exclusive groups).

    Args:
        options: `(key, title)` from left to right.
        name: what the control chooses, for screen readers.
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "segments")
        self.setAccessibleName(name)
        self.setFixedHeight(38)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for key, title in options:
            row.addWidget(self._add(key, title))
        next(iter(self._buttons.values())).setChecked(True)

    @property
    def current(self) -> str:
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_current(self, key: str) -> None:
        """Turn a segment on, silently."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        """One segment, for a tool tip or to disable it."""
        return self._buttons[key]

    def _add(self, key: str, title: str) -> QPushButton:
        button = QPushButton(title)
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setFont(font(tokens.NAME))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(30)
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._group.addButton(button)
        self._buttons[key] = button
        return button
