"""Watches `psychoscore.json` for changes from outside this window.

It compares what the file says, not when it was written, so that a save of our own is nothing
new. Whether to take the change in is decided by whoever listens.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.config.own import OwnSettings, read_settings
from engine.errors import PsychoscoreError
from engine.project.folder import PROJECT_FILE

DEBOUNCE_MS = 200


class ProjectFile(QObject):
    """The file of the open project, as it was last known and as it is.

    `changed(settings)` gives what the file sets now, `broke(sentence)` what is wrong with it.
    """

    changed = Signal(object)
    broke = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self.known = OwnSettings()
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.look)
        self._watcher.fileChanged.connect(lambda _path: self._timer.start())
        self._watcher.directoryChanged.connect(lambda _path: self._timer.start())

    def watch(self, folder: Path | None, settings: OwnSettings) -> None:
        """Watch the project in a folder; `settings` are those that were read or saved there."""
        self.known = settings
        self._folder = folder
        self._timer.stop()
        if self._watcher.files() or self._watcher.directories():
            self._watcher.removePaths([*self._watcher.files(), *self._watcher.directories()])
        self._attach()

    def look(self) -> None:
        """Read the file and say what is new in it."""
        self._attach()
        path = self._path
        if path is None or not path.exists():
            return
        try:
            found = read_settings(path)
        except PsychoscoreError as error:
            self.broke.emit(str(error))
            return
        if found != self.known:
            self.known = found
            self.changed.emit(found)

    @property
    def _path(self) -> Path | None:
        return self._folder / PROJECT_FILE if self._folder else None

    def _attach(self) -> None:
        # A file that is replaced, as every atomic save does, is no longer watched.
        path = self._path
        if path is None:
            return
        wanted = [str(each) for each in (path, path.parent) if each.exists()]
        watched = {*self._watcher.files(), *self._watcher.directories()}
        missing = [each for each in wanted if each not in watched]
        if missing:
            self._watcher.addPaths(missing)
