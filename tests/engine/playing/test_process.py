"""The player as a real process before a real JACK server: what is sent arrives, nothing hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.playing.events import note_events
from engine.playing.process import PlayerClient
from engine.playing.protocol import (
    Acknowledged,
    Finished,
    NotePlayed,
    PlayerReplaced,
    PortChoice,
    PortJoined,
    PortLost,
    PortOpened,
    PortsListed,
    Position,
    Ready,
    Reply,
)
from engine.score import Note, TempoMap, Voice
from tests.engine.playing.stage import MILLISECONDS, notes
from tests.jack_server import JackRecorder, JackServer

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 20.0
VIRTUAL = PortChoice()
LONG_CHORD = notes(*((0, 60_000, pitch) for pitch in (60, 64, 67)))


class Ears:
    """Keeps replies and waits for them."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self._news = threading.Condition()

    def hear(self, reply: Reply) -> None:
        with self._news:
            self.replies.append(reply)
            self._news.notify_all()

    def wait_for(self, holds: Callable[[Reply], bool]) -> Reply:
        """The first reply, past or to come, for which this holds."""

        def found() -> Reply | None:
            return next((reply for reply in self.replies if holds(reply)), None)

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, SECONDS), self.replies[-20:]
        reply = found()
        assert reply is not None
        return reply

    def wait_for_kind(self, kind: type[Reply]) -> Reply:
        return self.wait_for(lambda reply: isinstance(reply, kind))


@contextmanager
def _player(ears: Ears) -> Iterator[PlayerClient]:
    client = PlayerClient(ears.hear)
    client.start()
    try:
        yield client
    finally:
        client.close()


@contextmanager
def _listened(
    server: JackServer, *, once: bool = False
) -> Iterator[tuple[PlayerClient, Ears, JackRecorder]]:
    """A player whose virtual port has a listener."""
    ears = Ears()
    with JackRecorder(server, once=once) as recorder, _player(ears) as client:
        client.open_port(VIRTUAL)
        ears.wait_for(lambda reply: isinstance(reply, PortJoined) and bool(reply.peers))
        yield client, ears, recorder


def test_a_receiver_gets_exactly_the_notes_in_order(jack_server: JackServer) -> None:
    played = [
        Note(index * 20, 15, 21 + index % 88, 1 + index * 5 % 127, Voice.MELODY)
        for index in range(200)
    ]
    with _listened(jack_server) as (client, ears, recorder):
        client.load(note_events(played), MILLISECONDS)
        client.play(0)
        ears.wait_for_kind(Finished)
        recorder.wait_for(lambda _: not recorder.sounding() and len(recorder.notes()) >= 200)
        assert recorder.notes() == [(note.pitch, note.velocity) for note in played]


def test_every_command_is_acknowledged(jack_server: JackServer) -> None:
    with _listened(jack_server) as (client, ears, _):
        told = [
            client.load(LONG_CHORD, TempoMap(), end=90_000, known_until=80_000),
            client.add(notes((100, 200, 70))),
            client.set_tempo_map(MILLISECONDS),
            client.set_loop(0, 4000),
            client.play(0),
            client.replace_from(1000, ()),
            client.exchange(LONG_CHORD, notes((200, 300, 71))),
            client.exchange((), ()),
            client.strike(60, 90, 0.05),
            client.locate(500),
            client.list_ports(),
            client.set_audio(False),
            client.stop(),
            client.panic(),
        ]
        for identity in told:
            ears.wait_for(lambda reply, identity=identity: reply == Acknowledged(identity))


def test_a_named_port_is_played_and_its_loss_is_told(jack_server: JackServer) -> None:
    ears = Ears()
    with _player(ears) as client:
        with JackRecorder(jack_server, "nobody") as recorder:
            client.list_ports()
            listed = ears.wait_for_kind(PortsListed)
            assert isinstance(listed, PortsListed)
            assert "recorder:in" in listed.names
            client.open_port(PortChoice("named", "recorder"))
            ears.wait_for(lambda reply: reply == PortOpened("recorder:in"))
            client.load(LONG_CHORD, MILLISECONDS)
            client.play(0)
            recorder.wait_for(lambda _: len(recorder.notes()) == 3)
        lost = ears.wait_for_kind(PortLost)
        assert isinstance(lost, PortLost)
        assert "gone" in lost.sentence
        before = len(ears.replies)
        ears.wait_for(
            lambda reply: (
                isinstance(reply, Position) and reply.playing and reply in ears.replies[before:]
            )
        )


def test_an_unknown_port_is_told_with_those_that_exist(jack_server: JackServer) -> None:
    ears = Ears()
    with _player(ears) as client, JackRecorder(jack_server, "nobody"):
        client.open_port(PortChoice("named", "Moog"))
        lost = ears.wait_for_kind(PortLost)
        assert isinstance(lost, PortLost)
        assert "'Moog'" in lost.sentence
        assert "recorder:in" in lost.sentence


def test_changing_the_port_ends_notes_on_the_old_one(jack_server: JackServer) -> None:
    with _listened(jack_server) as (client, ears, recorder):
        client.load(LONG_CHORD, MILLISECONDS)
        client.play(0)
        recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        client.open_port(PortChoice("none"))
        recorder.wait_for(lambda _: not recorder.sounding())


