"""Our clock beside independent programs: one that sends a clock, one that reads ours.

They show that it works; how exact it is is measured by a benchmark.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jack
import pytest

from engine.playing.process import PlayerClient
from engine.playing.protocol import (
    Led,
    PortChoice,
    PortJoined,
    PortOpened,
    Position,
    Reply,
    SyncSource,
    SyncState,
)
from engine.score import TempoMap
from tests.engine.playing.stage import notes
from tests.engine.playing.test_process import Ears
from tests.jack_server import JackServer

SECONDS = 20.0
OWN_INPUT = PortChoice("virtual", "PSYCHOSCORE clock in")
BEATS = notes(*((beat * 480, beat * 480 + 240, 60) for beat in range(400)))


@contextmanager
def _player(ears: Ears) -> Iterator[PlayerClient]:
    client = PlayerClient(ears.hear, spare=False)
    client.start()
    try:
        yield client
    finally:
        client.close()


@contextmanager
def _program(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.send_signal(2)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _port(client: jack.Client, pattern: str, **kind: bool) -> str:
    found: list[str] = []

    def look() -> bool:
        found[:] = [port.name for port in client.get_ports(pattern, is_midi=True, **kind)]
        return bool(found)

    _wait(look)
    return found[0]


def _states(ears: Ears, holds: Callable[[SyncState], bool]) -> Callable[[Reply], bool]:
    return lambda reply: isinstance(reply, SyncState) and holds(reply)


@pytest.mark.peer("jack-midi-clock")
@pytest.mark.parametrize("source", ["clock", "auto"])
def test_a_clock_of_another_program_is_followed(
    jack_server: JackServer, source: SyncSource
) -> None:
    ears = Ears()
    watcher = jack.Client("watcher", no_start_server=True)
    with _player(ears) as client, _program("jack_midi_clock", "-b", "90"):
        client.load(BEATS, TempoMap(((0, 120.0),)))
        client.follow(source, OWN_INPUT)
        sender = _port(watcher, "jack_midi_clock", is_output=True)
        ears.wait_for(_states(ears, lambda state: state.lock in ("searching", "off")))
        watcher.connect(sender, _port(watcher, "clock in", is_input=True))
        watcher.transport_start()
        ears.wait_for(lambda reply: reply == Led(playing=True))
        locked = ears.wait_for(_states(ears, lambda state: state.lock == "locked"))
        ears.wait_for(lambda reply: isinstance(reply, Position) and reply.tick > 4 * 480)
        bpm = [reply.bpm for reply in ears.replies if isinstance(reply, SyncState)][-1]
        assert bpm == pytest.approx(90.0, rel=0.1), locked
        watcher.transport_stop()
        ears.wait_for(lambda reply: reply == Led(playing=False))
    watcher.close()


@pytest.mark.peer("jack-midi-clock")
def test_our_clock_is_read_by_another_program(jack_server: JackServer) -> None:
    ears = Ears()
    with _player(ears) as client:
        client.load(BEATS, TempoMap(((0, 90.0),)))
        client.send_clock(True)
        client.open_port(PortChoice())
        opened = ears.wait_for(lambda reply: isinstance(reply, PortOpened))
        assert isinstance(opened, PortOpened)
        watcher = jack.Client("watcher", no_start_server=True)
        own = _port(watcher, "PSYCHOSCORE", is_output=True)
        with _program("jack_mclk_dump", "-n", own) as dump:
            ears.wait_for(lambda reply: isinstance(reply, PortJoined) and bool(reply.peers))
            client.play(0)
            ears.wait_for(lambda reply: isinstance(reply, Position) and reply.tick > 6 * 480)
            client.stop()
            time.sleep(0.2)
            dump.send_signal(2)
            told = dump.communicate(timeout=10)[0]
        watcher.close()
    assert "(0xfa) start" in told
    assert "(0xfc) stop" in told
    frames = [int(frame) for frame in re.findall(r"CLK cur.*@\s*(\d+)", told)]
    assert len(frames) > 5 * 24
    seconds = (frames[-1] - frames[0]) / 48_000
    assert (len(frames) - 1) / seconds == pytest.approx(90 * 24 / 60, rel=0.01)
