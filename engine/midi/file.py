"""Scores as MIDI files: the one door out, and the one door in for foreign files too.

Owns what the events of a file mean: voices by track name, bars, tempo, key, provenance. The
limits and the errors of broken files live in `engine.midi.events`. A score that is written and
read again is equal, but for overlaps of one pitch, which are settled when writing, and tempos,
which a file holds in whole microseconds a quarter note.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import mido

from engine.errors import PsychoscoreError
from engine.files import write_atomic
from engine.midi.events import load_bytes, parse_events
from engine.midi.layout import MidiLayout
from engine.midi.overlaps import cut_overlaps
from engine.midi.reading import (
    FORM_PREFIX,
    PROVENANCE_PREFIX,
    ImportedMidi,
    interpret,
    provenance_of,
)
from engine.score import TICKS_PER_QUARTER, Metre, Note, Score

__all__ = ["ImportedMidi", "midi_bytes", "read_midi", "read_provenance", "read_score", "write_midi"]

_OFF, _CONTROL, _ON = range(3)


@dataclass(frozen=True, slots=True, order=True)
class _Placed:
    """A message at a tick; `rank` puts offs before controls before ons."""

    tick: int
    rank: int
    number: int
    value: int

    def message(self, delta: int, channel: int) -> mido.Message:
        if self.rank == _CONTROL:
            return mido.Message(
                "control_change",
                channel=channel,
                control=self.number,
                value=self.value,
                time=delta,
            )
        kind = "note_on" if self.rank == _ON else "note_off"
        return mido.Message(
            kind, channel=channel, note=self.number, velocity=self.value, time=delta
        )


def midi_bytes(
    score: Score,
    provenance: str | None = None,
    title: str = "",
    layout: MidiLayout | None = None,
) -> bytes:
    """A MIDI file, 480 ticks a quarter note; the same score gives the same bytes.

    Track 0 holds tempo, metres, key, markers and texts; one track for each used voice follows,
    all on channel 1, each with the pedal, because a DAW may give every track its own instrument.
    A file of type 0 holds the same in one track, with a channel for each voice.

    Args:
        provenance: JSON kept as a text event.
        title: name of the piece, any language.
        layout: type of the file, the voice where only one is meant, markers and notice; None
            for a plain file of type 1.

    Raises:
        PsychoscoreError: a note or control is not one that MIDI can hold.
    """
    layout = layout or MidiLayout()
    upbeat = _upbeat_bars(score)
    shift = upbeat * _first_metre(score).ticks
    notes = cut_overlaps(score.notes)
    end = shift + max([score.end, *(note.end for note in notes)])
    written = mido.MidiFile(type=layout.kind, ticks_per_beat=TICKS_PER_QUARTER)
    tracks = [_conductor(score, provenance, title, upbeat, end, layout)]
    for voice in sorted({note.voice for note in notes}):
        if layout.voice in (None, voice):
            mine = [note for note in notes if note.voice is voice]
            channel = 0 if layout.kind else voice.value
            tracks.append(_voice_track(voice.name.lower(), mine, score, shift, end, channel))
    if not notes and score.controls:
        tracks.append(_voice_track("pedal", [], score, shift, end))
    written.tracks += tracks if layout.kind else [_merged(tracks)]
    stream = io.BytesIO()
    written.save(file=stream)
    return stream.getvalue()


def _first_metre(score: Score) -> Metre:
    return score.metres[0] if score.metres else Metre()


def _upbeat_bars(score: Score) -> int:
    """Whole bars to set before the first bar line, for what lies before it."""
    times = [note.onset for note in score.notes] + [control.onset for control in score.controls]
    early = min(times, default=0)
    return 0 if early >= 0 else -(early // _first_metre(score).ticks)


def _merged(tracks: list[mido.MidiTrack]) -> mido.MidiTrack:
    """One track of several; only the first one's name is a name for all."""
    named = [
        mido.MidiTrack(message for message in track if message.type != "track_name")
        for track in tracks[1:]
    ]
    return mido.merge_tracks([tracks[0], *named])


