"""What an empty roll says: two lines and one button."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.text import Text


class EmptyRoll(QWidget):
    """Lies over the middle of the roll while there are no notes."""

    generate_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        text = Text("Shape the psyche on the left, then Generate", tokens.NAME, "secondary")
        self.button = QPushButton("Generate")
        self.button.setProperty("kind", "primary")
        self.button.setFont(font(tokens.TITLE))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.generate_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(tokens.SPACE_L)
        layout.addWidget(text, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        also = Text("or draw notes yourself with the pencil (B)", tokens.SECONDARY, "faint")
        layout.addWidget(also, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def place(self, roll: QRect) -> None:
        """Centre it in the roll."""
        size = self.sizeHint()
        place = QRect(0, 0, min(size.width(), roll.width()), size.height())
        place.moveCenter(roll.center())
        self.setGeometry(place)
