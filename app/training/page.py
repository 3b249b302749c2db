"""The Training page: data set, settings and run on the left, the loss, checkpoints and log.

It starts runs and follows them by their folders. A run that lives when the window opens is
found again, whoever started it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.session import ModelState, Session
from app.theme import tokens
from app.training.checkpoints_card import CheckpointsCard
from app.training.coherence_card import CoherenceCard
from app.training.data_card import DataCard
from app.training.follower import Follower
from app.training.listening import Listening
from app.training.log_card import LogCard
from app.training.loss_chart import LossChart
from app.training.places import Places
from app.training.run_card import LIVING, RunCard
from app.training.settings_card import SettingsCard
from app.training.verdict_card import VerdictCard
from app.widgets.card import Card
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.training.install import model_names
from engine.training.launch import LaunchedRun, launch_run, launch_verdict, relaunch_run
from engine.training.run_folder import KeptCheckpoint, RunFolder, free_run_path, runs_in
from engine.training.story import SMOOTHING, RunState

LEFT_WIDTH = 318
CHILD_MS = 300


class TrainingPage(QWidget):
    """Everything about training that a composer meets.

    Args:
        session: is told which model to compose with.
        places: where data sets, runs and models lie.
    """

    def __init__(
        self, session: Session, places: Places | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._places = places or Places.usual()
        self._launched: LaunchedRun | None = None
        self._trouble = ""
        self._told_before = 0
        self._child = QTimer(self)
        self._child.setInterval(CHILD_MS)
        self._checkpoints_shown: object = None
        self.follower = Follower(self)
        self.data = DataCard(self._places.data_sets)
        self.settings = SettingsCard(self._places)
        self.run_card = RunCard()
        self.runs = QComboBox()
        self.runs.setAccessibleName("Run")
        self.runs.setToolTip("Look at another run")
        self.chart = LossChart()
        self.coherence = CoherenceCard()
        self.verdict = VerdictCard()
        self.listening = Listening(session, self)
        self.checkpoints = CheckpointsCard(session, self._places, self.listening)
        self.log = LogCard()
        self.unit = Text("", tokens.SECONDARY, "faint")
        self._lay_out()
        self._connect()
        self._attach()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follower.set_watching(True)
        if self.follower.state not in LIVING:
            self._attach()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.follower.set_watching(False)

    def start(self) -> None:
        """Start a new run with what is chosen."""
        data = self.data.current
        if data is None or self._hindrance():
            return
        self.listening.end()
        try:
            wish = self.settings.wish(data)
            self._began(launch_run(wish.config(), free_run_path(self._places.runs)))
        except PsychoscoreError as error:
            self._fail(str(error))

    def resume(self) -> None:
        """Go on with the run that is shown, from its last save."""
        self._launch(relaunch_run)

    def roll_back(self, step: int) -> None:
        """Go on with the run that is shown from an earlier checkpoint."""
        self.listening.end()
        self._launch(lambda run: relaunch_run(run, step))

    def judge(self) -> None:
        """Compare the model of the run that is shown with the one before."""
        self._launch(launch_verdict)

    def keep_old(self) -> None:
        """Compose with the model that the run began from."""
        name = self._old_name()
        if name:
            self._session.use_model(name)

    def use_new(self) -> None:
        """Compose with the checkpoint that was judged."""
        kept = self._judged()
        if kept is not None:
            self.checkpoints.use(kept)

    def _launch(self, launch: Callable[[RunFolder], LaunchedRun]) -> None:
        run = self.follower.run
        if run is None:
            return
        try:
            self._began(launch(run))
        except PsychoscoreError as error:
            self._fail(str(error))

    def _judged(self) -> KeptCheckpoint | None:
        """The checkpoint that the verdict is on, where it is still kept."""
        run, verdict = self.follower.run, self.follower.story.verdict
        if run is None or verdict is None:
            return None
        step = verdict.judged.checkpoint
        return next((each for each in run.checkpoints() if each.step == step), None)

    def _old_name(self) -> str:
        """The old model of the verdict, where it can still be chosen."""
        verdict = self.follower.story.verdict
        models = model_names(self._places.shipped, self._places.models)
        names = {each.name for each in models}
        return verdict.judged.old if verdict and verdict.judged.old in names else ""

    def _hear_old(self) -> None:
        folder = self._old_folder()
        run = self.follower.run
        if folder is not None and run is not None:
            self.listening.toggle(folder, run.path / "cues")

    def _old_folder(self) -> Path | None:
        name = self._old_name()
        models = model_names(self._places.shipped, self._places.models)
        return next((each.folder for each in models if each.name == name), None)

    def _hear_new(self) -> None:
        kept = self._judged()
        if kept is not None:
            self.checkpoints.hear(kept)

    def _began(self, launched: LaunchedRun) -> None:
        self._launched, self._trouble = launched, ""
        run = self.follower.run
        if run is None or run.path != launched.path:
            self.follower.follow(RunFolder(launched.path))
        self._told_before = len(self.follower.story.log)
        self._child.start()
        self._list_runs()
        self._show()

    def _fail(self, sentence: str) -> None:
        self._trouble = sentence
        self._show()

    def _say(self, word: str) -> None:
        run = self.follower.run
        if run is None:
            return
        try:
            run.request(word)  # type: ignore[arg-type]
        except PsychoscoreError as error:
            self._fail(str(error))

    def _attach(self) -> None:
        """Find the run that lives, else the one that began last."""
        runs = runs_in(self._places.runs)
        living = [run for run in runs if run.alive()]
        chosen = next(iter([*living, *runs]), None)
        if chosen != self.follower.run:
            self.follower.follow(chosen)
        self._list_runs()
        self._show()

    def _list_runs(self) -> None:
        current = self.follower.run
        paths = [run.path for run in runs_in(self._places.runs)]
        if current is not None and current.path not in paths:
            paths.insert(0, current.path)
        self.runs.blockSignals(True)
        self.runs.clear()
        for path in paths:
            self.runs.addItem(path.name.replace("-", " "), path)
        self.runs.setCurrentIndex(paths.index(current.path) if current else -1)
        self.runs.blockSignals(False)
        self.runs.setVisible(len(paths) > 1)

    def _choose_run(self, index: int) -> None:
        path = self.runs.itemData(index)
        if path is not None:
            self._trouble = ""
            self.follower.follow(RunFolder(path))
            self._show()

    def _state(self) -> RunState | None:
        """The state of the run, counting a child that has not taken its lock yet as living."""
        state, launched = self.follower.state, self._launched_here()
        if launched is None or launched.process.poll() is not None or state in LIVING:
            return state
        silent = len(self.follower.story.log) <= self._told_before
        return RunState.STARTING if silent else state

    def _launched_here(self) -> LaunchedRun | None:
        """The child of this window, where it is the run that is shown."""
        launched, run = self._launched, self.follower.run
        return launched if launched and run and launched.path == run.path else None

    def _watch_child(self) -> None:
        """A child that ends without a word changes nothing in its folder."""
        if self._launched is None or self._launched.process.poll() is not None:
            self._child.stop()
            self.follower.look()
            self._show()

    def _hindrance(self) -> str:
        return self.data.hindrance or self.settings.hindrance

    def _show(self) -> None:
        follower, state = self.follower, self._state()
        story, run = follower.story, follower.run
        trouble, launched = self._trouble, self._launched_here()
        if launched is not None and state is not RunState.FAILED and story.ending != "diverged":
            trouble = trouble or launched.failure()
        living = state in LIVING
        self.data.set_locked(living)
        self.settings.set_locked(living)
        self.settings.suggest_name(self.data.current)
        self.run_card.show_run(
            run.path.name.replace("-", " ") if run else "Run",
            story,
            state,
            resumable=run is not None and run.resumable,
            hindrance=self._hindrance(),
            trouble=trouble,
        )
        self.runs.setEnabled(not living)
        self.chart.show_story(story)
        self.coherence.show_story(story)
        self._show_verdict()
        self.chart.setVisible(run is not None)
        self.empty.setVisible(run is None)
        shown = (run, len(story.log), living)
        if shown != self._checkpoints_shown:
            self._checkpoints_shown = shown
            self.checkpoints.show_run(run, locked=living)
            self.log.show_log(run, story.log)

    def _show_verdict(self) -> None:
        story, state, run = self.follower.story, self._state(), self.follower.run
        in_use = ""
        if story.verdict is not None and self._session.model.state is ModelState.READY:
            kept = self._judged()
            used = self._session.model.name
            if kept is not None and kept.model and used == kept.model:
                in_use = "new"
            elif used == story.verdict.judged.old:
                in_use = "old"
        can_judge = state in (RunState.ENDED, RunState.LOST) and bool(story.log) and story.step > 0
        self.verdict.show_story(
            story, state, can_judge=can_judge and run is not None, in_use=in_use
        )
        self.verdict.keep.setEnabled(in_use != "old" and bool(self._old_name()))
        self.verdict.use.setEnabled(in_use != "new" and self._judged() is not None)
        self._show_heard()

    def _show_heard(self) -> None:
        kept = self._judged()
        places = {"old": self._old_folder(), "new": kept.folder if kept else None}

        def named(folder: Path | None) -> str:
            return next((name for name, each in places.items() if folder and each == folder), "")

        self.verdict.show_heard(named(self.listening.waiting), named(self.listening.heard))

    def _connect(self) -> None:
        self.follower.changed.connect(self._show)
        self._child.timeout.connect(self._watch_child)
        self.data.changed.connect(self._show)
        self.settings.changed.connect(self._show)
        self.run_card.start_wished.connect(self.start)
        self.run_card.resume_wished.connect(self.resume)
        self.run_card.word_wished.connect(self._say)
        self.runs.currentIndexChanged.connect(self._choose_run)
        self.checkpoints.model_made.connect(self.settings.refresh)
        self.checkpoints.roll_back_wished.connect(self.roll_back)
        self.listening.changed.connect(self._show_heard)
        self.listening.failed.connect(self._fail)
        self.verdict.keep_wished.connect(self.keep_old)
        self.verdict.use_wished.connect(self.use_new)
        self.verdict.hear_old_wished.connect(self._hear_old)
        self.verdict.hear_new_wished.connect(self._hear_new)
        self.verdict.judge_wished.connect(self.judge)
        self._session.devices_changed.connect(self._show_verdict)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(tokens.SPACE_M)
        row.addWidget(self._left())
        row.addWidget(self._centre(), 1)
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        for card, stretch in ((self.checkpoints, 3), (self.log, 2)):
            card.setFixedWidth(tokens.RIGHT_WIDTH)
            right.addWidget(card, stretch)
        row.addLayout(right)

    def _left(self) -> QWidget:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        self.run_card.add_to_header(self.runs)
        for card in (self.data, self.settings, self.run_card):
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(LEFT_WIDTH)
        return scroll

    def _centre(self) -> QWidget:
        card = Card("Loss")
        self.unit.setText(f"nats a token  ·  smoothing {SMOOTHING:g}  ·  steps")
        card.add_to_header(self.unit)
        self.empty = Text(
            "No run yet. Choose a data set, then Start training.", tokens.BODY, "faint"
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self.empty, 1)
        card.body.addWidget(self.chart, 1)
        below = QHBoxLayout()
        below.setSpacing(tokens.SPACE_M)
        below.addWidget(self.coherence, 1)
        below.addWidget(self.verdict, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(card, 5)
        column.addLayout(below, 4)
        return whole
