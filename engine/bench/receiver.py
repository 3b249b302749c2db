"""P4 at a JACK receiver: notes of a steady stream, timed by another process that hears them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.evaluation.rows import Row, missing
from engine.playing.events import note_events
from engine.playing.process import PlayerClient
from engine.playing.protocol import (
    PORT_NAME,
    Finished,
    PortChoice,
    PortJoined,
    PortLost,
    Ready,
    Reply,
)
from engine.score import Note, TempoMap, Voice

EVERY_MS = 20
LONGEST_SECONDS = 300.0
MILLISECOND_TICKS = TempoMap(((0, 125.0),))
GOALS_MS = {True: (0.3, 1.0), False: (1.5, 5.0)}
PORT = f"{PORT_NAME} bench"
# A pattern that a port of the user's own window does not fit.
_SOURCE = f"{PORT_NAME}[^:]*:{PORT}"
NO_SERVER = "No JACK server runs here."
_PATIENCE = 20.0
_NOTE_ON = 0x90
_ROOT = Path(__file__).resolve().parents[2]


def received_rows(seconds: float, load: str) -> Iterator[Row]:
    """Play a stream to a receiver for so long, with real-time priority and without.

    Args:
        load: what goes on meanwhile, in words.
    """
    for realtime in GOALS_MS:
        yield from _rows(realtime, *_received(seconds, realtime=realtime), load)


def _rows(realtime: bool, priority: str, late: Sequence[float], load: str) -> Iterator[Row]:
    kind = "realtime" if realtime else "normal"
    name = f"late at a JACK receiver, {'real-time' if realtime else 'normal'} priority"
    p99_goal, worst_goal = GOALS_MS[realtime]
    ids = f"P4.receiver.{kind}.p99", f"P4.receiver.{kind}.max"
    if not late:
        why = "The system grants no real-time priority." if priority else NO_SERVER
        yield missing(ids[0], f"{name}, 99 %", "ms", why).at_most(p99_goal)
        yield missing(ids[1], f"{name}, worst", "ms", why).at_most(worst_goal)
        return
    note = f"{priority}, {len(late)} notes, above the earliest, {load}"
    p99 = float(np.quantile(late, 0.99))
    yield Row(ids[0], f"{name}, 99 %", p99, "ms", note=note).at_most(p99_goal)
    yield Row(ids[1], f"{name}, worst", max(late), "ms").at_most(worst_goal)


def _received(seconds: float, *, realtime: bool) -> tuple[str, list[float]]:
    """The priority, and by how many ms each note came later than the earliest one."""
    priority: list[str] = []
    joined, lost, finished = (threading.Event() for _ in range(3))

    def hear(reply: Reply) -> None:
        match reply:
            case Ready(_, words):
                priority.append(words)
            case PortJoined(peers) if peers:
                joined.set()
            case PortLost():
                lost.set()
                joined.set()
            case Finished():
                finished.set()

    played = [note_of(index) for index in range(int(seconds * 1000 / EVERY_MS))]
    receiver = _Receiver()
    if not receiver.ready:
        receiver.close()
        return "", []
    client = PlayerClient(hear, spare=False)
    client.start()
    try:
        client.open_port(PortChoice("virtual", PORT))
        client.load(note_events(played), MILLISECOND_TICKS)
        if not joined.wait(_PATIENCE) or lost.is_set():
            return "", []
        granted = priority[0].startswith("real-time")
        if realtime and not granted:
            return priority[0], []
        if not realtime and granted and client.pid is not None:
            os.sched_setscheduler(client.pid, os.SCHED_OTHER, os.sched_param(0))
        client.play(0)
        finished.wait(seconds + _PATIENCE)
    finally:
        client.close()
        receiver.close()
    spans = list(spans_of(played, receiver.struck))
    words = priority[0] if realtime else "normal priority"
    return words, [(span - min(spans)) * 1000 for span in spans]


def note_of(index: int) -> Note:
    """A note that its pitch and velocity tell from all others of five minutes."""
    return Note(index * EVERY_MS, 10, index % 128, 1 + index // 128 % 127, Voice.MELODY)


def spans_of(played: Sequence[Note], struck: Sequence[tuple[float, int, int]]) -> Iterator[float]:
    """Seconds from the tick to the arrival of each note that came, up to a constant.

    A receiver that misses a period of JACK may lose notes or read some twice.

    Args:
        played: a tick of theirs is a millisecond.
        struck: moment, pitch and velocity.
    """
    arrived: dict[tuple[int, int], float] = {}
    for moment, pitch, velocity in struck:
        arrived.setdefault((pitch, velocity), moment)
    for note in played:
        if (note.pitch, note.velocity) in arrived:
            yield arrived[note.pitch, note.velocity] - note.onset / 1000


class _Receiver:
    """The other process."""

    def __init__(self) -> None:
        self.struck: list[tuple[float, int, int]] = []
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.bench.jack_receiver", _SOURCE],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self._lines = self._process.stdout
        self.ready = self._lines.readline().strip() == '"ready"'
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._lines:
            moment, *data = json.loads(line)
            if len(data) == 3 and data[0] == _NOTE_ON:
                self.struck.append((moment, data[1], data[2]))

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_PATIENCE)
        self._lines.close()
