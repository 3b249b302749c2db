"""Follows a run by its folder: reads the journal in small bites and tells what changed.

It does not know who started the run, nor whether this window did.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from engine.training.run_folder import RunFolder
from engine.training.story import RunState, RunStory

LOOK_MS = 400


class Follower(QObject):
    """At most one run at a time; `changed` also tells that its process began or ended."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: RunFolder | None = None
        self.story = RunStory()
        self.alive = False
        self._offset = 0
        self._shown: object = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def state(self) -> RunState | None:
        """Where the run stands; None without a run."""
        return None if self.run is None else self.story.state(alive=self.alive)

    def follow(self, run: RunFolder | None) -> None:
        """Follow a run from its first event on."""
        self.run, self.story, self._offset = run, RunStory(), 0
        self._shown = None
        self.look()

    def set_watching(self, watching: bool) -> None:
        """Look now and then, or not at all while nobody sees it."""
        if watching:
            self.look()
            self._timer.start(LOOK_MS)
        else:
            self._timer.stop()

    def look(self) -> None:
        """Read what is new."""
        if self.run is not None:
            # Asked before reading: a run that ends in between has its last words read next time.
            self.alive = self.run.alive()
            noted, offset = self.run.events_since(self._offset)
            more = offset > self._offset
            self.story.tell(noted)
            self._offset = offset
            if more:
                QTimer.singleShot(0, self, self.look)
        else:
            self.alive = False
        now = (self.run, self._offset, self.alive)
        if now != self._shown:
            self._shown = now
            self.changed.emit()
