"""The run: where it stands, and the buttons that start, hold and end it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QProgressBar, QPushButton, QWidget

from app.theme import tokens
from app.training.words import count, time_left
from app.widgets.buttons import push_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.text import Text
from engine.training.story import RunState, RunStory

_CHIPS = {
    RunState.STARTING: ("starting", "accent"),
    RunState.TRAINING: ("training", "accent"),
    RunState.PAUSED: ("paused", "secondary"),
    RunState.JUDGING: ("comparing", "accent"),
    RunState.ENDED: ("ended", "good"),
    RunState.FAILED: ("failed", "bad"),
    RunState.LOST: ("interrupted", "bad"),
}
_ENDINGS = {
    "finished": "Finished. Use a checkpoint to compose with it.",
    "time": "Its time is up. Use a checkpoint to compose with it.",
    "cancelled": "Stopped and saved. It can be resumed.",
    "diverged": "The loss was no number any more: the last good checkpoint is kept. "
    "Start again with a smaller learning rate.",
}
LIVING = (RunState.STARTING, RunState.TRAINING, RunState.PAUSED, RunState.JUDGING)


class RunCard(Card):
    """Wishes are signals; whether they come true is shown by `show_run`."""

    start_wished = Signal()
    resume_wished = Signal()
    """Go on with a run that has ended, from its last save."""
    word_wished = Signal(str)
    """stop, pause, resume or save, for the run's control file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._judging = False
        self.chip = Chip()
        self.add_to_header(self.chip)
        self.step = Text("", tokens.STEP)
        self.total = Text("", tokens.BODY, "secondary")
        self.share = Text("", tokens.TITLE, "accent")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.speed = Text("", tokens.SECONDARY, "secondary")
        self.left = Text("", tokens.SECONDARY, "secondary")
        self.start = push_button("Start training", "primary")
        self.pause = push_button("Pause", "primary", "pause")
        self.go_on = push_button("Resume", "primary", "play")
        self.resume = push_button("Resume run")
        self.save = push_button("Save now")
        self.cancel = push_button("Cancel", "danger")
        self.note = Text("", tokens.SECONDARY, "faint")
        self.note.setWordWrap(True)
        self._lay_out()
        self.start.clicked.connect(self.start_wished)
        self.resume.clicked.connect(self.resume_wished)
        self.pause.clicked.connect(lambda: self.word_wished.emit("pause"))
        self.go_on.clicked.connect(lambda: self.word_wished.emit("resume"))
        self.save.clicked.connect(lambda: self.word_wished.emit("save"))
        self.cancel.clicked.connect(self._ask)

    def show_run(
        self,
        title: str,
        story: RunStory,
        state: RunState | None,
        *,
        resumable: bool,
        hindrance: str,
        trouble: str = "",
    ) -> None:
        """Show a run, or that there is none.

        Args:
            hindrance: why no new run can begin, or empty.
            trouble: what went wrong in starting one, or empty.
        """
        self.title.setText(title)
        living = state in LIVING
        word, tone = _CHIPS[state] if state else ("", "secondary")
        self.chip.setText(word)
        self.chip.set_tone(tone)
        self.chip.setVisible(state is not None)
        self._show_numbers(story, state)
        self.start.setVisible(not living)
        self.start.setText("Start training" if state is None else "New run")
        _set_kind(self.start, "" if story.verdict is not None else "primary")
        self.start.setEnabled(not hindrance)
        self.start.setToolTip(hindrance)
        self.resume.setVisible(
            not living and resumable and story.ending not in ("finished", "time")
        )
        judging = state is RunState.JUDGING
        self.pause.setVisible(living and state is not RunState.PAUSED and not judging)
        self.pause.setEnabled(state is RunState.TRAINING)
        self.go_on.setVisible(state is RunState.PAUSED)
        self.save.setVisible(living and not judging)
        self.cancel.setVisible(living)
        self.cancel.setText("Skip the comparison" if judging else "Cancel")
        self._judging = judging
        self.save.setEnabled(state is RunState.TRAINING)
        self._show_note(story, state, hindrance, trouble)

    def _show_numbers(self, story: RunStory, state: RunState | None) -> None:
        by_time = bool(story.minute_limit)
        for widget in (self.step, self.total, self.share, self.bar, self.speed, self.left):
            widget.setVisible(state is not None)
        self.step.setText(count(story.step))
        self.total.setText(
            f"steps in {story.last.minutes if story.last else 0:.0f} of {story.minute_limit:g} min"
            if by_time
            else f"of {count(story.total)} steps"
            if story.total
            else "steps"
        )
        self.share.setText(f"{story.share:.0%}")
        self.bar.setValue(round(1000 * story.share))
        speed = story.steps_per_second
        moving = state is RunState.TRAINING and speed > 0
        self.speed.setText(_speed(speed) if moving else "")
        timed = moving or state is RunState.JUDGING
        self.left.setText(time_left(story.minutes_left) if timed else "")

    def _show_note(
        self, story: RunStory, state: RunState | None, hindrance: str, trouble: str
    ) -> None:
        tone = "faint"
        if trouble:
            text, tone = trouble, "bad"
        elif state is RunState.STARTING:
            text = "Loading the network and the data…"
        elif state is RunState.JUDGING:
            text = "Trained. Old and new model are being compared; you can keep composing."
        elif state in LIVING:
            text = "You can keep composing, or close the window: the run lives on."
        elif state is RunState.FAILED:
            text, tone = story.failure, "bad"
        elif state is RunState.LOST:
            text = "Its process ended without a word. Resume goes on from its last save."
        elif story.ending == "diverged":
            text, tone = _ENDINGS["diverged"], "bad"
        elif story.verdict is not None and not hindrance:
            text = "Trained and compared: the verdict says which model to keep."
        else:
            text = hindrance or _ENDINGS.get(
                story.ending, "Training runs beside composing, in a process of its own."
            )
        self.note.setText(text)
        self.note.set_tone(tone)

    def _lay_out(self) -> None:
        numbers = QHBoxLayout()
        numbers.setSpacing(tokens.SPACE_M)
        numbers.addWidget(self.step)
        numbers.addWidget(self.total)
        numbers.addStretch(1)
        numbers.addWidget(self.share)
        pace = QHBoxLayout()
        pace.addWidget(self.speed)
        pace.addStretch(1)
        pace.addWidget(self.left)
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_M)
        for button, stretch in (
            (self.start, 3), (self.pause, 3), (self.go_on, 3), (self.resume, 3), (self.save, 2),
            (self.cancel, 1),
        ):  # fmt: skip
            button.setFixedHeight(32)
            buttons.addWidget(button, stretch)
        self.body.addLayout(numbers)
        self.body.addWidget(self.bar)
        self.body.addLayout(pace)
        self.body.addLayout(buttons)
        self.body.addWidget(self.note)

    def _ask(self) -> None:
        if self._judging:
            self.word_wished.emit("stop")
            return
        box = QMessageBox(self.window())
        box.setWindowTitle("Cancel training")
        box.setText("End this run?")
        box.setInformativeText("Its checkpoint is saved, and the run can be resumed later.")
        stop = box.addButton("Save checkpoint and stop", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep training", QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(lambda: self.word_wished.emit("stop"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _set_kind(button: QPushButton, kind: str) -> None:
    """A run that was judged asks for a decision first: only one button is amber."""
    if button.property("kind") != kind:
        button.setProperty("kind", kind)
        button.style().unpolish(button)
        button.style().polish(button)


def _speed(steps_per_second: float) -> str:
    if steps_per_second >= 1:
        return f"{steps_per_second:.1f} steps/s"
    return f"{1 / steps_per_second:.1f} s a step"
