"""Miniature archives in the layouts of POP909 and EMOPIA, made of our own notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import mido

# (onset in seconds, length in seconds, pitch, velocity)
Played = tuple[float, float, int, int]


def write_zip(path: Path, members: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def midi_file(tracks: Mapping[str, Sequence[Played]], division: int = 480) -> bytes:
    """A MIDI file at 120 bpm whose ticks are real time, with a misleading 1/4 signature."""
    made = mido.MidiFile(type=1, ticks_per_beat=division)
    made.tracks.append(
        mido.MidiTrack([mido.MetaMessage("time_signature", numerator=1, denominator=4)])
    )
    for name, notes in tracks.items():
        events = []
        for onset, length, pitch, velocity in notes:
            start, end = round(onset * 2 * division), round((onset + length) * 2 * division)
            events.append((start, 1, mido.Message("note_on", note=pitch, velocity=velocity)))
            events.append((end, 0, mido.Message("note_off", note=pitch)))
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        now = 0
        for tick, _, message in sorted(events, key=lambda event: event[:2]):
            track.append(message.copy(time=tick - now))
            now = tick
        made.tracks.append(track)
    stream = io.BytesIO()
    made.save(file=stream)
    return stream.getvalue()


def beat_lines(bars: Sequence[int], interval: float, first: float, upbeat: int = 0) -> str:
    """`beat_midi.txt` with bars of so many beats, after `upbeat` beats of an unfinished bar."""
    marks = [0.0] * upbeat + [float(beat == 0) for bar in bars for beat in range(bar)]
    return "\n".join(
        f"{first + index * interval} {float(index % 2 == 0)} {mark}"
        for index, mark in enumerate(marks)
    )


def pop909_song(
    number: str,
    tracks: Mapping[str, Sequence[Played]],
    beats: str,
    key: str = "0.5 60.0 Bb:min",
    chords: str = "0.0 1.0 N\n1.0 3.0 Bb:min\n3.0 5.0 Eb:maj/3",
) -> dict[str, bytes | str]:
    return {
        f"POP909/{number}/{number}.mid": midi_file(tracks),
        f"POP909/{number}/beat_midi.txt": beats,
        f"POP909/{number}/chord_midi.txt": chords,
        f"POP909/{number}/key_audio.txt": key,
    }


def emopia_zip(
    path: Path,
    clips: Mapping[str, Sequence[Played]],
    validation: Sequence[str] = (),
    test: Sequence[str] = (),
    top: str = "EMOPIA_2.2",
) -> Path:
    members: dict[str, bytes | str] = {
        f"{top}/midis/{name}.mid": midi_file({"piano": notes}, 384) for name, notes in clips.items()
    }
    parts = {
        "val_clip": validation,
        "test_clip": test,
        "train_clip": [c for c in clips if c not in (*validation, *test)],
    }
    for part, names in parts.items():
        rows = [f"{index},{name}.mid" for index, name in enumerate(names)]
        members[f"{top}/split/{part}.csv"] = "\n".join([",clip_name", *rows])
    return write_zip(path, members)
