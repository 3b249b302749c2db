"""How long steps take, and how much of it counts as training.

A machine that stalls or sleeps in a step would use up a run's minutes without having trained: a
step counts for a few times the usual at most. Knows no network and no events.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

MOST = 4.0
_RECENT = 25
_FEWEST = 5

Clock = Callable[[], float]


class Held(NamedTuple):
    """Steps that were held up, and the minutes of theirs that do not count."""

    steps: int
    minutes: float


class StepClock:
    """Measures the steps of one process.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._begun = 0.0
        self._steps, self._lost = 0, 0.0

    def begin(self) -> None:
        """A step begins now."""
        self._begun = self._clock()

    def end(self) -> tuple[float, float]:
        """The step is done: seconds that it took, and seconds of them that count.

        Until some steps are known, all of it counts. A machine that stays slow is soon the usual.
        """
        seconds = self._clock() - self._begun
        most = MOST * median(self._recent) if len(self._recent) >= _FEWEST else seconds
        self._recent.append(seconds)
        counted = min(seconds, most)
        if counted < seconds:
            self._steps += 1
            self._lost += seconds - counted
        return seconds, counted

    def held(self) -> Held | None:
        """What was held up since this was last asked; None where nothing was."""
        if not self._steps:
            return None
        held = Held(self._steps, self._lost / 60)
        self._steps, self._lost = 0, 0.0
        return held
