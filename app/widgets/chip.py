"""A chip: one or two words on a tinted ground."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.widgets.text import Text

_INKS = {"good": tokens.GOOD, "accent": tokens.ACCENT, "bad": tokens.BAD}


class Chip(Text):
    """Tones are "good", "accent", "bad" and "secondary" (grey)."""

    def __init__(
        self, text: str = "", tone: str = "secondary", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, tokens.SMALL_STRONG, tone, parent)
        self.setContentsMargins(6, 2, 6, 2)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ink = _INKS.get(self.property("tone"))
        painter.setBrush(translucent(ink, 0.18) if ink else QColor(tokens.BG3))
        painter.drawRoundedRect(self.rect(), tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        painter.end()
        super().paintEvent(event)
