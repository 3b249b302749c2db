"""MIDI time code, followed by ear alone: quarter frames while it runs, full frames where it stands.

A time code has no stop: it stops by falling silent. Places are seconds of the picture since
00:00:00:00, counted in frames, so that pulled-down rates last as long as they last.
"""

from __future__ import annotations

from engine.playing.protocol import LockState
from engine.playing.sync.lead import Lead
from engine.playing.sync.phase_lock import PhaseLock
from engine.timecode import frame_number, frame_rate

QUARTER_FRAME = 0xF1
QUARTERS = 4
PIECES = 8
SILENT_SECONDS = 0.15
_FULL_FRAME = (0xF0, 0x7F, 0x01, 0x01)
_RATES = ("24", "25", "29.97 DF", "30")
_SWAY = 0.2


class TimecodeFollower:
    """Where a picture is.

    Args:
        preferred: the frame rate of the cue, by its label. Time code does not tell 23.976 from
            24, nor 29.97 from 30; the cue does.
    """

    def __init__(self, preferred: str = "25") -> None:
        self._preferred = frame_rate(preferred)
        self._rate = self._preferred
        self._lock = self._new_lock()
        self._nibbles = [0] * PIECES
        self._streak = 0
        self._last_piece = -1
        self._quarters = 0
        self._running = False
        self._turn = 0

    @property
    def bpm(self) -> float:
        """Time code has no tempo."""
        return 0.0

    @property
    def turn(self) -> int:
        return self._turn

    @property
    def place(self) -> float:
        return self._quarters / QUARTERS / self._rate.per_second

    def prefer(self, rate: str) -> None:
        """The cue has another frame rate now."""
        self._preferred = frame_rate(rate)
        self._set_rate(self._rate.nominal, self._rate.drop)

    def seconds_of(self, timecode: str) -> float:
        """The place of a time code, counted at the rate that is heard."""
        return frame_number(timecode, self._rate) / self._rate.per_second

    def hear(self, moment: float, data: bytes) -> None:
        """Take in one message; other than those of time code are ignored."""
        if data[0] == QUARTER_FRAME and len(data) == 2:
            self._piece(moment, data[1] >> 4, data[1] & 0x0F)
        elif len(data) == 10 and (data[0], data[1], data[3], data[4]) == _FULL_FRAME:
            self._stand(*data[5:9])

    def lead(self, now: float) -> Lead | None:
        if self._running and now - self._lock.heard > SILENT_SECONDS:
            self._running, self._streak = False, 0
        if not self._running:
            return None
        return Lead(self.place, self._lock.moment, 0.0, self._turn)

    def state(self, now: float) -> LockState:
        silent = now - self._lock.heard > SILENT_SECONDS
        return "locked" if self._running and not silent else "searching"

    def _piece(self, moment: float, piece: int, nibble: int) -> None:
        silent = moment - self._lock.heard > SILENT_SECONDS
        steps = 1 if silent else self._steps(moment, piece)
        if steps < 1:
            self._running, self._streak = False, 0
        if silent or steps < 1:
            self._lock = self._new_lock()
            self._streak = 0
            steps = 1
        self._lock.pulse(moment, steps)
        self._last_piece = piece
        self._nibbles[piece] = nibble
        self._streak = self._streak + 1 if steps == 1 else 1
        if self._running:
            self._quarters += steps
        if piece == PIECES - 1 and self._streak >= PIECES:
            self._read()

    def _steps(self, moment: float, piece: int) -> int:
        """Quarter frames since the last, lost ones included; 0 where the order is broken."""
        ahead = (piece - self._last_piece) % PIECES
        if ahead == 1 and self._lock.age < 2:
            return 1
        elapsed = (moment - self._lock.heard) / self._lock.period
        steps = ahead + PIECES * max(0, round((elapsed - ahead) / PIECES))
        return steps if steps and abs(elapsed - steps) < PIECES / 2 else 0

    def _read(self) -> None:
        """All eight pieces are there: they name the frame at which the first of them was sent."""
        n = self._nibbles
        frame, second, minute, hour = (n[i] | n[i + 1] << 4 for i in range(0, PIECES, 2))
        self._hear_rate(hour)
        at = self._number(hour, minute, second, frame)
        if at is None:
            return
        quarters = at * QUARTERS + PIECES - 1
        if not self._running or quarters != self._quarters:
            self._quarters, self._running = quarters, True
            self._turn += 1

    def _stand(self, hour: int, minute: int, second: int, frame: int) -> None:
        self._hear_rate(hour)
        at = self._number(hour, minute, second, frame)
        if at is not None:
            self._quarters = at * QUARTERS
            self._running, self._streak = False, 0
            self._turn += 1

    def _number(self, hour: int, minute: int, second: int, frame: int) -> int | None:
        if minute > 59 or second > 59 or frame >= self._rate.nominal:
            return None
        text = f"{hour & 0x1F:02}:{minute:02}:{second:02}:{frame:02}"
        return frame_number(text, self._rate)

    def _hear_rate(self, hour: int) -> None:
        rate = frame_rate(_RATES[hour >> 5 & 3])
        self._set_rate(rate.nominal, rate.drop)

    def _set_rate(self, nominal: int, drop: bool) -> None:
        wanted = self._preferred
        if (wanted.nominal, wanted.drop) != (nominal, drop):
            wanted = frame_rate("29.97 DF" if drop else str(nominal))
        self._rate = wanted

    def _new_lock(self) -> PhaseLock:
        period = 1 / (QUARTERS * self._rate.per_second)
        slowest, fastest = (
            1 / (QUARTERS * per_second) for per_second in (24 * (1 - _SWAY), 30 * (1 + _SWAY))
        )
        return PhaseLock(period, fastest, slowest)
