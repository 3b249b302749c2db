"""Takes being rendered, as the window sees it: `psychoscore export --json` as a child.

A SoundFont is read by native code, which must not take the window with it. The child ends with
the dialog; a file that is not whole never gets its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, Signal

from engine.training.launch import command_environment, command_line


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
        self._process: QProcess | None = None
        self._scratch: QTemporaryDir | None = None
        self._rest = b""
        self._written: tuple[Path, ...] = ()

    @property
    def busy(self) -> bool:
        return self._process is not None

    def scratch(self) -> Path:
        """A new folder for the files that the child reads; it goes with the export."""
        self._scratch = QTemporaryDir()
        return Path(self._scratch.path())

    def start(self, words: Sequence[str]) -> None:
        """Run an export."""
        if self.busy:
            return
        self._rest, self._written = b"", ()
        program, *rest = command_line(words)
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in command_environment().items():
            environment.insert(name, value)
        if self._scratch is not None:
            # What the child keeps for itself goes with it, also when it is killed.
            environment.insert("TMPDIR", self._scratch.path())
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        self._process = process
        process.start(program, rest)

    def cancel(self) -> None:
        """End the export; files that are done stay."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()
        self._scratch = None

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (
            self._rest + bytes(self._process.readAllStandardOutput().data())
        ).split(b"\n")
        for line in lines:
            row = json.loads(line)
            if row["event"] == "written":
                self._written = (*self._written, Path(row["path"]))
            elif self._process is not None:
                self.progressed.emit(row["name"], row["share"])

    def _ended(self) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        self._scratch = None
        if process.exitCode() == 0 and process.exitStatus() is QProcess.ExitStatus.NormalExit:
            self.finished.emit(self._written)
        else:
            last = said.splitlines()[-1] if said else "The sound program ended without a word."
            self.failed.emit(last.removeprefix("psychoscore: "))

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process.deleteLater()
            self._process = self._scratch = None
            self.failed.emit("The export could not be started.")
