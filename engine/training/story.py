"""A run as its journal tells it so far: where it stands, its curves, how long it will take.

Fed with noted events in order, it answers without reading anything again. Knows neither files
nor windows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from engine.training.events import (
    CheckpointKept,
    CoherenceMeasured,
    Evaluated,
    Judged,
    JudgingFailed,
    JudgingMoved,
    Noted,
    RunBegan,
    RunContinued,
    RunFailed,
    RunPaused,
    StageBegan,
    StepDone,
    StepsHeldUp,
    TrainingEnded,
)
from engine.training.pace import Pace
from engine.training.verdict import Verdict

SMOOTHING = 0.9
COMPLETE = ("finished", "time")


class RunState(Enum):
    """`LOST` is a run whose process is gone without a word: killed, or the machine went down."""

    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    JUDGING = "judging"
    ENDED = "ended"
    FAILED = "failed"
    LOST = "lost"


class RunStory:
    """Curves are lists of equal length: steps with losses, and steps with validations, both in
    nats a token, so that they can stand on one axis; steps with mean cosines of the same and of
    different profiles."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.smooth: list[float] = []
        self.validation_steps: list[int] = []
        self.validations: list[float] = []
        self.coherence_steps: list[int] = []
        self.same: list[float] = []
        self.different: list[float] = []
        self.last: StepDone | None = None
        self.judging: JudgingMoved | None = None
        self.verdict: Verdict | None = None
        self.total, self.minute_limit = 0, 0.0
        self.ending = self.failure = self.unjudged = ""
        self.log: list[Noted] = []
        self._state = RunState.STARTING
        self._weight = 0.0
        self._pace = Pace()

    def tell(self, noted: Iterable[Noted]) -> None:
        """Go on with the story."""
        for each in noted:
            self._tell(each)

    def state(self, *, alive: bool) -> RunState:
        """Where the run stands, given whether its process lives."""
        told = (RunState.ENDED, RunState.FAILED)
        if self._state is RunState.JUDGING and not alive:
            # Its training had ended well before the comparison was broken off.
            return RunState.ENDED
        if alive:
            # A run that is taken up again says so only once it has loaded everything.
            return RunState.STARTING if self._state in told else self._state
        return self._state if self._state in told else RunState.LOST

    @property
    def step(self) -> int:
        return self.last.step if self.last else 0

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1, by whichever limit is nearer."""
        if self.last is None:
            return 0.0
        by_steps = self.last.step / max(self.total, 1)
        by_time = self.last.minutes / self.minute_limit if self.minute_limit else 0.0
        return min(max(by_steps, by_time), 1.0)

    @property
    def steps_per_second(self) -> float:
        """Over the last steps, evaluations and pauses left out; 0 where nothing is known."""
        return self._pace.steps_per_second

    @property
    def minutes_left(self) -> float | None:
        """By the clock, evaluations, saves and the comparison at the end included; None where it
        cannot be said yet."""
        if self.judging is not None:
            return self._pace.judging_left(self.judging)
        if self.last is None:
            return None
        return self._pace.minutes_left(self.last, self.minute_limit)

    @property
    def best(self) -> tuple[int, float] | None:
        """Step and value of the lowest validation."""
        if not self.validations:
            return None
        value = min(self.validations)
        return self.validation_steps[self.validations.index(value)], value

    def _tell(self, noted: Noted) -> None:
        match event := noted.event:
            case RunBegan():
                self._forget_after(event.step)
                self.total, self.minute_limit = event.steps, event.minutes
                self.ending = self.failure = self.unjudged = ""
                self.verdict = self.judging = None
                self._pace = Pace(event.verdict)
                self._state = RunState.TRAINING
                self.log.append(noted)
            case StepDone():
                self._step(event)
                self._pace.stepped(event, noted.at)
            case Evaluated():
                self._evaluated(event)
                self.log.append(noted)
            case RunPaused():
                self._state = RunState.PAUSED
                self._pace.paused(noted.at)
                self.log.append(noted)
            case RunContinued():
                self._state = RunState.TRAINING
                self._pace.continued(noted.at)
                self.log.append(noted)
            case CheckpointKept() | StageBegan() | StepsHeldUp():
                self.log.append(noted)
            case TrainingEnded():
                judges = self._pace.verdict and event.reason in COMPLETE
                self._state = RunState.JUDGING if judges else RunState.ENDED
                self.ending = event.reason
                self.log.append(noted)
            case RunFailed():
                self._state, self.failure = RunState.FAILED, event.sentence
                self.log.append(noted)
            case CoherenceMeasured():
                self.coherence_steps.append(event.step)
                self.same.append(event.same)
                self.different.append(event.different)
            case JudgingMoved():
                self._state, self.judging = RunState.JUDGING, event
                self._pace.judged(event, noted.at)
            case Judged() | JudgingFailed():
                self._state, self.judging = RunState.ENDED, None
                self.verdict = Verdict(event) if isinstance(event, Judged) else None
                self.unjudged = "" if isinstance(event, Judged) else event.sentence
                self.log.append(noted)

    def _step(self, event: StepDone) -> None:
        self.last, self.total = event, event.steps
        self.steps.append(event.step)
        self.losses.append(event.loss)
        # Weighted by what was seen, or the curve would hang at its first value.
        self._weight = SMOOTHING * self._weight + 1 - SMOOTHING
        before = self.smooth[-1] if self.smooth else event.loss
        self.smooth.append(before + (event.loss - before) * (1 - SMOOTHING) / self._weight)

    def _evaluated(self, event: Evaluated) -> None:
        values = [value for value in event.per_token.values() if value is not None]
        if values:
            self.validation_steps.append(event.step)
            self.validations.append(sum(values) / len(values))

    def _forget_after(self, step: int) -> None:
        while self.steps and self.steps[-1] > step:
            for part in (self.steps, self.losses, self.smooth):
                part.pop()
        while self.validation_steps and self.validation_steps[-1] > step:
            self.validation_steps.pop()
            self.validations.pop()
        while self.coherence_steps and self.coherence_steps[-1] > step:
            for each in (self.coherence_steps, self.same, self.different):
                each.pop()
        if self.last is not None and self.last.step > step:
            last = self.last
            loss = self.losses[-1] if self.losses else last.loss
            done = step / max(last.step, 1)
            self.last = StepDone(step, last.steps, loss, last.rate, last.speed, last.minutes * done)
