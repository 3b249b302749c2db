"""Ardour, a real DAW, records what we play from our virtual port, and its file equals the take."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import jack
import mido
import pytest

from engine.playing.events import score_events
from engine.playing.process import PlayerClient
from engine.playing.protocol import Finished, PortChoice, PortJoined, PortOpened
from engine.score import Control, Metre, Note, Score, TempoMap, Voice
from tests.engine.playing.test_process import Ears
from tests.jack_server import JackServer

PERIOD = 32
PERIOD_SECONDS = PERIOD / 48_000
FEW_MILLISECONDS = 0.005
PATIENCE = 60.0
BARS = 2
TEMPO = TempoMap(((0, 120.0), (1920, 100.0)))


@pytest.fixture
def short_periods(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    server = JackServer(PERIOD, realtime=True)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    try:
        yield server
    finally:
        server.stop()


class Recording:
    """Ardour without a window, one armed MIDI track; each step is a line of its script."""

    def __init__(self, process: subprocess.Popen[str], session: Path) -> None:
        self._process, self._session = process, session
        self._said: list[str] = []

    def roll(self, source: str) -> None:
        """Connect the track with an output of JACK and record."""
        self.wait("armed")
        self._write(source)
        self.wait("rolling")

    def stop(self) -> mido.MidiFile:
        """End recording; the file that the track has made."""
        self._write("stop")
        self.wait("stopped")
        paths = self._session.glob("interchange/*/midifiles/*.mid")
        # An empty one waits beside it for the next pass.
        return mido.MidiFile(max(paths, key=lambda path: path.stat().st_size))

    def wait(self, word: str) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line)
            if line.startswith(word):
                return
        raise AssertionError("".join(self._said))

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@contextmanager
def ardour(folder: Path) -> Iterator[Recording]:
    session = folder / "session"
    process = subprocess.Popen(
        ["ardour7-lua", str(Path(__file__).with_name("record.lua"))],
        env={**os.environ, "ARDOUR_SESSION": str(session)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        yield Recording(process, session)
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def _cue() -> Score:
    """A line of eighths over held chords, each note of its own loudness, with the pedal."""
    notes = [Note(240 * i, 200, 60 + i * 5 % 24, 40 + i * 3, Voice.MELODY) for i in range(8 * BARS)]
    for bar in range(BARS):
        notes += [
            Note(1920 * bar, 1800, pitch + bar, 50 + pitch % 7, Voice.INNER)
            for pitch in (36, 43, 52)
        ]
    notes.sort(key=lambda note: (note.onset, note.pitch))
    pedal = tuple(
        Control(tick + shift, 64, value)
        for tick in range(0, 1920 * BARS, 1920)
        for shift, value in ((10, 127), (1800, 0))
    )
    return Score(tuple(notes), (Metre(),) * BARS, TEMPO, controls=pedal)


def _own_port() -> str:
    client = jack.Client("watcher", no_start_server=True)
    try:
        (port,) = client.get_ports("PSYCHOSCORE$", is_midi=True, is_output=True)
        return str(port.name)
    finally:
        client.close()


def _recorded(file: mido.MidiFile, kept: Callable[[mido.Message], bool]) -> list[tuple[float, ...]]:
    """Second and data of each message that is wanted; the session's tempo is 120."""
    found, tick = [], 0
    for message in mido.merge_tracks(file.tracks):
        tick += message.time
        if kept(message):
            seconds = tick / file.ticks_per_beat / 2
            found.append((seconds, *message.bytes()))
    return found


@pytest.mark.peer("ardour")
def test_the_recorded_file_equals_the_take(short_periods: JackServer, tmp_path: Path) -> None:
    score, ears = _cue(), Ears()
    client = PlayerClient(ears.hear, spare=False)
    client.start()
    try:
        client.open_port(PortChoice())
        ears.wait_for(lambda reply: isinstance(reply, PortOpened))
        client.load(score_events(score), TEMPO, end=score.end)
        with ardour(tmp_path) as recording:
            recording.roll(_own_port())
            ears.wait_for(lambda reply: isinstance(reply, PortJoined) and bool(reply.peers))
            client.play(0)
            ears.wait_for(lambda reply: isinstance(reply, Finished))
            file = recording.stop()
    finally:
        client.close()
    struck = _recorded(file, lambda message: message.type == "note_on" and message.velocity > 0)
    assert [(pitch, velocity) for _, _, pitch, velocity in struck] == [
        (note.pitch, note.velocity) for note in score.notes
    ]
    ended = _recorded(
        file,
        lambda message: (
            message.type == "note_off" or (message.type == "note_on" and message.velocity == 0)
        ),
    )
    assert len(ended) == len(struck)
    pedal = _recorded(file, lambda message: message.type == "control_change")
    assert [data[-1] for data in pedal if data[2] == 64] == [127, 0] * BARS
    spans = [
        heard[0] - TEMPO.seconds(note.onset)
        for heard, note in zip(struck, score.notes, strict=True)
    ]
    # Ardour's time stands still while a busy machine lets JACK wait, and all that follows lies
    # earlier: each onset is compared with the one before it, and few may follow such a halt.
    steps = [abs(later - before) for before, later in pairwise(spans)]
    near = [step for step in steps if step <= PERIOD_SECONDS + FEW_MILLISECONDS]
    assert len(near) >= 0.8 * len(steps), sorted(steps)
    assert median(steps) <= PERIOD_SECONDS, sorted(steps)
