"""A run as its journal tells it so far: where it stands, its curves, how long it will take.

Fed with noted events in order, it answers without reading anything again. Knows neither files
nor windows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from engine.training.events import (
    CheckpointKept,
    Evaluated,
    Noted,
    RunBegan,
    RunContinued,
    RunFailed,
    RunPaused,
    StepDone,
    TrainingEnded,
)

SMOOTHING = 0.9
_RECENT = 20


class RunState(Enum):
    """`LOST` is a run whose process is gone without a word: killed, or the machine went down."""

    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"
    LOST = "lost"


class RunStory:
    """Curves are lists of equal length: steps with losses, and steps with validations; both in
    nats a token, so that they can stand on one axis."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.smooth: list[float] = []
        self.validation_steps: list[int] = []
        self.validations: list[float] = []
        self.last: StepDone | None = None
        self.total, self.minute_limit = 0, 0.0
        self.ending = self.failure = ""
        self.log: list[Noted] = []
        self._state = RunState.STARTING
        self._weight = 0.0
        self._minutes: list[tuple[int, float]] = []

    def tell(self, noted: Iterable[Noted]) -> None:
        """Go on with the story."""
        for each in noted:
            self._tell(each)

    def state(self, *, alive: bool) -> RunState:
        """Where the run stands, given whether its process lives."""
        told = (RunState.ENDED, RunState.FAILED)
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
        if len(self._minutes) < 2:
            return 0.0
        (first, begun), (last, now) = self._minutes[0], self._minutes[-1]
        return (last - first) / (60 * (now - begun)) if now > begun else 0.0

    @property
    def minutes_left(self) -> float | None:
        """Of training, None where it cannot be said yet."""
        if self.last is None or not self.steps_per_second:
            return None
        left = (self.total - self.last.step) / self.steps_per_second / 60
        if self.minute_limit:
            left = min(left, self.minute_limit - self.last.minutes)
        return max(left, 0.0)

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
                self.ending = self.failure = ""
                self._minutes.clear()
                self._state = RunState.TRAINING
                self.log.append(noted)
            case StepDone():
                self._step(event)
            case Evaluated():
                self._evaluated(event)
                self.log.append(noted)
            case RunPaused():
                self._state = RunState.PAUSED
                self.log.append(noted)
            case RunContinued():
                self._state = RunState.TRAINING
                self.log.append(noted)
            case CheckpointKept():
                self.log.append(noted)
            case TrainingEnded():
                self._state, self.ending = RunState.ENDED, event.reason
                self.log.append(noted)
            case RunFailed():
                self._state, self.failure = RunState.FAILED, event.sentence
                self.log.append(noted)

    def _step(self, event: StepDone) -> None:
        self.last, self.total = event, event.steps
        self.steps.append(event.step)
        self.losses.append(event.loss)
        # Weighted by what was seen, or the curve would hang at its first value.
        self._weight = SMOOTHING * self._weight + 1 - SMOOTHING
        before = self.smooth[-1] if self.smooth else event.loss
        self.smooth.append(before + (event.loss - before) * (1 - SMOOTHING) / self._weight)
        self._minutes.append((event.step, event.minutes))
        del self._minutes[:-_RECENT]

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
        if self.last is not None and self.last.step > step:
            last = self.last
            loss = self.losses[-1] if self.losses else last.loss
            done = step / max(last.step, 1)
            self.last = StepDone(step, last.steps, loss, last.rate, last.speed, last.minutes * done)
