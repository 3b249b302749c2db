"""A text that can be clicked, such as a caption that leads to what it names."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.theme import tokens
from app.widgets.text import Text


class ClickText(Text):
    """Text with a hand over it; also pressed by Return or Space when it has the keyboard."""

    clicked = Signal()

    def __init__(
        self,
        text: str,
        style: tokens.TextStyle = tokens.BODY,
        tone: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, style, tone, parent)
        self._rest = tone
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.clicked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_tone("accent")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_tone(self._rest)
