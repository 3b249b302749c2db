"""The whole program on the offscreen platform: real window, real worker, twins at its edges."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtTest import QTest

from app.greeting import Greeting
from app.main import Program, build
from app.session import ModelState, Session
from app.window import Window
from engine.playing.protocol import PORT_NAME
from tests.app.breathing import breathe
from tests.app.recording_player import RecordingPlayer
from tests.app.scripted_composer import ScriptedComposer
from tests.app.unperformed import unperformed


class RunningProgram:
    """A program with the composer and the player of the tests."""

    def __init__(
        self, program: Program, player: RecordingPlayer, composer: ScriptedComposer
    ) -> None:
        self._program, self.player, self.composer = program, player, composer

    @property
    def session(self) -> Session:
        return self._program.session

    @property
    def window(self) -> Window:
        return self._program.window

    @property
    def greeting(self) -> Greeting:
        return self._program.greeting

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the event loop run until something holds; fails after ten seconds."""
        deadline = time.monotonic() + 10.0
        while not holds():
            assert time.monotonic() < deadline, "it did not come to hold"
            breathe()

    def generate(self, takes: int = 1, seed: int | None = 7) -> None:
        """Generate and wait for the end."""
        self.session.generate(takes, seed)
        self.until(lambda: self.session.generation is None)


@contextmanager
def running_program(
    folder: Path, gate: threading.Semaphore | None = None
) -> Iterator[RunningProgram]:
    """Build and begin a program whose user folder lies in `folder`."""
    players: list[RecordingPlayer] = []

    def make_player(report: Callable[[object], None]) -> RecordingPlayer:
        players.append(RecordingPlayer(report, ("Grand Piano",)))
        return players[0]

    composer = ScriptedComposer(gate)
    program = build(folder / "user", folder / "documents", lambda name: composer, make_player)
    window = program.window
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    program.worker.start()
    program.session.rescan_ports()
    program.session.choose_port(PORT_NAME)
    running = RunningProgram(program, players[0], composer)
    unperformed(program.session)
    running.until(lambda: program.session.model.state is ModelState.READY)
    try:
        yield running
    finally:
        program.session.cancel()
        program.worker.close()
        window.leave()
        program.session.undo_stack.blockSignals(True)  # as the program does when it ends
        window.deleteLater()
