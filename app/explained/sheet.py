"""The sheet that explains one dimension, with two examples to hear: its low end and its high."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.compose.mini_roll import MiniRoll
from app.explained.words import EXPLANATIONS
from app.session import Session
from app.theme import tokens
from app.theme.icons import icon
from app.widgets.buttons import push_button
from app.widgets.numbers import format_value
from app.widgets.segmented import Segmented
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME, Dimension
from engine.project.cue_folder import read_take
from engine.resources import resource
from engine.take import Take

ENDS = ("low", "high")
WIDTH = 600


@dataclass(frozen=True, slots=True)
class Example:
    """An example on the sheet and the button that plays it."""

    take: Take
    button: QPushButton


class Explained(QDialog):
    """One page for each dimension.

    Args:
        name: of the dimension that is shown first.
        session: plays the examples.
    """

    def __init__(self, name: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sounding: QPushButton | None = None
        self.examples: dict[tuple[str, str], Example] = {}
        self.setWindowTitle("What the sliders do")
        titles = tuple((each.name, each.title) for each in DIMENSION_BY_NAME.values())
        self.names = Segmented(titles, "Dimension")
        self.pages = QStackedWidget()
        for dimension in DIMENSION_BY_NAME.values():
            self.pages.addWidget(self._page(dimension))
        close = push_button("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(18)
        column.addWidget(self.names)
        column.addWidget(self.pages, 1)
        column.addLayout(bottom)
        self.names.chosen.connect(self.show_dimension)
        session.transport_changed.connect(self._follow)
        self.finished.connect(lambda _result: session.end_hearing())
        self.show_dimension(name)
        self.names.button(name).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        # Wrapped words know their height only by their width, and only once they are polished.
        self.setFixedSize(WIDTH, self.layout().totalHeightForWidth(WIDTH))
        super().showEvent(event)

    @property
    def current(self) -> str:
        """The name of the dimension that is shown."""
        return self.names.current

    def show_dimension(self, name: str) -> None:
        """Turn to the page of a dimension."""
        self.names.set_current(name)
        self.pages.setCurrentIndex(list(DIMENSION_BY_NAME).index(name))

    def _page(self, dimension: Dimension) -> QWidget:
        told = EXPLANATIONS[dimension.name]
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for title, words in (
            ("What it does", told.does),
            ("What it does not do", told.does_not),
            ("What to try", told.to_try),
        ):
            column.addWidget(Text(title, tokens.CAPTION, "faint"))
            column.addWidget(_paragraph(words))
            column.addSpacing(12)
        column.addWidget(Text("To hear", tokens.CAPTION, "faint"))
        column.addWidget(_paragraph(told.heard))
        column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(tokens.SPACE_L)
        for end in ENDS:
            row.addWidget(self._example(dimension, end), 1)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _example(self, dimension: Dimension, end: str) -> QWidget:
        take = example(dimension.name, end)
        well = QFrame()
        well.setProperty("surface", "well")
        column = QVBoxLayout(well)
        column.setContentsMargins(10, 10, 10, 8)
        word = dimension.low_word if end == "low" else dimension.high_word
        if take is None:
            column.addWidget(Text("The example is missing", tokens.BODY, "faint"))
            return well
        value = take.provenance.request.lanes.profile_at(1).get(dimension.name)
        roll = MiniRoll()
        roll.setFixedHeight(54)
        roll.show_notes(take.score.notes, take.score.starts, take.provenance.temperatures)
        button = push_button("Hear")
        button.setIcon(icon("play"))
        button.setAccessibleName(f"Hear {word}")
        button.clicked.connect(lambda: self._toggle(button, take))
        self.examples[dimension.name, end] = Example(take, button)
        row = QHBoxLayout()
        row.addWidget(Text(word.capitalize(), tokens.TITLE))
        row.addWidget(Text(format_value(dimension, value), tokens.SECONDARY, "faint"))
        row.addStretch(1)
        row.addWidget(button)
        column.addWidget(roll)
        column.addLayout(row)
        return well

    def _toggle(self, button: QPushButton, take: Take) -> None:
        if self._sounding is button:
            self._session.end_hearing()
            return
        self._session.hear(take.score)
        self._sounding = button
        self._follow()

    def _follow(self) -> None:
        if not self._session.hearing:
            self._sounding = None
        for each in self.examples.values():
            sounding = each.button is self._sounding
            each.button.setText("Stop" if sounding else "Hear")
            each.button.setIcon(icon("stop" if sounding else "play"))


def example(name: str, end: str) -> Take | None:
    """The shipped example of a dimension's low or high end, or None where it is missing."""
    try:
        return read_take(resource("explained") / f"{name}-{end}.mid")
    except PsychoscoreError:
        return None


def _paragraph(words: str) -> Text:
    text = Text(words, tokens.BODY, "secondary")
    text.setWordWrap(True)
    return text