def test_closing_ends_every_note(jack_server: JackServer) -> None:
    ears = Ears()
    with JackRecorder(jack_server) as recorder:
        with _player(ears) as client:
            client.open_port(VIRTUAL)
            ears.wait_for(lambda reply: isinstance(reply, PortJoined) and bool(reply.peers))
            client.load(LONG_CHORD, MILLISECONDS)
            client.play(0)
            recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        recorder.wait_for(lambda _: not recorder.sounding())


def test_a_killed_player_is_replaced_and_its_notes_end(jack_server: JackServer) -> None:
    # The recorder connects only once: its successor must find the way back by itself.
    with _listened(jack_server, once=True) as (client, ears, recorder):
        client.load(LONG_CHORD, MILLISECONDS)
        client.play(0)
        recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        first = client.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        recorder.wait_for(lambda _: not recorder.sounding())
        replaced = ears.wait_for_kind(PlayerReplaced)
        assert isinstance(replaced, PlayerReplaced)
        assert replaced.was_playing
        assert client.pid != first
        client.play(0)
        recorder.wait_for(lambda _: len(recorder.notes()) == 6)


def test_a_frozen_player_is_replaced_and_its_notes_end(jack_server: JackServer) -> None:
    with _listened(jack_server, once=True) as (client, ears, recorder):
        client.load(LONG_CHORD, MILLISECONDS)
        client.play(0)
        recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        assert client.pid is not None
        os.kill(client.pid, signal.SIGSTOP)
        started = time.monotonic()
        for _ in range(1000):
            client.locate(5)
        assert time.monotonic() - started < 0.4, "callers were blocked by a frozen player"
        ears.wait_for_kind(PlayerReplaced)
        recorder.wait_for(lambda _: not recorder.sounding())


def test_a_dead_server_is_told_and_the_music_goes_on(jack_server: JackServer) -> None:
    with _listened(jack_server) as (client, ears, _):
        client.load(SCALE_OF_MINUTES, MILLISECONDS)
        client.play(0)
        ears.wait_for_kind(NotePlayed)
        pid = client.pid
        jack_server.kill()
        ears.wait_for_kind(PortLost)
        before = len(ears.replies)
        ears.wait_for(
            lambda reply: isinstance(reply, NotePlayed) and reply in ears.replies[before:]
        )
        assert client.pid == pid


SCALE_OF_MINUTES = notes(*((on, on + 15, 30 + on // 20 % 60) for on in range(0, 60_000, 20)))

OWNER = """
import sys, threading, time
from engine.playing.process import PlayerClient
from engine.playing.protocol import PortChoice, PortJoined
from tests.engine.playing.test_process import LONG_CHORD
from tests.engine.playing.stage import MILLISECONDS

if __name__ != "__main__":
    sys.exit("the player imported its owner's main module")
joined = threading.Event()
client = PlayerClient(
    lambda reply: joined.set() if isinstance(reply, PortJoined) and reply.peers else None
)
client.start()
client.open_port(PortChoice())
client.load(LONG_CHORD, MILLISECONDS, end=100_000)
joined.wait(20)
client.play(0)
print(client.pid, flush=True)
time.sleep(60)
"""


def test_a_killed_owner_takes_its_notes_along(jack_server: JackServer, tmp_path: Path) -> None:
    owner = tmp_path / "owner.py"
    owner.write_text(OWNER)
    environment = {**jack_server.environment, "PYTHONPATH": str(ROOT)}
    with (
        JackRecorder(jack_server) as recorder,
        subprocess.Popen(
            [sys.executable, str(owner)], env=environment, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        finally:
            process.kill()
        recorder.wait_for(lambda _: not recorder.sounding())
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        _await_end(pid)


def _await_end(pid: int) -> None:
    deadline = time.monotonic() + SECONDS
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the player outlived its owner"
        time.sleep(0.01)


def test_without_midi_it_says_so_and_plays_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "no-such-server")
    ears = Ears()
    with _player(ears) as client:
        client.open_port(PortChoice("named", "Moog"))
        lost = ears.wait_for_kind(PortLost)
        assert isinstance(lost, PortLost)
        assert "Moog" in lost.sentence
        client.load(notes((0, 100, 60)), MILLISECONDS)
        client.play(0)
        ears.wait_for_kind(Finished)


def test_long_music_goes_in_pieces_and_arrives_whole() -> None:
    ears = Ears()
    with _player(ears) as client:
        ears.wait_for_kind(Ready)
        client.load(
            notes(*((on * 2, on * 2 + 1, 60) for on in range(3000))), TempoMap(((0, 1000.0),))
        )
        client.play(0)
        ears.wait_for_kind(Finished)
        struck = sum(len(r.struck) for r in ears.replies if isinstance(r, NotePlayed))
        assert struck == 3000


def test_the_process_knows_no_network_and_no_window() -> None:
    probe = (
        "import sys, engine.playing.child, engine.playing.process;"
        "print(sorted({'torch', 'PySide6', 'models', 'app', 'miditok', 'pydantic', 'rtmidi'}"
        " & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
