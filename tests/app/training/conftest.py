"""The Training page in a running program, its places in a folder of the test, and no network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.training.page import TrainingPage
from app.training.places import Places
from tests.app.breathing import breathe
from tests.app.running_program import RunningProgram, running_program

# Read by every Python process before anything else: sockets of the internet are refused and told.
_GUARD = """
import os, socket
folder = os.environ["PSYCHOSCORE_TEST_GUARD"]
open(os.path.join(folder, f"guarded-{os.getpid()}"), "w").close()
real = socket.socket.__init__
def refuse(self, family=-1, *rest, **named):
    if family in (-1, socket.AF_INET, socket.AF_INET6) and named.get("fileno") is None:
        open(os.path.join(folder, f"attempt-{os.getpid()}"), "w").close()
        raise OSError("no network here")
    real(self, family, *rest, **named)
socket.socket.__init__ = refuse
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(*(tmp_path / name for name in ("datasets", "runs", "models", "shipped")))


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def open_page(program: RunningProgram, places: Places) -> Iterator[Callable[[], TrainingPage]]:
    pages: list[TrainingPage] = []

    def make() -> TrainingPage:
        page = TrainingPage(program.session, places)
        page.resize(1424, 760)
        page.show()
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.data.adding.cancel()
        page.close()
        page.deleteLater()


class NoNetwork:
    """What the guard in each child process saw."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def guarded(self) -> int:
        """How many processes began under the guard."""
        return len(list(self._folder.glob("guarded-*")))

    @property
    def attempts(self) -> list[str]:
        """Processes that tried to open a socket of the internet."""
        return [path.name for path in self._folder.glob("attempt-*")]


@pytest.fixture
def no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NoNetwork:
    """Neither this process nor one that it starts can open a socket of the internet."""
    folder = tmp_path / "guard"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_GUARD)
    monkeypatch.setenv("PSYCHOSCORE_TEST_GUARD", str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(Path.cwd())]))
    guard = NoNetwork(folder)
    tried = "import socket; socket.socket(socket.AF_INET)"
    done = subprocess.run([sys.executable, "-c", tried], capture_output=True, text=True)
    assert "no network here" in done.stderr and len(guard.attempts) == 1
    for path in folder.glob("*-*"):
        path.unlink()
    real = socket.socket.__init__

    def refuse(self: socket.socket, family: int = -1, *rest: int, **named: int) -> None:
        assert family not in (-1, socket.AF_INET, socket.AF_INET6) or named.get("fileno"), (
            "the window opened a socket"
        )
        real(self, family, *rest, **named)

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    return guard


def until(holds: Callable[[], bool], seconds: int = 120) -> None:
    """Let the window live until something holds."""
    for _ in range(seconds * 50):
        if holds():
            return
        breathe()
    raise AssertionError("it did not come to hold")
