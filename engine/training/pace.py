"""How long a run will take, told from the moments at which its events were written.

By the clock: evaluations, saves and the comparison at the end count, pauses do not.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from engine.training.events import JudgingMoved, StepDone

_RECENT = 20
_REMEMBERED = 400
# For each clip a slider position gets: tokens composed by both models, about.
_JUDGED_TOKENS = 2 * 160 * 90
_RESTING_TOKENS = 2 * 64 * 90
# Composing a token of a batch takes about as long as training on so many, on one thread.
_TRAINED_PER_COMPOSED = 4.0


class Pace:
    """The pace of one process.

    Args:
        verdict: the run's setting of that name, 0 where no comparison follows.
    """

    def __init__(self, verdict: int = 0) -> None:
        self.verdict = verdict
        self._marks: list[tuple[int, float, float]] = []  # step, seconds, minutes of training
        self._speeds: deque[float] = deque(maxlen=_RECENT)
        self._judging: tuple[int, float] | None = None
        self._judged: tuple[int, float] = (0, 0.0)
        self._paused_at, self._paused = 0.0, 0.0

    def stepped(self, event: StepDone, at: float) -> None:
        """A step was done at a moment, in seconds."""
        self._marks.append((event.step, at - self._paused, event.minutes))
        self._speeds.append(event.speed)
        if len(self._marks) > _REMEMBERED:
            del self._marks[: _REMEMBERED // 4]

    def paused(self, at: float) -> None:
        self._paused_at = at

    def continued(self, at: float) -> None:
        self._paused += at - self._paused_at

    def judged(self, event: JudgingMoved, at: float) -> None:
        """The comparison has come so far."""
        self._judging = self._judging or (event.done, at)
        self._judged = (event.done, at)

    @property
    def steps_per_second(self) -> float:
        """Over the last steps, training alone; 0 where nothing is known."""
        recent = self._marks[-_RECENT:]
        if len(recent) < 2 or recent[-1][2] <= recent[0][2]:
            return 0.0
        return (recent[-1][0] - recent[0][0]) / (60 * (recent[-1][2] - recent[0][2]))

    def minutes_left(self, last: StepDone, limit: float) -> float | None:
        """Minutes by the clock to the end of the run; None after fewer than two steps.

        Args:
            limit: minutes of training after which the run ends (0: none).
        """
        if len(self._marks) < 2:
            return None
        (first, since, begun), (step, now, trained) = self._marks[0], self._marks[-1]
        if step <= first or now <= since:
            return None
        steps = float(last.steps - last.step)
        if limit and trained > begun:
            steps = min(steps, (limit - last.minutes) * (step - first) / (trained - begun))
        left = max(steps, 0.0) * (now - since) / (step - first) / 60
        return left + self._comparison()

    def judging_left(self, event: JudgingMoved) -> float | None:
        """Minutes to the end of the comparison; None where it has only begun."""
        if self._judging is None or self._judged[0] <= self._judging[0]:
            return None
        (first, since), (done, now) = self._judging, self._judged
        return max(event.total - done, 0) * (now - since) / (done - first) / 60

    def _comparison(self) -> float:
        """Minutes that the comparison at the end will take, guessed from the training's speed."""
        # One step that the system held up says nothing of the rest.
        speed = median(self._speeds) if self._speeds else 0.0
        if not self.verdict or speed <= 0:
            return 0.0
        tokens = self.verdict * _JUDGED_TOKENS + _RESTING_TOKENS
        return tokens * _TRAINED_PER_COMPOSED / speed / 60
