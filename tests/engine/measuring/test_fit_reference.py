"""The command that makes the shipped reference, on a miniature archive of the public shape."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import mido
import pytest

from engine.measuring.fit_reference import EVERY, fit_pop909, main
from engine.measuring.reference import Reference, estimate
from engine.score import Score, Voice
from tests.engine.measuring.pieces import song

_TRACKS = {"MELODY": Voice.MELODY, "PIANO": Voice.ACCOMPANIMENT}


def _midi(piece: Score) -> bytes:
    written = mido.MidiFile(type=1, ticks_per_beat=480)
    for name, voice in _TRACKS.items():
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        mine = [note for note in piece.notes if note.voice is voice]
        events = [(note.onset, note.pitch, note.velocity) for note in mine]
        events += [(note.end, note.pitch, 0) for note in mine]
        now = 0
        for tick, pitch, velocity in sorted(events, key=lambda event: (event[0], event[2])):
            track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
            now = tick
        written.tracks.append(track)
    stream = io.BytesIO()
    written.save(file=stream)
    return stream.getvalue()


def _archive(path: Path, songs: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1, songs + 1):
            piece = song(number, minor=bool(number % 2))
            folder = f"POP909/{number:03d}"
            beats = [f"{beat / 2} {1.0 - beat % 2} {float(beat % 4 == 0)}" for beat in range(65)]
            key = "C:min" if number % 2 else "C:maj"
            archive.writestr(f"{folder}/{number:03d}.mid", _midi(piece))
            archive.writestr(f"{folder}/beat_midi.txt", "\n".join(beats))
            archive.writestr(f"{folder}/chord_midi.txt", "0.0 32.0 N\n")
            archive.writestr(f"{folder}/key_audio.txt", f"0.0 32.0 {key}\n")
    return path


def test_it_writes_a_reference_that_the_program_reads(tmp_path: Path) -> None:
    archive, out = _archive(tmp_path / "POP909.zip", 3 * EVERY), tmp_path / "reference.json"
    assert main([str(archive), str(out)]) == 0
    reference = Reference.load(out)
    assert "POP909" in reference.source
    assert len(estimate(song(1), reference).bars) == 16
    assert fit_pop909(archive).to_json() == out.read_text(encoding="utf-8")


def test_an_archive_of_something_else_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, out = tmp_path / "words.zip", tmp_path / "reference.json"
    wrong.write_text("no zip")
    assert main([str(wrong), str(out)]) == 1
    assert "words.zip" in capsys.readouterr().err
    assert not out.exists()
