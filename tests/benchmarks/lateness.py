"""P4 and R3: how late notes are sent and received on a busy machine, and how soon they end.

Run by hand: `python -m tests.benchmarks.lateness [SECONDS]`. The load is what the program does
to itself: two training processes at nice 15 and a thread in the owner that never rests. It
needs `jackd`, no sound card.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.bench.receiver import (
    EVERY_MS,
    LONGEST_SECONDS,
    MILLISECOND_TICKS,
    note_of,
    spans_of,
)
from engine.playing.events import note_events
from engine.playing.process import PlayerClient
from engine.playing.protocol import (
    Finished,
    Lateness,
    PlayerReplaced,
    PortChoice,
    PortJoined,
    Ready,
    Reply,
)
from engine.score import Note, Voice
from tests.jack_server import JackRecorder, JackServer

BUSY = "while True: sum(range(1000))"


class Listener:
    """What the player says, with the two moments that the benchmark waits for."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.priority = ""
        self.joined, self.finished, self.replaced = (threading.Event() for _ in range(3))

    def hear(self, reply: Reply) -> None:
        match reply:
            case Lateness(milliseconds):
                self.late += milliseconds
            case Ready(_, priority):
                self.priority = priority
            case PortJoined(peers) if peers:
                self.joined.set()
            case Finished():
                self.finished.set()
            case PlayerReplaced():
                self.replaced.set()


@contextmanager
def load() -> Iterator[None]:
    """The machine as busy as the whole program makes it."""
    stop = threading.Event()

    def generate() -> None:
        while not stop.is_set():
            sum(range(1000))

    thread = threading.Thread(target=generate)
    training = [
        subprocess.Popen(["nice", "-n", "15", sys.executable, "-c", BUSY]) for _ in range(2)
    ]
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for process in training:
            process.kill()
            process.wait()


def line(name: str, milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)

    def part(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return (
        f"{name:46} p50 {part(0.5):7.3f}  p99 {part(0.99):7.3f}  max {ordered[-1]:7.3f} ms"
        f"  ({len(ordered)} events)"
    )


def measure(server: JackServer, seconds: float, *, realtime: bool) -> None:
    """Play a steady stream and print how late it was sent and received."""
    listener = Listener()
    client = PlayerClient(listener.hear)
    client.start()
    count = int(seconds * 1000 / EVERY_MS)
    played = [note_of(index) for index in range(count)]
    try:
        with JackRecorder(server) as recorder:
            client.open_port(PortChoice())
            client.load(note_events(played), MILLISECOND_TICKS)
            listener.joined.wait(20)
            if not realtime and client.pid is not None:
                os.sched_setscheduler(client.pid, os.SCHED_OTHER, os.sched_param(0))
            with load():
                client.play(0)
                listener.finished.wait(seconds + 20)
            time.sleep(0.5)
            heard = list(recorder.messages)
    finally:
        client.close()
    name = listener.priority if realtime else "normal priority"
    print(line(f"{name}: before the send", listener.late))
    struck = [(moment, data[1], data[2]) for moment, data in heard if data[0] == 0x90]
    spans = list(spans_of(played, struck))
    if not spans:
        print(f"{name}: nothing was received")
        return
    received = [(span - min(spans)) * 1000 for span in spans]
    print(line(f"{name}: at the receiver, above its best", received))
    if len(spans) < count:
        print(f"{name}: {count - len(spans)} of {count} missed by a receiver too slow for JACK")
    tenth = max(1, len(spans) // 10)
    drift = (min(received[-tenth:]) - min(received[:tenth])) / (seconds * 0.9) * 600
    print(f"{name}: drift {drift:+.3f} ms in 10 min")


def endings(server: JackServer) -> None:
    """Print how long notes sound on after stop and after each death, on the busy machine."""
    chord = note_events([Note(0, 600_000, pitch, 80, Voice.INNER) for pitch in (60, 64, 67)])
    with load():
        for name in ("stop", "panic", "player killed", "player frozen", "owner's pipe closed"):
            listener = Listener()
            client = PlayerClient(listener.hear)
            client.start()
            with JackRecorder(server, once=True) as recorder:
                client.open_port(PortChoice())
                client.load(chord, MILLISECOND_TICKS)
                listener.joined.wait(20)
                client.play(0)
                recorder.wait_for(lambda recorder: len(recorder.sounding()) == 3)
                started = time.perf_counter()
                _end(client, name)
                recorder.wait_for(lambda recorder: not recorder.sounding())
                last = max(moment for moment, data in recorder.messages if data[0] == 0x80)
                print(f"{'silent after ' + name:46} {1000 * (last - started):7.1f} ms")
                client.close()


def _end(client: PlayerClient, name: str) -> None:
    assert client.pid is not None
    match name:
        case "stop":
            client.stop()
        case "panic":
            client.panic()
        case "player killed":
            os.kill(client.pid, signal.SIGKILL)
        case "player frozen":
            os.kill(client.pid, signal.SIGSTOP)
        case _:
            client.close()


def main() -> None:
    seconds = min(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0, LONGEST_SECONDS)
    server = JackServer(period=32)
    os.environ["JACK_DEFAULT_SERVER"] = server.name
    try:
        measure(server, seconds, realtime=False)
        measure(server, seconds, realtime=True)
    finally:
        server.stop()
    server = JackServer()
    os.environ["JACK_DEFAULT_SERVER"] = server.name
    try:
        endings(server)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
