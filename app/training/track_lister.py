"""The tracks of a folder as the window sees them: a child of the command line lists them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.child_command import ChildCommand


@dataclass(frozen=True, slots=True)
class FoundTrack:
    """A track of a folder, by the name that it has in `files` of its files.

    Args:
        kind: what it seems to be.
        voice: the voice it gets; empty where its notes are parted by register.
        taken: whether it is taken where nobody chooses.
    """

    name: str
    kind: str
    files: int
    notes: int
    instrument: str
    voice: str
    taken: bool


class TrackLister(QObject):
    """At most one folder at a time."""

    listed = Signal(object, object)
    """Folder, and its tracks as a tuple."""
    failed = Signal(str)
    """A sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = ChildCommand(self)
        self._child.told.connect(self._hear)
        self._child.done.connect(lambda _said: self.listed.emit(self._folder, self._tracks))
        self._child.failed.connect(
            lambda said: self.failed.emit(said or "The folder could not be read.")
        )
        self._child.unstarted.connect(lambda: self.failed.emit("The folder could not be read."))
        self._folder = Path()
        self._tracks: tuple[FoundTrack, ...] = ()

    @property
    def busy(self) -> bool:
        return self._child.busy

    def start(self, folder: Path) -> None:
        """List the tracks of the MIDI files in a folder and those below it."""
        if not self.busy:
            self._folder, self._tracks = folder, ()
            self._child.start(["data", "import", str(folder), "--list-tracks", "--json"])

    def cancel(self) -> None:
        """List nothing."""
        self._child.cancel()

    def _hear(self, lines: list[bytes]) -> None:
        self._tracks += tuple(FoundTrack(**json.loads(line)) for line in lines)
