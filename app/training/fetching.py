"""A download as the window sees it: `psychoscore data fetch --json` as a child, line by line.

Cancelled or broken off, what has come stays, and the next one goes on from there.
"""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.child_command import ChildCommand


class Fetching(QObject):
    """At most one download at a time, its licence accepted by whoever starts it."""

    progressed = Signal(object, object)
    """Bytes that are there, and of how many; None where that is not known."""
    finished = Signal(object)
    """The archive's path."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildCommand(self)
        self._child.told.connect(self.hear)
        self._child.done.connect(self._done)
        self._child.failed.connect(self._failed)
        self._child.unstarted.connect(lambda: self._failed("The download could not be started."))
        self._path: Path | None = None

    @property
    def busy(self) -> bool:
        return self._child.busy

    def start(self, name: str, folder: Path) -> None:
        """Fetch a published data set, whose licence was accepted, into a folder."""
        if not self.busy:
            self._path = None
            words = ["data", "fetch", name, "--accept-licence", "--out", str(folder), "--json"]
            self._child.start(words)
            self.progressed.emit(0, None)

    def cancel(self) -> None:
        """End it; what has come stays."""
        self._child.cancel()

    def hear(self, lines: list[bytes]) -> None:
        """Understand lines of the command."""
        for line in lines:
            row = json.loads(line)
            if row["event"] == "finished":
                self._path = Path(row["path"])
            else:
                self.progressed.emit(row["done"], row["total"])

    def _done(self, said: str) -> None:
        if self._path is not None:
            self.finished.emit(self._path)
        else:
            self._failed(said)

    def _failed(self, said: str) -> None:
        self.failed.emit(said or "The download ended without a word.")
