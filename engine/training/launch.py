"""Programs of the command line as processes of their own, for whoever has a window to keep free.

A training run outlives the window that started it; an import belongs to its window.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic
from engine.training.run_folder import RunFolder

OUTPUT = "output.log"
# The state to go on from, its successor while it is written, and the kept checkpoints.
ROOM_BYTES = 600_000_000
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
    check_room(path)
    wish = path / WISH
    write_atomic(wish, json.dumps(dict(config), indent=1).encode())
    return _launch(["train", "--config", str(wish), "--run", str(path), "--json"], path)


def check_room(path: Path, needed: int = ROOM_BYTES) -> None:
    """See that a run has room on its disk before it begins.

    Raises:
        PsychoscoreError: less than `needed` bytes are free there.
    """
    try:
        free = shutil.disk_usage(path).free
    except OSError:
        return
    if free < needed:
        raise PsychoscoreError(
            f"Only {free / 1e6:,.0f} MB are free on the disk of {path}; a run needs about "
            f"{needed / 1e6:,.0f} MB.",
            "Make room first.",
        )


def relaunch_run(run: RunFolder, back_to: int | None = None) -> LaunchedRun:
    """Go on with a run that has ended.

    Args:
        back_to: go on from the checkpoint of this step, and drop what came after it.

    Raises:
        PsychoscoreError: it is running, or cannot be started.
    """
    if run.alive():
        raise PsychoscoreError(f"{run.path} is being trained already.")
    run.forget_requests()
    back = [] if back_to is None else ["--roll-back", str(back_to)]
    return _launch(["train", "--resume", str(run.path), *back, "--json"], run.path)


def launch_verdict(run: RunFolder) -> LaunchedRun:
    """Compare the model of a run that has ended with the one before.

    Raises:
        PsychoscoreError: it is running, or cannot be started.
    """
    if run.alive():
        raise PsychoscoreError(f"{run.path} is being trained already.")
    run.forget_requests()
    return _launch(["train", "--verdict", str(run.path), "--json"], run.path)


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
    # A run outlives whoever started it; somebody must still take note of its end.
    threading.Thread(target=process.wait, name=f"end of {path.name}", daemon=True).start()
    return LaunchedRun(path, process)
