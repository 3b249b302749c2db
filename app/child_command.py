"""A word of the command line as a child process, as the window sees it.

It owns the process and what it says; what the lines mean is the owner's. The child ends with the
window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from engine.training.launch import command_environment, command_line

_NOTHING: Mapping[str, str] = MappingProxyType({})


class ChildCommand(QObject):
    """At most one process at a time; one that was cancelled says nothing more."""

    told = Signal(list)
    """Whole lines of its standard output, as bytes."""
    done = Signal(str)
    failed = Signal(str)
    """Either tells the last thing that it said on its standard error; empty where nothing."""
    unstarted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest = b""

    @property
    def busy(self) -> bool:
        return self._process is not None

    def start(self, words: Sequence[str], variables: Mapping[str, str] = _NOTHING) -> None:
        """Run `psychoscore WORDS`, with `variables` added to its environment."""
        self._rest = b""
        program, *rest = command_line(words)
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in {**command_environment(), **variables}.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        self._process = process
        process.start(program, rest)

    def cancel(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2000)
            process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        said = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = said.split(b"\n")
        if lines:
            self.told.emit(lines)

    def _ended(self) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        last = (said.splitlines()[-1] if said else "").removeprefix("psychoscore: ")
        normal = process.exitStatus() is QProcess.ExitStatus.NormalExit
        (self.done if normal and process.exitCode() == 0 else self.failed).emit(last)

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process.deleteLater()
            self._process = None
            self.unstarted.emit()
