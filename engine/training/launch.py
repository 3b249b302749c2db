"""Programs of the command line as processes of their own, for whoever has a window to keep free.

A training run outlives the window that started it; an import belongs to its window.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic
from engine.training.run_folder import RunFolder

OUTPUT = "output.log"
WISH = "wish.json"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class LaunchedRun:
    """A run that was started here. Its process goes on when this one ends."""

    path: Path
    process: subprocess.Popen[bytes]

    def failure(self) -> str:
        """What it said when it ended badly; empty while it runs or where it ended well."""
        if self.process.poll() in (None, 0):
            return ""
        try:
            lines = (self.path / OUTPUT).read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        said = lines[-1].removeprefix("psychoscore: ") if lines else ""
        return said or f"Training ended with code {self.process.returncode}."


def command_line(words: Sequence[str]) -> tuple[str, ...]:
    """A `psychoscore` command of this installation, as a process of its own."""
    return (sys.executable, "-m", "engine.cli.main", *words)


def command_environment() -> dict[str, str]:
    """The environment in which `command_line` finds the program from anywhere."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def launch_run(config: Mapping[str, Any], path: Path) -> LaunchedRun:
    """Start a new run in a folder.

    Raises:
        PsychoscoreError: there is a run already, or it cannot be started.
    """
    if (path / "meta.json").exists():
        raise PsychoscoreError(f"There is a run in {path} already.")
    make_folder(path)
    wish = path / WISH
    write_atomic(wish, json.dumps(dict(config), indent=1).encode())
    return _launch(["train", "--config", str(wish), "--run", str(path), "--json"], path)


def relaunch_run(run: RunFolder) -> LaunchedRun:
    """Go on with a run that has ended.

    Raises:
        PsychoscoreError: it is running, or cannot be started.
    """
    if run.alive():
        raise PsychoscoreError(f"{run.path} is being trained already.")
    run.forget_requests()
    return _launch(["train", "--resume", str(run.path), "--json"], run.path)


def _launch(words: Sequence[str], path: Path) -> LaunchedRun:
    own: dict[str, Any] = (
        {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    try:
        with (path / OUTPUT).open("wb") as output:
            process = subprocess.Popen(
                command_line(words),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
                env=command_environment(),
                **own,
            )
    except OSError as error:
        raise cannot("started", path, error) from error
    return LaunchedRun(path, process)
