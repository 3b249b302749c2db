"""The window as a process of its own that measures itself: P4, P6, P7, P10 and P11.

It knows the program by its command alone, not by its code: `psychoscore --stats` opens the real
window, on no screen, and prints what it finds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from engine.bench.memory import resident_megabytes
from engine.errors import PsychoscoreError
from engine.evaluation.rows import Row, missing

GAP_GOAL_MS = 50.0
FIRST_GOAL_MS = 120.0
USABLE_GOAL_S, READY_GOAL_S = 1.5, 4.0
IDLE_GOAL_MB, COMPOSING_GOAL_MB = 700.0, 1000.0
CANCEL_GOAL_MS = 100.0
LATENESS_GOALS_MS = {True: (0.3, 1.0), False: (1.5, 5.0)}
FEWEST_EVENTS = 20
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a window said: its lines by their event, and its memory in MB while idle and composing.

    Args:
        started: the moment at which its process was started, on the monotonic clock.
    """

    started: float
    said: tuple[dict[str, Any], ...]
    idle: float | None = None
    composing: tuple[float, ...] = field(default=())

    def lines(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.said if line["event"] == event]

    def seconds_to(self, event: str) -> float | None:
        """Seconds from the start of the process to an event."""
        found = self.lines(event)
        return found[0]["moment"] - self.started if found else None


def watch_window(seconds: float) -> Heard:
    """Open a window, let it compose for so long, and take down what it says.

    Raises:
        PsychoscoreError: no window could be opened, or it ended badly.
    """
    started = time.monotonic()
    said: list[dict[str, Any]] = []
    idle: float | None = None
    composing: list[float] = []
    with _window(seconds) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(_parsed(line))
            match said[-1]["event"]:
                case "idle":
                    idle = resident_megabytes(process.pid)
                case "late":
                    found = resident_megabytes(process.pid)
                    composing += [] if found is None else [found]
        code = process.wait(30)
    if code != 0:
        raise PsychoscoreError(f"The window ended with code {code}.")
    for told in said:
        if told["event"] == "failed":
            raise PsychoscoreError(str(told["reason"]))
    return Heard(started, tuple(said), idle, tuple(composing))


@contextmanager
def _window(seconds: float) -> Iterator[subprocess.Popen[str]]:
    # A start is that of an installed program: its modules are compiled once, not at each start.
    inherited = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {
        **inherited,
        "QT_QPA_PLATFORM": "offscreen",
        "PSYCHOSCORE_START": "plain",
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--stats", str(seconds)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "event" not in found:
        raise PsychoscoreError(f"The window said something odd: {line[:80]!r}.")
    return found


def start_rows(starts: Sequence[Heard]) -> Iterator[Row]:
    """P7, of some starts one after the other."""
    names = (
        ("P7.usable", "start to a usable window", "usable", USABLE_GOAL_S),
        ("P7.ready", "start until a bar can be asked for", "ready", READY_GOAL_S),
    )
    for identity, name, event, goal in names:
        found = [value for heard in starts if (value := heard.seconds_to(event)) is not None]
        if not found:
            yield missing(identity, name, "s", "The window never came so far.").at_most(goal)
            continue
        spread = ", ".join(f"{each:.2f}" for each in found)
        yield Row(identity, name, median(found), "s", note=f"median of {spread}").at_most(goal)


def late_rows(heard: Heard, load: str) -> Iterator[Row]:
    """P4 before the send, with real-time priority where it was granted, and without.

    Args:
        load: what went on meanwhile, in words.
    """
    found = {
        line["priority"].startswith("real-time"): (line["priority"], line["milliseconds"])
        for line in heard.lines("late")
    }
    for realtime, (p99_goal, worst_goal) in LATENESS_GOALS_MS.items():
        words, late = found.get(realtime, ("", []))
        kind = "realtime" if realtime else "normal"
        name = f"late before the send, {'real-time' if realtime else 'normal'} priority"
        if len(late) < FEWEST_EVENTS:
            why = "The system grants no real-time priority." if realtime else "Too few notes."
            yield missing(f"P4.{kind}.p99", f"{name}, 99 %", "ms", why).at_most(p99_goal)
            yield missing(f"P4.{kind}.max", f"{name}, worst", "ms", why).at_most(worst_goal)
            continue
        note = f"{words}, {len(late)} events, median {np.median(late):.3f} ms, {load}"
        p99 = float(np.quantile(late, 0.99))
        yield Row(f"P4.{kind}.p99", f"{name}, 99 %", p99, "ms", note=note).at_most(p99_goal)
        yield Row(f"P4.{kind}.max", f"{name}, worst", max(late), "ms").at_most(worst_goal)


def gap_row(heard: Heard, load: str) -> Row:
    """P6."""
    (line,) = heard.lines("gap")
    name = "longest gap of the window's event loop"
    return Row("P6.gap", name, float(line["ms"]), "ms", note=load).at_most(GAP_GOAL_MS)


def memory_rows(heard: Heard) -> Iterator[Row]:
    """P10 of window and player."""
    most = max(heard.composing, default=None)
    for identity, name, value, goal in (
        ("P10.idle", "memory of window and player, idle", heard.idle, IDLE_GOAL_MB),
        ("P10.composing", "memory of window and player, composing", most, COMPOSING_GOAL_MB),
    ):
        yield weight_row(identity, name, value, goal)


def weight_row(identity: str, name: str, value: float | None, goal: float) -> Row:
    """A row of memory; without a value where the system does not say."""
    why = "This system does not say how much memory a process holds."
    row = missing(identity, name, "MB", why) if value is None else Row(identity, name, value, "MB")
    return row.at_most(goal)


def audition_row(heard: Heard) -> Row:
    """P3, how soon composed music sounds."""
    name, lines = "from Generate to the first note, 95 %", heard.lines("first")
    if not lines:
        return missing("P3.first", name, "ms", "Nothing sounded.").at_most(FIRST_GOAL_MS)
    found = [float(line["ms"]) for line in lines]
    note = f"of {len(found)}, median {median(found):.0f} ms, while training and repainting"
    value = float(np.quantile(found, 0.95))
    return Row("P3.first", name, value, "ms", note=note).at_most(FIRST_GOAL_MS)


def cancel_rows(heard: Heard) -> Iterator[Row]:
    """P11 of composing."""
    lines = heard.lines("cancelled")
    for kind, name in (
        ("silent", "cancel: silent after"),
        ("idle", "cancel: composing has ended after"),
    ):
        if not lines:
            why = "Composing was too quick to be cancelled."
            yield missing(f"P11.{kind}", name, "ms", why).at_most(CANCEL_GOAL_MS)
            continue
        worst = max(float(line[kind]) for line in lines)
        note = f"worst of {len(lines)}"
        yield Row(f"P11.{kind}", name, worst, "ms", note=note).at_most(CANCEL_GOAL_MS)
