"""Files as DAWs export them, made of a few notes: any tracks, channels, metres and tempos."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

DIVISION = 480


@dataclass(frozen=True)
class Part:
    """Notes `(tick, length, pitch, velocity)` on a channel counted from 1."""

    notes: Sequence[tuple[int, int, int, int]]
    channel: int = 1
    program: int | None = None


def write_daw(
    path: Path,
    parts: Mapping[str, Part],
    metres: Sequence[tuple[int, str]] = ((0, "4/4"),),
    tempos: Sequence[tuple[int, float]] = ((0, 100.0),),
    kind: int = 1,
) -> Path:
    """Write a file of type 0 or 1; metres and tempos stand at ticks."""
    head: list[tuple[int, int, mido.Message | mido.MetaMessage]] = []
    for tick, metre in metres:
        above, below = map(int, metre.split("/"))
        head.append(
            (tick, 0, mido.MetaMessage("time_signature", numerator=above, denominator=below))
        )
    for tick, bpm in tempos:
        head.append((tick, 0, mido.MetaMessage("set_tempo", tempo=round(60_000_000 / bpm))))
    bodies = []
    for name, part in parts.items():
        channel = part.channel - 1
        body: list[tuple[int, int, mido.Message | mido.MetaMessage]] = []
        if kind == 1:
            body.append((0, 0, mido.MetaMessage("track_name", name=name)))
        if part.program is not None:
            body.append(
                (0, 0, mido.Message("program_change", channel=channel, program=part.program))
            )
        for tick, length, pitch, velocity in part.notes:
            pressed = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
            body.append((tick, 2, pressed))
            released = mido.Message("note_off", channel=channel, note=pitch)
            body.append((tick + length, 1, released))
        bodies.append(body)
    made = mido.MidiFile(type=kind, ticks_per_beat=DIVISION)
    tracks = (
        [head, *bodies] if kind == 1 else [[*head, *(each for body in bodies for each in body)]]
    )
    for events in tracks:
        track, now = mido.MidiTrack(), 0
        for tick, _, message in sorted(events, key=lambda event: event[:2]):
            track.append(message.copy(time=tick - now))
            now = tick
        made.tracks.append(track)
    stream = io.BytesIO()
    made.save(file=stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue())
    return path


def line(count: int = 32, low: int = 60, step: int = 480, length: int = 460) -> Part:
    """A tune of single notes."""
    tune = (0, 2, 4, 7, 5, 4, 2, 0)
    return Part([(step * i, length, low + tune[i % 8], 70 + i % 8) for i in range(count)])


def chords(count: int = 8, low: int = 52) -> Part:
    """Held triads, one a bar of 4/4."""
    return Part(
        [(1920 * i, 1900, low + step, 60) for i in range(count) for step in (0, 3 + i % 2, 7)]
    )


def beats(bars: int = 8, channel: int = 2) -> Part:
    """Kick, snare and hats."""
    notes = []
    for i in range(8 * bars):
        notes.append((240 * i, 60, 42, 60))
        if i % 2 == 0:
            notes.append((240 * i, 60, 36 if i % 4 == 0 else 38, 90))
    return Part(notes, channel)
