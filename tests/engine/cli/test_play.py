"""`play` and `ports` as a user calls them, before a real JACK server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.midi.file import write_midi
from engine.score import Metre, Note, Score, TempoMap, Voice
from tests.jack_server import JackRecorder, JackServer, jack_server

__all__ = ["jack_server"]

ROOT = Path(__file__).resolve().parents[3]
NOTES = tuple(Note(i * 240, 200, 60 + i, 50 + i, Voice.MELODY) for i in range(8))


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "engine.cli.main", *words]


def _psychoscore(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def midi_file(tmp_path: Path) -> Path:
    path = tmp_path / "in.mid"
    write_midi(Score(NOTES, (Metre(),), TempoMap(((0, 240.0),))), path)
    return path


@pytest.fixture
def no_midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "no-such-server")


def test_a_virtual_port_carries_the_file(jack_server: JackServer, midi_file: Path) -> None:
    with JackRecorder(jack_server, "PSYCHOSCORE:stage") as recorder:
        done = _psychoscore("play", str(midi_file), "--virtual", "stage")
        assert done.returncode == 0, done.stderr
        recorder.wait_for(lambda _: not recorder.sounding())
        assert recorder.notes() == [(note.pitch, note.velocity) for note in NOTES]
    assert "in.mid: 1 bar," in done.stdout
    assert "to MIDI port stage" in done.stdout


def test_a_named_port_carries_the_file(jack_server: JackServer, midi_file: Path) -> None:
    with JackRecorder(jack_server, "nobody") as recorder:
        done = _psychoscore("play", str(midi_file), "--port", "recorder")
        assert done.returncode == 0, done.stderr
        recorder.wait_for(lambda _: not recorder.sounding())
        assert recorder.notes() == [(note.pitch, note.velocity) for note in NOTES]


def test_ctrl_c_ends_every_note(jack_server: JackServer, tmp_path: Path) -> None:
    path = tmp_path / "long.mid"
    chord = tuple(Note(0, 480 * 400, pitch, 80, Voice.INNER) for pitch in (60, 64, 67))
    write_midi(Score(chord, (Metre(),) * 100), path)
    with (
        JackRecorder(jack_server) as recorder,
        subprocess.Popen(_command("play", str(path), "--virtual", "X"), cwd=ROOT) as process,
    ):
        recorder.wait_for(lambda _: len(recorder.sounding()) == 3)
        process.send_signal(signal.SIGINT)
        recorder.wait_for(lambda _: not recorder.sounding())
        assert process.wait(20) == 130


@pytest.mark.usefixtures("no_midi")
def test_a_port_that_is_not_there_is_a_sentence(midi_file: Path) -> None:
    done = _psychoscore("play", str(midi_file), "--port", "Moog")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "'Moog'" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_port_names_those_there_are(jack_server: JackServer, midi_file: Path) -> None:
    with JackRecorder(jack_server, "nobody"):
        done = _psychoscore("play", str(midi_file), "--port", "Moog")
    assert done.returncode == 1
    assert "recorder:in" in done.stderr


def test_no_file_and_a_broken_file_are_sentences(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_text("no music")
    for path in (tmp_path / "absent.mid", broken):
        done = _psychoscore("play", str(path))
        assert done.returncode == 1
        assert path.name in done.stderr
        assert "Traceback" not in done.stderr


def test_ports_are_listed_as_text_and_as_json(jack_server: JackServer) -> None:
    with JackRecorder(jack_server, "nobody"):
        plain, strict = _psychoscore("ports"), _psychoscore("ports", "--json")
    assert plain.returncode == strict.returncode == 0
    assert "recorder:in" in plain.stdout.splitlines()
    rows = [json.loads(line) for line in strict.stdout.splitlines()]
    assert {"name": "recorder:in", "kind": "named"} in rows
    assert rows[0] == {"name": "PSYCHOSCORE", "kind": "virtual"}


def test_two_places_at_once_are_malformed(midi_file: Path) -> None:
    assert _psychoscore("play", str(midi_file), "--port", "a", "--audio").returncode == 2
