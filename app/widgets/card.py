"""A card: rounded panel with a small capital title and room for one thing on its right."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import tokens
from app.widgets.text import Text


class Card(QFrame):
    """Add content to `body`; put a chip, number or button into the header by `add_to_header`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAccessibleName(title)
        self.title = Text(title, tokens.CAPTION, "faint")
        self._header = QHBoxLayout()
        self._header.setSpacing(tokens.SPACE_M)
        self._header.addWidget(self.title)
        self._header.addStretch(1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 11, 14, 11)
        self.body.setSpacing(tokens.SPACE_M)
        self.body.addLayout(self._header)

    def add_to_header(self, widget: QWidget) -> None:
        """Show `widget` at the right end of the title line."""
        self._header.addWidget(widget)
