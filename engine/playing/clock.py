"""Clocks behind one protocol, and the translation of ticks into seconds.

The real clock is monotonic and never the wall clock; its offline twin moves only when told to,
so that an hour of music is tested in milliseconds.
"""

from __future__ import annotations

import bisect
import time
from typing import Protocol

from engine.score import TICKS_PER_QUARTER, TempoMap

# Systems wake a sleeper late by about this much; the rest of a wait is spent awake.
_WAKING_SECONDS = 0.00015


class Clock(Protocol):
    """Seconds from an unknown origin."""

    def now(self) -> float: ...

    def sleep_until(self, moment: float) -> None: ...


class RealClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        return time.perf_counter()

    def sleep_until(self, moment: float) -> None:
        """Return at `moment`, exact to some microseconds; meant for waits of a millisecond."""
        remaining = moment - time.perf_counter()
        if remaining > _WAKING_SECONDS:
            time.sleep(remaining - _WAKING_SECONDS)
        while time.perf_counter() < moment:
            pass


class OfflineClock:
    """A clock that stands until somebody sleeps on it."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def sleep_until(self, moment: float) -> None:
        self._now = max(self._now, moment)


class TempoLine:
    """A tempo map with its seconds summed once, for a loop that asks before every event."""

    def __init__(self, tempo_map: TempoMap) -> None:
        self.tempo_map = tempo_map
        self._ticks = [tick for tick, _ in tempo_map.marks]
        self._slopes = [60.0 / (bpm * TICKS_PER_QUARTER) for _, bpm in tempo_map.marks]
        self._seconds = [0.0]
        for index in range(1, len(self._ticks)):
            span = self._ticks[index] - self._ticks[index - 1]
            self._seconds.append(self._seconds[-1] + span * self._slopes[index - 1])

    def seconds(self, tick: float) -> float:
        """Seconds from tick 0 to `tick`, negative before it."""
        index = max(0, bisect.bisect_right(self._ticks, tick) - 1)
        return self._seconds[index] + (tick - self._ticks[index]) * self._slopes[index]

    def tick(self, seconds: float) -> float:
        """The inverse of `seconds`."""
        index = max(0, bisect.bisect_right(self._seconds, seconds) - 1)
        return self._ticks[index] + (seconds - self._seconds[index]) / self._slopes[index]
