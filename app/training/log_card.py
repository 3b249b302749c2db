"""What happened in a run, the latest first, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.training.words import clock, count
from app.widgets.buttons import push_button
from app.widgets.card import Card
from engine.training.events import (
    CheckpointKept,
    Evaluated,
    Judged,
    JudgingFailed,
    Noted,
    RunBegan,
    RunContinued,
    RunEvent,
    RunFailed,
    RunPaused,
    StageBegan,
    StepsHeldUp,
    TrainingEnded,
)
from engine.training.run_folder import RunFolder
from engine.training.verdict import Verdict

SHOWN = 300
_KEPT = {"best": "kept as the best", "asked": "saved as you asked", "last": "kept at the end"}
_ENDED = {
    "finished": "finished",
    "time": "its time is up",
    "cancelled": "stopped and saved",
    "diverged": "diverged: the last good checkpoint stays",
}


class LogCard(Card):
    """Reads a story; "Show file" opens the journal where it lies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Log", parent)
        self._run: RunFolder | None = None
        self._lines: list[str] = []
        self.file = push_button("Show folder", "quiet")
        self.file.setFont(font(tokens.SECONDARY_STRONG))
        self.add_to_header(self.file)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Log of the run")
        self.text.setFont(font(tokens.SECONDARY))
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ background: transparent; border: none; color: {tokens.TEXT2}; }}"
        )
        self.text.document().setDocumentMargin(0)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.text, 1)
        self.file.clicked.connect(self._reveal)

    def show_log(self, run: RunFolder | None, log: list[Noted]) -> None:
        """Show the log of a run."""
        self._run = run
        self.file.setVisible(run is not None)
        lines = [f"{clock(each.at)}  {sentence(each.event)}" for each in reversed(log[-SHOWN:])]
        if lines != self._lines:
            self._lines = lines
            self.text.setPlainText("\n".join(lines))

    def _reveal(self) -> None:
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.path)))


def sentence(event: RunEvent) -> str:
    """One short line for an event."""
    step = f"step {count(event.step)}"
    match event:
        case RunBegan():
            return "run started" if event.step == 0 else f"resumed at {step}"
        case Evaluated():
            found = {name: value for name, value in event.per_note.items() if value is not None}
            parts = [
                f"{name} {value:.2f}" if len(found) > 1 else f"{value:.2f}"
                for name, value in found.items()
            ]
            return f"{step}  validation {', '.join(parts) or 'without data'}"
        case CheckpointKept():
            return f"{step}  {_KEPT.get(event.reason, 'kept')}"
        case StageBegan():
            return f"{step}  stage {event.stage} of {event.stages}"
        case StepsHeldUp():
            steps = "1 step" if event.steps == 1 else f"{count(event.steps)} steps"
            return f"{step}  slow: {steps} held up, {60 * event.minutes:.0f} s of it not counted"
        case RunPaused():
            return f"{step}  paused"
        case RunContinued():
            return f"{step}  going on"
        case TrainingEnded():
            return f"{step}  {_ENDED.get(event.reason, event.reason)}"
        case RunFailed() | JudgingFailed():
            return event.sentence
        case Judged():
            return Verdict(event).headline
    return step
