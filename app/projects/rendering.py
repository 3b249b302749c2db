"""Takes being rendered, as the window sees it: `psychoscore export --json` as a child.

A SoundFont is read by native code, which must not take the window with it. The child ends with
the dialog; a file that is not whole never gets its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir, Signal

from app.child_command import ChildCommand


class Rendering(QObject):
    """At most one export at a time."""

    progressed = Signal(str, float)
    """What is rendered now, and which share of all is done."""
    finished = Signal(object)
    """The files that were written, as a tuple of paths."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildCommand(self)
        self._child.told.connect(self._hear)
        self._child.done.connect(self._done)
        self._child.failed.connect(self._failed)
        self._child.unstarted.connect(lambda: self._failed("The export could not be started."))
        self._scratch: QTemporaryDir | None = None
        self._written: tuple[Path, ...] = ()

    @property
    def busy(self) -> bool:
        return self._child.busy

    def scratch(self) -> Path:
        """A new folder for the files that the child reads; it goes with the export."""
        self._scratch = QTemporaryDir()
        return Path(self._scratch.path())

    def start(self, words: Sequence[str]) -> None:
        """Run an export."""
        if self.busy:
            return
        self._written = ()
        # What the child keeps for itself goes with it, also when it is killed.
        place = {"TMPDIR": self._scratch.path()} if self._scratch is not None else {}
        self._child.start(words, place)

    def cancel(self) -> None:
        """End the export; files that are done stay."""
        self._child.cancel()
        self._scratch = None

    def _hear(self, lines: list[bytes]) -> None:
        for line in lines:
            row = json.loads(line)
            if row["event"] == "written":
                self._written = (*self._written, Path(row["path"]))
            elif self.busy:
                self.progressed.emit(row["name"], row["share"])

    def _done(self) -> None:
        self._scratch = None
        self.finished.emit(self._written)

    def _failed(self, said: str) -> None:
        self._scratch = None
        self.failed.emit(said or "The sound program ended without a word.")
