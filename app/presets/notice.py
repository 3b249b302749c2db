"""A bar above a page: one sentence about its state, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text

Answer = tuple[str, Callable[[], object]]


class Notice(QFrame):
    """Hidden until it has something to say; an answer hides it first and then acts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.text = Text("", tokens.BODY, "accent")
        self.text.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(tokens.SPACE_L, 6, 8, 6)
        self._row.addWidget(self.text, 1)
        self.hide()

    def say(self, sentence: str, answers: Sequence[Answer] = (), tone: str = "accent") -> None:
        """Show a sentence and its answers; an empty one hides the bar."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(*answer) for answer in answers]
        self.text.setText(sentence)
        self.text.set_tone(tone)
        self.setVisible(bool(sentence))

    def _button(self, title: str, act: Callable[[], object]) -> QPushButton:
        def answered() -> None:
            self.hide()
            act()

        button = push_button(title)
        button.clicked.connect(answered)
        self._row.addWidget(button)
        return button
