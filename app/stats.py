"""The program measures itself: `psychoscore --stats SECONDS`, which `psychoscore bench` reads.

The real window with the real worker and player composes take after take and plays them, cancels
some, and leaves. What it prints is one JSON object a line:

    usable      the first frame is drawn and the event loop answers
    ready       the model is loaded: the first bar can be asked for
    idle        nothing has been going on; after it comes a pause for whoever weighs the process
    composing   music is being composed and played from now on
    late        `priority` of the player and the `milliseconds` by which each event was late
    gap         the longest time in `ms` between two turns of the event loop while composing
    first       `ms` from the wish for music to its first note, where all was still
    cancelled   `silent` and `idle`: ms from the wish to the last note and to a free worker
    failed      why nothing could be measured

Moments are of the machine's monotonic clock, which other processes read as well.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.session import ModelState, Session
from engine.playing.process import PlayerClient
from engine.playing.protocol import Lateness, NotePlayed, Position, Ready, Reply
from engine.worker import Worker

BEAT_MS = 2
IDLE_SECONDS = 2.0
WEIGHING_SECONDS = 1.0
CANCELS = 8
STILL_SECONDS = 0.3
BEFORE_CANCEL_SECONDS = 0.4
GIVE_UP_SECONDS = 60.0
ENTROPY = 0.8
Condition = Callable[[], bool]


class Stats(QObject):
    """Leads the program through its measurement and prints what is found.

    Args:
        seconds: of composing; 0 leaves as soon as the first bar can be asked for.

    Signals:
        left(): all is measured.
    """

    left = Signal()

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._player: PlayerClient | None = None
        self._priority = ""
        self._late: list[float] = []
        self._silent_at = self._struck_at = 0.0
        self._last = 0.0
        self._longest = 0.0
        self._script: Iterator[Condition] = iter(())
        self._holds: Condition = lambda: True
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._on_beat)

    def make_player(self, report: Callable[[object], None]) -> PlayerClient:
        """The real player, overheard."""

        def hear(reply: Reply) -> None:
            match reply:
                case Ready(_, priority):
                    self._priority = priority
                case Lateness(milliseconds):
                    self._late += milliseconds
                case NotePlayed(struck) if struck and not self._struck_at:
                    self._struck_at = time.perf_counter()
                case Position(_, False):
                    self._silent_at = time.perf_counter()
            report(reply)

        self._player = PlayerClient(hear)
        return self._player

    def begin(self, session: Session, worker: Worker) -> None:
        """Measure from now on, the window being shown."""
        self._session, self._worker = session, worker
        self._script = self._measure()
        self._beat.start()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        if self._last:
            self._longest = max(self._longest, now - self._last)
        self._last = now
        if not self._holds():
            return
        try:
            following = next(self._script, None)
        except BrokenPipeError:  # nobody reads any more
            following = None
        if following is None:
            self._beat.stop()
            self.left.emit()
        else:
            self._holds = following

    def _measure(self) -> Iterator[Condition]:
        """What is done, in its order; goes on when what it yields holds."""
        _say("usable", moment=time.monotonic())
        yield lambda: self._session.model.state is not ModelState.LOADING
        if self._session.model.state is not ModelState.READY:
            _say("failed", reason=self._session.model.reason)
            return
        _say("ready", moment=time.monotonic())
        if not self._seconds:
            return
        self._session.set_values({"entropy": ENTROPY})
        yield self._after(IDLE_SECONDS)
        _say("idle")
        yield self._after(WEIGHING_SECONDS)
        _say("composing")
        realtime = self._priority.startswith("real-time")
        parts = ("granted", "normal") if realtime else ("normal",)
        self._longest = 0.0
        for part in parts:
            yield from self._compose(part, self._seconds / len(parts))
        _say("gap", ms=1000 * self._longest)
        for _ in range(CANCELS):
            yield from self._cancel()

    def _compose(self, part: str, seconds: float) -> Iterator[Condition]:
        pid = self._player.pid if self._player is not None else None
        if part == "normal" and pid is not None and hasattr(os, "sched_setscheduler"):
            os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))
            self._priority = "normal priority"
        self._late.clear()
        until = time.perf_counter() + seconds

        def over() -> bool:
            if self._session.can_generate:
                self._session.generate(1)
            return time.perf_counter() >= until

        yield over
        self._session.cancel()
        self._session.stop()
        yield self._after(0.3)
        _say("late", priority=self._priority, milliseconds=list(self._late))

    def _cancel(self) -> Iterator[Condition]:
        """Cancel music that sounds while it is composed."""
        yield lambda: self._session.can_generate and not self._worker.busy
        self._session.stop()
        yield self._after(STILL_SECONDS)
        self._struck_at, asked = 0.0, time.perf_counter()
        self._session.generate(1)
        yield self._after(BEFORE_CANCEL_SECONDS)
        if self._struck_at:
            _say("first", ms=1000 * (self._struck_at - asked))
        if not self._worker.busy:
            return
        self._silent_at, wished = 0.0, time.perf_counter()
        self._session.cancel()
        late = self._after(GIVE_UP_SECONDS)
        yield lambda: not self._worker.busy or late()
        idle = time.perf_counter()
        yield lambda: self._silent_at > 0 or late()
        silent = self._silent_at or time.perf_counter()
        _say("cancelled", silent=1000 * (silent - wished), idle=1000 * (idle - wished))

    @staticmethod
    def _after(seconds: float) -> Condition:
        until = time.perf_counter() + seconds
        return lambda: time.perf_counter() >= until


def _say(event: str, **found: object) -> None:
    print(json.dumps({"event": event, **found}), flush=True)