def _conductor(
    score: Score,
    provenance: str | None,
    title: str,
    upbeat: int,
    end: int,
    layout: MidiLayout,
) -> mido.MidiTrack:
    shift = upbeat * _first_metre(score).ticks
    form: dict[str, object] = {
        "bars": len(score.metres),
        "upbeat_bars": upbeat,
        "key": str(score.key) if score.key else None,
    }
    if score.key_changes:
        form["keys"] = [[bar, str(key)] for bar, key in score.key_changes]
    heads: list[tuple[int, mido.MetaMessage]] = [
        (0, mido.MetaMessage("track_name", name=_utf8(title))),
        (0, mido.MetaMessage("text", text=FORM_PREFIX + json.dumps(form))),
    ]
    if provenance is not None:
        text = PROVENANCE_PREFIX + ascii_json(provenance)
        heads.append((0, mido.MetaMessage("text", text=text)))
    if layout.notice:
        heads.append((0, mido.MetaMessage("copyright", text=_utf8(layout.notice))))
    keys = [(0, score.key)]
    keys += [(score.starts[bar - 1] + shift, key) for bar, key in score.key_changes]
    for at, key in keys:
        if key is not None and key.mode:
            name = str(key).removesuffix("M")
            heads.append((at, mido.MetaMessage("key_signature", key=name)))
    before: Metre | None = None
    for start, metre in zip(score.starts, score.metres or (Metre(),), strict=False):
        if metre != before:
            at = start + shift if before else 0
            heads.append((at, time_signature(metre)))
            before = metre
    for tick, bpm in score.tempo_map.marks:
        at = tick + shift if tick else 0
        heads.append((at, mido.MetaMessage("set_tempo", tempo=round(60_000_000 / bpm))))
    for marker in layout.markers:
        at = max(0, marker.tick + shift)
        heads.append((at, mido.MetaMessage("marker", text=_utf8(marker.text))))
    heads.sort(key=lambda head: head[0])
    track = mido.MidiTrack()
    now = 0
    for tick, message in heads:
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, end - now)))
    return track


def time_signature(metre: Metre) -> mido.MetaMessage:
    """The event that sets a metre, its click on the felt beat."""
    return mido.MetaMessage(
        "time_signature",
        numerator=metre.numerator,
        denominator=metre.denominator,
        clocks_per_click=metre.beat_ticks * 24 // TICKS_PER_QUARTER,
    )


def _voice_track(
    name: str, notes: list[Note], score: Score, shift: int, end: int, channel: int = 0
) -> mido.MidiTrack:
    placed = [
        _Placed(control.onset + shift, _CONTROL, control.controller, control.value)
        for control in score.controls
    ]
    for note in notes:
        placed.append(_Placed(note.onset + shift, _ON, note.pitch, note.velocity))
        placed.append(_Placed(note.end + shift, _OFF, note.pitch, 0))
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    try:
        for each in sorted(placed):
            track.append(each.message(each.tick - now, channel))
            now = each.tick
    except (ValueError, TypeError) as error:
        raise PsychoscoreError(f"The {name} cannot be written as MIDI: {error}.") from error
    track.append(mido.MetaMessage("end_of_track", time=max(0, end - now)))
    return track


def _utf8(text: str) -> str:
    """Text whose Latin-1 bytes, which mido writes, are its UTF-8 bytes."""
    return text.encode("utf-8", errors="replace").decode("latin-1")


def ascii_json(text: str) -> str:
    """The same JSON with everything beyond ASCII escaped."""
    return "".join(char if ord(char) < 128 else json.dumps(char)[1:-1] for char in text)


def write_midi(score: Score, path: Path, provenance: str | None = None, title: str = "") -> None:
    """Write a score whole or not at all; an older file stays until the new one is complete.

    Raises:
        PsychoscoreError: the place cannot be written to.
    """
    write_atomic(path, midi_bytes(score, provenance, title))


def read_midi(path: Path) -> ImportedMidi:
    """Read any MIDI file of type 0 or 1: our own exactly, a foreign one as well as can be told.

    Raises:
        PsychoscoreError: the file is missing, broken or beyond the limits; it names the place.
    """
    return interpret(parse_events(load_bytes(path), str(path)), str(path))


def read_score(path: Path) -> Score:
    """The score of any MIDI file; errors as `read_midi`."""
    return read_midi(path).score


def read_provenance(path: Path) -> str | None:
    """The provenance JSON of a take, or None. It is untrusted: see `take.parse_provenance`.

    Raises:
        PsychoscoreError: as `read_midi`, for the first track alone.
    """
    return provenance_of(parse_events(load_bytes(path), str(path), first_track_only=True))
