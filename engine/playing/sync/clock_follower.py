"""MIDI clock with start, stop, continue and song position, followed by ear alone.

Ticks come 24 a quarter note and carry no number: this module counts them, also those that were
lost on the way, and knows where in the song the leader is. Song ticks are 480 a quarter note.
"""

from __future__ import annotations

from engine.playing.protocol import LockState
from engine.playing.sync.lead import Lead
from engine.playing.sync.phase_lock import PhaseLock
from engine.score import TICKS_PER_QUARTER

CLOCK, START, CONTINUE, STOP, SONG_POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
CLOCKS_PER_QUARTER = 24
CLOCKS_PER_SIXTEENTH = 6
TICKS_PER_CLOCK = TICKS_PER_QUARTER // CLOCKS_PER_QUARTER
LOST_SECONDS = 0.5
_SLOWEST, _FASTEST = 20.0, 320.0
_MISSED = 0.6


class ClockFollower:
    """Where a leader's song is.

    Args:
        bpm: tempo expected until two ticks have told the true one.
    """

    def __init__(self, bpm: float = 120.0) -> None:
        self._lock = PhaseLock(_period(bpm), _period(_FASTEST), _period(_SLOWEST))
        self._clocks = 0
        self._running = False
        self._pending: int | None = None
        self._goes_on_at = 0
        self._assumed = 0
        self._locked = False
        self._turn = 0

    @property
    def bpm(self) -> float:
        return 60.0 / (CLOCKS_PER_QUARTER * self._lock.even_period) if self._lock.age > 1 else 0.0

    @property
    def place(self) -> float:
        clocks = self._clocks if self._running else self._goes_on_at
        return float(clocks * TICKS_PER_CLOCK)

    @property
    def turn(self) -> int:
        return self._turn

    def hear(self, moment: float, data: bytes) -> None:
        """Take in one message; other than those of a clock are ignored."""
        kind = data[0]
        if kind == CLOCK:
            self._tick(moment)
        elif kind == START:
            self._pending = 0
        elif kind == CONTINUE and not self._running:
            self._pending = self._goes_on_at
        elif kind == STOP:
            self._stop()
        elif kind == SONG_POSITION and len(data) == 3:
            self._set_position((data[1] | data[2] << 7) * CLOCKS_PER_SIXTEENTH)

    def lead(self, now: float) -> Lead | None:
        """Where the song runs. A leader that falls silent is believed to go on as it did."""
        if not self._running:
            return None
        silent = now - self._lock.heard > LOST_SECONDS
        period = self._lock.even_period if silent else self._lock.period
        bpm = 60.0 / (CLOCKS_PER_QUARTER * period)
        return Lead(self.place, self._lock.moment, bpm, self._turn)

    def state(self, now: float) -> LockState:
        if now - self._lock.heard > LOST_SECONDS:
            return "lost" if self._running else "searching"
        return "locked" if self._locked else "searching"

    def _stop(self) -> None:
        if self._running:
            # The tick that is still to come is where Continue goes on.
            self._goes_on_at = self._clocks + 1
        self._running, self._pending = False, None

    def _set_position(self, clocks: int) -> None:
        if self._running:
            self._pending = clocks
            return
        self._goes_on_at = clocks
        self._turn += 1

    def _tick(self, moment: float) -> None:
        passed = self._passed(moment)
        if self._pending is not None:
            self._clocks, self._pending = self._pending, None
            self._running = True
            self._turn += 1
        elif self._running:
            self._clocks += passed
        self._locked = self._locked or self._lock.settled

    def _passed(self, moment: float) -> int:
        """Clocks that have passed since the last tick, this one and lost ones included."""
        lock = self._lock
        gap, assumed = moment - lock.heard, self._assumed
        self._assumed = 0
        if gap > LOST_SECONDS:
            self._locked = False
            steps = round(gap / lock.even_period) if lock.age > 1 else 1
            lock.restart(moment)
            return steps
        late = lock.late(moment)
        if not lock.settled or late < max(_MISSED * lock.period, lock.gate):
            lock.pulse(moment)
            return 1
        missed = max(1, round(late / lock.period))
        if assumed:
            # Twice as long twice running: nothing was lost, the tempo has dropped.
            lock.restart(moment, gap)
            return 1 - assumed
        self._assumed = missed
        lock.pulse(moment, 1 + missed)
        return 1 + missed


def _period(bpm: float) -> float:
    return 60.0 / (CLOCKS_PER_QUARTER * bpm)
