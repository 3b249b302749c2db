"""Tap tempo: the tempo of taps is shown as they come and is one undo step when they end."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

PAUSE_SECONDS = 2.0
_MOST_TAPS = 9
_SLOWEST, _FASTEST = 20.0, 300.0


class Tapping(QObject):
    """Hears taps.

    Args:
        clock: seconds, monotonic.

    Signals:
        moved(float): the tempo so far, in quarter notes a minute.
        committed(float): nobody taps any more.
    """

    moved = Signal(float)
    committed = Signal(float)

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._taps: list[float] = []
        self._bpm: float | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(round(1000 * PAUSE_SECONDS))
        self._pause.timeout.connect(self.settle)

    def tap(self) -> None:
        """A beat; from the second one on there is a tempo, the mean of the last eight."""
        now = self._clock()
        if self._taps and now - self._taps[-1] > PAUSE_SECONDS:
            self.settle()
        self._taps = [*self._taps, now][-_MOST_TAPS:]
        self._pause.start()
        if len(self._taps) > 1 and now > self._taps[0]:
            bpm = 60.0 * (len(self._taps) - 1) / (now - self._taps[0])
            self._bpm = round(min(max(bpm, _SLOWEST), _FASTEST), 1)
            self.moved.emit(self._bpm)

    def settle(self) -> None:
        """The taps so far are all; also where something else is done meanwhile."""
        bpm, self._bpm, self._taps = self._bpm, None, []
        self._pause.stop()
        if bpm is not None:
            self.committed.emit(bpm)
