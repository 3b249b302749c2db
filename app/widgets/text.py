"""A label of the type scale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.theme.tokens import TextStyle


class Text(QLabel):
    """Plain text in one step of the type scale.

    Args:
        text: what it says; markup is shown as it is.
        style: a step such as `tokens.TITLE`.
        tone: "", "secondary", "faint", "accent", "good" or "bad".
    """

    def __init__(
        self,
        text: str = "",
        style: TextStyle = tokens.BODY,
        tone: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(style))
        self.setProperty("tone", tone)

    def set_tone(self, tone: str) -> None:
        """Change the colour by its meaning."""
        if tone == self.property("tone"):
            return
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
