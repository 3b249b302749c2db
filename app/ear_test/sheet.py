"""The ear test as a sheet: one question, two clips to hear, two answers; at the end what was told.

It shows what the session's ear test holds and passes on what is pressed; it judges nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.session import Session
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.ear_test import QUESTIONS
from engine.profile import DIMENSION_BY_NAME

INTRODUCTION = (
    "You hear 24 pairs of clips by this model. The two of a pair have seed, key, tempo and "
    "loudness in common and differ in one slider alone. Say which has more of it: you are not told "
    "which is which until the end. Your answers stay on this machine, with the model."
)
_WIDTH = 520


class EarTestSheet(QDialog):
    """Begins a test when it opens, and keeps what was answered when it closes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._test = session, session.ear_test
        self._heard: set[int] = set()
        self._model = session.model.name
        self.results: dict[str, Text] = {}
        self.setWindowTitle("Ear test")
        self.setFixedWidth(_WIDTH)
        self.place = Text("", tokens.SECONDARY, "faint")
        self.question = Text("", tokens.DIGITS)
        self.introduction = Text(INTRODUCTION, tokens.BODY, "secondary")
        self.introduction.setWordWrap(True)
        self.state = Text("", tokens.SECONDARY, "accent")
        self.plays = tuple(push_button(f"Play {word}", "", "play") for word in ("first", "second"))
        self.answers = tuple(push_button(f"The {word}", "primary") for word in ("first", "second"))
        self.close_button = push_button("Stop here and keep the answers")
        self._lay_out()
        for number, button in enumerate(self.plays):
            button.clicked.connect(lambda _=False, number=number: self._play(number))
        for number, button in enumerate(self.answers):
            button.clicked.connect(lambda _=False, number=number: self._answer(number == 0))
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self._end)
        self._test.changed.connect(self._show)
        session.generation_changed.connect(self._show)
        self._test.begin()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        column.addWidget(self.introduction)
        column.addWidget(self.place)
        column.addWidget(self.question)
        for buttons in (self.plays, self.answers):
            row = QHBoxLayout()
            row.setSpacing(tokens.SPACE_M)
            for button in buttons:
                row.addWidget(button, 1)
            column.addLayout(row)
        self._told = QVBoxLayout()
        column.addLayout(self._told)
        bottom = QHBoxLayout()
        bottom.addWidget(self.state)
        bottom.addStretch(1)
        bottom.addWidget(self.close_button)
        column.addSpacing(6)
        column.addLayout(bottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 and 2 play, Left and Right answer."""
        keys = {Qt.Key.Key_1: self.plays[0], Qt.Key.Key_2: self.plays[1]}
        keys |= {Qt.Key.Key_Left: self.answers[0], Qt.Key.Key_Right: self.answers[1]}
        button = keys.get(Qt.Key(event.key()))
        if button is not None:
            button.click()
        else:
            super().keyPressEvent(event)

    def _play(self, number: int) -> None:
        clips = self._test.clips
        if clips is not None:
            self._session.hear(clips[number])
            self._heard.add(number)
            self._show()

    def _answer(self, first: bool) -> None:
        self._session.end_hearing()
        self._heard.clear()
        self._test.answer(first)

    def _end(self) -> None:
        self._test.changed.disconnect(self._show)
        self._session.generation_changed.disconnect(self._show)
        self._test.end()
        self.deleteLater()

    def _show(self) -> None:
        test, pair = self._test, self._test.pair
        over = pair is None
        for widget in (*self.plays, *self.answers, self.introduction):
            widget.setVisible(not over)
        self.introduction.setVisible(not over and test.number == 0)
        if pair is None:
            self._show_results()
            return
        ready = test.clips is not None
        self.place.setText(f"Pair {test.number + 1} of {test.count}  ·  model {self._model}")
        self.question.setText(pair.question)
        for button in self.plays:
            button.setEnabled(ready)
        for button in self.answers:
            button.setEnabled(ready and len(self._heard) == 2)
            button.setToolTip("" if len(self._heard) == 2 else "Hear both clips first")
        self.state.setText("" if ready else "Composing the pair…")
        self.close_button.setText("Stop here and keep the answers" if test.number else "Close")

    def _show_results(self) -> None:
        """What was told of each dimension, once all pairs are answered or the test broke off."""
        if self.results:
            return
        answers = self._test.answers
        self.place.setText(f"{len(answers)} pairs heard  ·  model {self._model}")
        self.question.setText("What you told apart")
        self.state.setText("")
        for name, dimension in DIMENSION_BY_NAME.items():
            mine = [answer for answer in answers if answer.name == name]
            right = sum(answer.right for answer in mine)
            words = f"{dimension.title}: the more {QUESTIONS[name]} in {right} of {len(mine)} pairs"
            self.results[name] = Text(words, tokens.BODY, "secondary")
            self._told.addWidget(self.results[name])
        self.close_button.setText("Keep these answers")
