"""The reins of live music: when a bar must be begun, and how near the playhead is to its end.

The window writes what is wished and where the music is; the thread that composes reads, and
waits. A bar is begun as late as the measured time of composing lets it, never more than a bar
ahead. It knows neither notes nor widgets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from engine.live import Heard, LiveWish, Pressure
from engine.profile import Profile
from engine.score import TICKS_PER_QUARTER, TempoMap

HURRY_SECONDS = 0.15
"""Guidance is dropped where the playhead is so near to what is not written."""
CLOSE_SECONDS = 0.05
"""The bar is closed there: what is sent now still arrives in time."""
MARGIN_SECONDS = 0.25
_FIRST_GUESS = 0.7
_GAIN = 0.25
_SLICE = 0.05


class ComposingTime:
    """How long a bar takes to compose: a running mean, and how far bars stray from it."""

    def __init__(self, seconds: float = _FIRST_GUESS) -> None:
        self.mean, self.spread = seconds, 0.0
        self._known = False

    def measure(self, seconds: float) -> None:
        if not self._known:
            self.mean, self.spread, self._known = seconds, seconds / 2, True
            return
        self.spread += _GAIN * (abs(seconds - self.mean) - self.spread)
        self.mean += _GAIN * (seconds - self.mean)

    @property
    def lead(self) -> float:
        """Seconds before its bar line at which a bar is to be begun."""
        return self.mean + 2 * self.spread + MARGIN_SECONDS


class LiveReins:
    """Between the thread of the window and the one that composes.

    Args:
        profile: what is wished.
        tempo_map: in ticks from the first bar on.
        bar_ticks: length of every bar.
        clock: seconds, monotonic.
        wait: waits on a condition for so many seconds at most.
    """

    def __init__(
        self,
        profile: Profile,
        tempo_map: TempoMap,
        bar_ticks: int,
        clock: Callable[[], float] = time.perf_counter,
        wait: Callable[[threading.Condition, float], object] = threading.Condition.wait,
    ) -> None:
        self._wish = LiveWish(profile)
        self._tempo_map, self._bar_ticks = tempo_map, bar_ticks
        self._clock, self._wait = clock, wait
        self._changed = threading.Condition()
        self._place: tuple[float, float] | None = None
        self._leader: TempoMap | None = None
        self._stopped: int | None = None
        self._time = ComposingTime()
        self._begun = 0.0

    # ---- The window's side

    def set_profile(self, profile: Profile) -> None:
        with self._changed:
            self._wish = replace(self._wish, profile=profile)

    def set_hold(self, bars: int) -> None:
        """Repeat the last bars from the next bar line on; 0 goes on."""
        with self._changed:
            self._wish = replace(self._wish, hold=bars)

    def set_tempo_map(self, tempo_map: TempoMap, tick: float) -> None:
        """Another tempo from `tick` on, where the music is now."""
        with self._changed:
            self._tempo_map = spliced(self._tempo_map, tempo_map, tick)
            if self._place is not None:
                self._place = (tick, self._clock())
            self._changed.notify_all()

    def set_place(self, tick: float, leader: TempoMap | None = None) -> None:
        """The music plays and is at `tick` now, at a leader's tempo where there is one.

        News are late, never early: of two places the one that is further on is right.
        """
        with self._changed:
            now = self._clock()
            if leader != self._leader:
                self._leader, self._place = leader, None
            behind = 0.0 if self._place is None else self._tick(now) - tick
            if behind <= 0 or behind > TICKS_PER_QUARTER:
                self._place = (tick, now)
                self._changed.notify_all()

    def stop(self, tick: float) -> None:
        """End the music; it was heard up to `tick`."""
        with self._changed:
            self._stopped = max(round(tick), 0)
            self._changed.notify_all()

    @property
    def hold(self) -> int:
        return self._wish.hold

    @property
    def tempo_map(self) -> TempoMap:
        return self._tempo_map

    @property
    def latency(self) -> float:
        """Seconds before a bar line after which a wish comes too late for that bar."""
        with self._changed:
            return self._lead(0 if self._place is None else self._place[0])

    # ---- The composing side

    def wait_for(self, tick: int, cancelled: Callable[[], bool]) -> bool:
        """Wait until the bar that begins at `tick` must be begun; False: the music ends."""
        with self._changed:
            while self._stopped is None and not cancelled():
                spare = self._until(tick) - self._lead(tick)
                if tick == 0 or (self._place is not None and spare <= 0):
                    self._begun = self._clock()
                    return True
                self._wait(self._changed, _SLICE if self._place is None else min(spare, _SLICE))
        return False

    def wish(self) -> LiveWish:
        return self._wish

    def pressure(self, tick: int) -> Pressure:
        """How near the playhead is to `tick`, up to which all is written."""
        with self._changed:
            if self._stopped is not None:
                return Pressure.CLOSE
            if self._place is None:
                return Pressure.NONE
            left = self._until(tick)
        if left < CLOSE_SECONDS:
            return Pressure.CLOSE
        return Pressure.HURRY if left < HURRY_SECONDS else Pressure.NONE

    def composed(self) -> None:
        """The bar that was begun is complete."""
        with self._changed:
            self._time.measure(self._clock() - self._begun)

    def heard(self) -> Heard:
        """What was heard by the end."""
        return Heard(self._stopped or 0, self._tempo_map)

    def _tick(self, now: float) -> float:
        assert self._place is not None
        tick, since = self._place
        pace = self._leader or self._tempo_map
        return pace.tick(pace.seconds(tick) + now - since)

    def _until(self, tick: int) -> float:
        """Seconds until the music is at `tick`."""
        if self._place is None:
            return 0.0
        place, since = self._place
        seconds = (self._leader or self._tempo_map).seconds
        return seconds(tick) - seconds(place) - (self._clock() - since)

    def _lead(self, tick: float) -> float:
        """A bar ahead at most."""
        pace = self._leader or self._tempo_map
        bar = self._bar_ticks * 60.0 / (TICKS_PER_QUARTER * pace.bpm(tick))
        return min(self._time.lead, bar)


def spliced(before: TempoMap, after: TempoMap, tick: float) -> TempoMap:
    """What was heard up to `tick` at one tempo map, and goes on at another."""
    at = max(round(tick), 0)
    heard = [mark for mark in before.marks if mark[0] < at]
    later = [mark for mark in after.marks if mark[0] > at]
    return TempoMap((*heard, (at, after.bpm(at)), *later))
