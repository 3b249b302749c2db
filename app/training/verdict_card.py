"""The verdict of a run: old and new model on the same held-out requests, and which to keep.

The default button is what the numbers say; both can be heard, and either can be taken.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.training.words import time_left
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.text import Text
from engine.profile import DIMENSION_BY_NAME
from engine.training.story import RunState, RunStory
from engine.training.verdict import Comparison, Verdict

EMPTY = (
    "At its end a run compares the old and the new model on the same held-out requests: how well "
    "each obeys the sliders, how well it knows music it has not seen, and how near it writes to "
    "your files."
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROWS = 7


class VerdictCard(Card):
    """Wishes are signals: to keep or hear the old model, to use or hear the new one."""

    keep_wished = Signal()
    use_wished = Signal()
    hear_old_wished = Signal()
    hear_new_wished = Signal()
    judge_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Verdict", parent)
        self.chip = Chip()
        self.add_to_header(self.chip)
        self.words = Text(EMPTY, tokens.BODY, "faint")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.left = Text("", tokens.SECONDARY, "secondary")
        self.left.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.judge = push_button("Compare now")
        self.headline = Text("", tokens.TITLE)
        self.reason = Text("", tokens.SECONDARY, "secondary")
        self.reason.setWordWrap(True)
        self.old, self.new = (
            Text("", tokens.SMALL_STRONG, "faint"),
            Text("", tokens.SMALL_STRONG, "faint"),
        )
        self.hear_old = push_button("Hear", "ghost", "play")
        self.hear_new = push_button("Hear", "ghost", "play")
        self.keep = push_button("Keep the old one")
        self.use = push_button("Use the new one")
        self.rows: list[tuple[Text, Text, Text]] = []
        self._table, self._rest = QWidget(), QWidget()
        self._lay_out()
        self.keep.clicked.connect(self.keep_wished)
        self.use.clicked.connect(self.use_wished)
        self.hear_old.clicked.connect(self.hear_old_wished)
        self.hear_new.clicked.connect(self.hear_new_wished)
        self.judge.clicked.connect(self.judge_wished)

    def show_story(
        self, story: RunStory, state: RunState | None, *, can_judge: bool, in_use: str = ""
    ) -> None:
        """Show how a run was judged, or is being, or why it is not.

        Args:
            can_judge: the run has ended and has a checkpoint.
            in_use: "old" or "new" where that model is composed with.
        """
        verdict = story.verdict
        judging = state is RunState.JUDGING
        self.chip.setVisible(judging or verdict is not None)
        for part in (self._table, self._rest):
            part.setVisible(verdict is not None)
        for widget in (self.headline, self.reason, self.keep, self.use):
            widget.setVisible(verdict is not None)
        for button in (self.hear_old, self.hear_new):
            button.setVisible(verdict is not None)
        self.words.setVisible(verdict is None)
        for widget in (self.bar, self.left):
            widget.setVisible(judging)
        self.judge.setVisible(verdict is None and can_judge and not judging)
        if verdict is not None:
            self._show_verdict(verdict, in_use)
        elif judging:
            self._show_progress(story)
        else:
            self.words.setText(story.unjudged or EMPTY)
            self.words.set_tone("bad" if story.unjudged else "faint")

    def show_heard(self, waiting: str, heard: str) -> None:
        """Mark which of "old" and "new" composes its cue, and which sounds."""
        for name, button in (("old", self.hear_old), ("new", self.hear_new)):
            button.setText("Composing…" if waiting == name else "Stop" if heard == name else "Hear")

    def _show_progress(self, story: RunStory) -> None:
        self.chip.setText("comparing")
        self.chip.set_tone("accent")
        self.words.set_tone("secondary")
        self.words.setText("Old and new model answer the same requests.")
        judging = story.judging
        self.bar.setRange(0, judging.total if judging else 0)
        self.bar.setValue(judging.done if judging else 0)
        self.left.setText(time_left(story.minutes_left) if judging else "")

    def _show_verdict(self, verdict: Verdict, in_use: str) -> None:
        worse = verdict.keep_old
        self.chip.setText("keep the old one" if worse else "use the new one")
        self.chip.set_tone("bad" if worse else "good")
        self.headline.setText(verdict.headline)
        self.reason.setText(verdict.reason)
        self.old.setText(_short(verdict.judged.old))
        self.new.setText(_short(verdict.judged.new))
        lines = (verdict.control, *verdict.dimensions, verdict.loss, verdict.distance)
        for texts, line in zip(self.rows, (*lines, *[None] * _ROWS), strict=False):
            _show_line(texts, line)
        for button, name, default, words in (
            (self.keep, "old", worse, f"Keep {_short(verdict.judged.old)}"),
            (self.use, "new", not worse, "Use the new one"),
        ):
            button.setText("In use" if in_use == name else words)
            _make_default(button, default)

    def _lay_out(self) -> None:
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.SPACE_L)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for column, head in ((1, self.old), (2, self.new)):
            grid.addWidget(head, 0, column, _RIGHT)
        for row in range(1, _ROWS + 1):
            indent = 2 <= row <= 5
            name = Text("", tokens.SECONDARY if indent else tokens.BODY)
            name.setContentsMargins(12 if indent else 0, 0, 0, 0)
            name.set_tone("secondary" if indent else "")
            texts = (name, Text("", tokens.BODY, "secondary"), Text("", tokens.BODY_STRONG))
            for column, text in enumerate(texts):
                if column:
                    grid.addWidget(text, row, column, _RIGHT)
                else:
                    grid.addWidget(text, row, column)
            self.rows.append(texts)
        grid.addWidget(self.hear_old, _ROWS + 1, 1)
        grid.addWidget(self.hear_new, _ROWS + 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_M)
        for button in (self.keep, self.use):
            button.setFixedHeight(30)
            buttons.addWidget(button, 1)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.words, 1)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.left)
        self.body.addWidget(self.judge, 0, Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self._table)
        self.body.addWidget(self._rest, 1)
        self.body.addLayout(buttons)


def _show_line(texts: tuple[Text, Text, Text], line: Comparison | None) -> None:
    for text in texts:
        text.setVisible(line is not None)
    if line is None:
        return
    name, old, new = texts
    dimension = DIMENSION_BY_NAME.get(line.name)
    name.setText(dimension.title if dimension else line.name)
    old.setText(line.words(line.old))
    new.setText(line.words(line.new))
    new.set_tone({1: "good", -1: "bad"}.get(line.better, ""))


def _make_default(button: QPushButton, default: bool) -> None:
    kind = "primary" if default else ""
    button.setDefault(default)
    if button.property("kind") != kind:
        button.setProperty("kind", kind)
        button.setFont(font(tokens.TITLE if default else tokens.BODY_STRONG))
        button.style().unpolish(button)
        button.style().polish(button)


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"
