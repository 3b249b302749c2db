"""The Training page: data set, settings and run on the left, the loss, checkpoints and log.

It starts runs and follows them by their folders. A run that lives when the window opens is
found again, whoever started it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.session import Session
from app.theme import tokens
from app.training.checkpoints_card import CheckpointsCard
from app.training.coherence_card import CoherenceCard
from app.training.data_card import DataCard
from app.training.follower import Follower
from app.training.listening import Listening
from app.training.log_card import LogCard
from app.training.loss_chart import LossChart
from app.training.page_layout import lay_out_page
from app.training.places import Places
from app.training.run_card import LIVING, RunCard
from app.training.settings_card import SettingsCard
from app.training.verdict_card import VerdictCard
from app.training.verdict_desk import VerdictDesk
from app.widgets.card import Card
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.training.launch import LaunchedRun, launch_run, launch_verdict, relaunch_run
from engine.training.run_folder import RunFolder, free_run_path, runs_in
from engine.training.story import SMOOTHING, RunState

CHILD_MS = 300
EMPTY = (
    "No run yet. Add some of your own music and press Start training: the model in use learns "
    "from it for nine minutes, and you hear whether it gained."
)


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
        self.desk = VerdictDesk(
            session, self._places, self.follower, self.checkpoints, self.listening, self.verdict
        )
        self.unit = Text("", tokens.SECONDARY, "faint")
        self.empty = Text(EMPTY, tokens.BODY, "faint")
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
        if self._hindrance():
            return
        self.listening.end()
        try:
            wish = self.settings.wish(self.data.chosen)
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

    def _launch(self, launch: Callable[[RunFolder], LaunchedRun]) -> None:
        run = self.follower.run
        if run is None:
            return
        try:
            self._began(launch(run))
        except PsychoscoreError as error:
            self._fail(str(error))

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
        self.settings.suggest_name(self.data.chosen)
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
        self.desk.show_state(state)
        self.chart.setVisible(run is not None)
        self.empty.setVisible(run is None)
        shown = (run, len(story.log), living)
        if shown != self._checkpoints_shown:
            self._checkpoints_shown = shown
            self.checkpoints.show_run(run, locked=living)
            self.log.show_log(run, story.log)

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
        self.listening.failed.connect(self._fail)
        self.verdict.judge_wished.connect(self.judge)

    def _lay_out(self) -> None:
        self.run_card.add_to_header(self.runs)
        loss = Card("Loss")
        self.unit.setText(f"nats a token  ·  smoothing {SMOOTHING:g}  ·  steps")
        loss.add_to_header(self.unit)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        loss.body.addWidget(self.empty, 1)
        loss.body.addWidget(self.chart, 1)
        lay_out_page(
            self,
            (self.data, self.settings, self.run_card),
            loss,
            (self.coherence, self.verdict),
            ((self.checkpoints, 3), (self.log, 2)),
        )
