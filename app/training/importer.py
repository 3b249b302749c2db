"""An import as the window sees it: `psychoscore data import --json` as a child, line by line.

The child ends with the window; an abandoned import leaves no data set.
"""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from engine.training.launch import command_environment, command_line


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
        self._process: QProcess | None = None
        self._rest = b""
        self._used = 0
        self.refusals: tuple[tuple[str, str], ...] = ()
        """File and reason of each piece that the last import left out."""
        self._out = ""

    @property
    def busy(self) -> bool:
        return self._process is not None

    def start(self, path: Path, out: Path) -> None:
        """Import what lies at a path as the data set `out`."""
        if self.busy:
            return
        self._rest, self._out = b"", ""
        self._used, self.refusals = 0, ()
        program, *words = command_line(["data", "import", str(path), "--out", str(out), "--json"])
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in command_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        self._process = process
        process.start(program, words)
        self.progressed.emit(0, 0)

    def cancel(self) -> None:
        """End the import and keep nothing of it."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (
            self._rest + bytes(self._process.readAllStandardOutput().data())
        ).split(b"\n")
        for line in lines:
            row = json.loads(line)
            self._used += row["event"] == "used"
            if row["event"] == "refused":
                self.refusals = (*self.refusals, (row["id"], row["reason"]))
            if row["event"] == "finished":
                self._out = row["out"]
        if lines:
            self.progressed.emit(self._used, len(self.refusals))

    def _ended(self) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        if self._out and process.exitCode() == 0:
            self.finished.emit(self._out)
        else:
            last = said.splitlines()[-1] if said else "The import ended without a word."
            self.failed.emit(last.removeprefix("psychoscore: "))

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process.deleteLater()
            self._process = None
            self.failed.emit("The import could not be started.")
