"""The lock of a run folder: at most one process trains in it, and anybody can see which.

The lock file names a process by pid and start. A lock whose process is gone is stale and is
taken over; a killed run leaves one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.files import cannot, write_new
from engine.training.process_mark import start_mark


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that a lock names."""

    pid: int
    started: str

    def alive(self) -> bool:
        return start_mark(self.pid) == self.started


def read_owner(lock: Path) -> Owner | None:
    """Who a lock names; None where there is no lock or nothing can be read from it."""
    try:
        row = json.loads(lock.read_text(encoding="utf-8"))
        return Owner(int(row["pid"]), str(row["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_held(lock: Path) -> bool:
    """Whether the process that a lock names is running."""
    owner = read_owner(lock)
    return owner is not None and owner.alive()


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock for this process.

    Raises:
        PsychoscoreError: another process holds it, or it cannot be written.
    """
    me = Owner(os.getpid(), start_mark(os.getpid()) or "")
    text = json.dumps({"pid": me.pid, "started": me.started})
    for _ in range(5):
        if write_new(lock, lambda path: path.write_text(text, encoding="utf-8")):
            break
        _clear_stale(lock)
    else:
        raise PsychoscoreError(f"{lock} could not be taken.", "Try again.")
    try:
        yield
    finally:
        if read_owner(lock) == me:
            lock.unlink(missing_ok=True)


def _clear_stale(lock: Path) -> None:
    owner = read_owner(lock)
    if owner is not None and owner.alive():
        raise PsychoscoreError(
            f"{lock.parent} is being trained by process {owner.pid}.",
            "Stop that run first, or train in another folder.",
        )
    # Another process may clear it at the same moment and lock anew: what is moved away is
    # looked at once more, and put back where it is alive.
    aside = lock.with_name(f"{lock.name}.stale-{os.getpid()}")
    try:
        os.replace(lock, aside)
        moved = read_owner(aside)
        if moved is not None and moved.alive():
            os.replace(aside, lock)
            return
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot("taken", lock, error) from error
    with suppress(OSError):
        aside.unlink()
