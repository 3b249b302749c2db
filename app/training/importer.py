"""An import as the window sees it: `psychoscore data import --json` as a child, line by line.

The child ends with the window; an abandoned import leaves no data set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.child_command import ChildCommand


class Importer(QObject):
    """At most one import at a time."""

    progressed = Signal(int, int)
    """So many pieces used, so many refused."""
    finished = Signal(str)
    """The folder of the data set that was made."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildCommand(self)
        self._child.told.connect(self._hear)
        self._child.done.connect(self._done)
        self._child.failed.connect(self._failed)
        self._child.unstarted.connect(lambda: self._failed("The import could not be started."))
        self._used = 0
        self.refusals: tuple[tuple[str, str], ...] = ()
        """File and reason of each piece that the last import left out."""
        self._out = ""

    @property
    def busy(self) -> bool:
        return self._child.busy

    def start(self, path: Path, out: Path, tracks: Sequence[str] | None = None) -> None:
        """Import what lies at a path as the data set `out`.

        Args:
            tracks: of a folder's files, the names of those to take; None for all that hold music.
        """
        if self.busy:
            return
        self._out = ""
        self._used, self.refusals = 0, ()
        wanted = [f"--track={name}" for name in tracks or ()]
        self._child.start(["data", "import", str(path), "--out", str(out), *wanted, "--json"])
        self.progressed.emit(0, 0)

    def cancel(self) -> None:
        """End the import and keep nothing of it."""
        self._child.cancel()

    def _hear(self, lines: list[bytes]) -> None:
        for line in lines:
            row = json.loads(line)
            self._used += row["event"] == "used"
            if row["event"] == "refused":
                self.refusals = (*self.refusals, (row["id"], row["reason"]))
            if row["event"] == "finished":
                self._out = row["out"]
        self.progressed.emit(self._used, len(self.refusals))

    def _done(self, said: str) -> None:
        if self._out:
            self.finished.emit(self._out)
        else:
            self._failed(said)

    def _failed(self, said: str) -> None:
        self.failed.emit(said or "The import ended without a word.")
