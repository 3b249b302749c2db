"""The tracks of a composer's MIDI file: what each of them is, and which are taken.

Owns how drums, clicks and keyswitches are told from music. A file of type 0 has a track for each
of its channels. Works on events that `engine.midi.events` has taken apart; knows no files.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import mido
import numpy as np
from numpy.typing import NDArray

from engine.errors import PsychoscoreError
from engine.midi.events import MidiEvents, TimedEvent
from engine.score import TICKS_PER_QUARTER, Voice, pitch_name

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_DRUM_CHANNEL = 9
_FAMILIES = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "synth lead", "synth pad", "synth effects", "ethnic", "percussive",
    "sound effects",
)  # fmt: skip
_DRUM_NAMES = re.compile(
    r"\b(drums?|drum ?kit|kit|perc(ussion)?|kicks?|snares?|hi-?hats?|hats?|cymbals?|toms?|claps?|"
    r"shakers?|tambourines?|cajon|taikos?|beats?|loop ?kit)\b",
    re.IGNORECASE,
)
_CLICK_NAMES = re.compile(r"\b(click|metronome|count[- ]?in)\b", re.IGNORECASE)
_SWITCH_NAMES = re.compile(r"\b(ks|key ?switch(es)?|keysw|articulations?|artics?)\b", re.IGNORECASE)
_KICKS, _SNARES, _HATS = (35, 36), (37, 38, 39, 40), (42, 44, 46, 49, 51, 57, 59)
# Below the lowest A of a piano nothing is music; below C2 and far from the rest it may be.
_LOWEST_MUSIC = 21
_SWITCHES_BELOW = 36
_SWITCH_GAP = 10
_SWITCH_SHARE = 0.25
_SHORT = TICKS_PER_QUARTER // 2
_HELD = 6 * TICKS_PER_QUARTER


class Kind(StrEnum):
    """What a track is."""

    PITCHED = "pitched"
    DRUMS = "drums"
    CLICK = "click"
    KEYSWITCHES = "keyswitches"


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A track with notes.

    Args:
        name: as the composer reads it in the list of tracks.
        channel: from 0.
        kind: what it holds.
        notes: (N, 4) onset, end, pitch, velocity; in the order of onsets.
        switches: (N,) which of the notes are keyswitches.
        events: its note events.
        instrument: the General MIDI family of its first program, or empty.
    """

    name: str
    channel: int
    kind: Kind
    notes: Ints
    switches: Flags
    events: tuple[TimedEvent, ...]
    instrument: str = ""

    @property
    def music(self) -> Ints:
        """(M, 4) the notes that are no keyswitches."""
        return self.notes[~self.switches]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is taken of a file: its tracks, and a sentence for all that is left out or doubtful."""

    tracks: tuple[Track, ...]
    left_out: tuple[str, ...]


def tracks_of(events: MidiEvents) -> tuple[Track, ...]:
    """The tracks that hold notes, those of several channels taken apart by channel."""
    found: list[Track] = []
    for number, track in enumerate(events.tracks, start=1):
        by_channel: dict[int, list[TimedEvent]] = {}
        for event in track:
            if event.message.type in ("note_on", "note_off"):
                by_channel.setdefault(event.message.channel, []).append(event)
        name = _name(track)
        for channel, own in sorted(by_channel.items()):
            notes = _paired(own)
            if len(notes):
                label, family = name or f"track {number}", _family(track, channel)
                if len(by_channel) > 1:
                    label += f", channel {channel + 1}"
                if (len(by_channel) > 1 or not name) and family:
                    label += f" ({family})"
                found.append(_track(label, channel, notes, tuple(own), family))
    return tuple(found)


def choose(tracks: Sequence[Track], wanted: Iterable[str] | None = None) -> Chosen:
    """The tracks that are taken: all that hold music, or those of them that are `wanted` by name.

    A track asked for by name is taken whatever it seems to be, unless it lies on the drum channel.

    Raises:
        PsychoscoreError: nothing is left.
    """
    names = None if wanted is None else {name.strip().casefold() for name in wanted}
    taken: list[Track] = []
    left_out: list[str] = []
    for track in tracks:
        if names is not None and track.name.casefold() not in names:
            left_out.append(f"{track.name} was not chosen.")
        elif track.kind is not Kind.PITCHED and (
            names is None or track.channel == _DRUM_CHANNEL or track.switches.all()
        ):
            left_out.append(f"{track.name} was left out: {track.kind.value}.")
        elif track.kind is not Kind.PITCHED:
            left_out.append(f"{track.name} was chosen and taken, though it seems {track.kind}.")
            taken.append(track)
        elif track.switches.any():
            pitches = track.notes[track.switches, 2]
            left_out.append(
                f"{int(track.switches.sum())} keyswitches of {track.name} were left out "
                f"({pitch_name(int(pitches.min()))} to {pitch_name(int(pitches.max()))})."
            )
            taken.append(track)
        else:
            taken.append(track)
    if tracks and not taken:
        raise PsychoscoreError(f"It holds no music: {' '.join(left_out)}")
    return Chosen(tuple(taken), tuple(left_out))


def only_these(
    events: MidiEvents, tracks: Sequence[Track], voices: Sequence[Voice | None]
) -> MidiEvents:
    """The file with the notes of these tracks alone, each in a track of the name of its voice.

    Without a voice its notes get theirs by register, together with others of that kind.
    """
    rest = tuple(
        tuple(event for event in track if event.message.type not in ("note_on", "note_off"))
        for track in events.tracks
    )
    made = tuple(
        (_head(voice), *_without_switches(track))
        for track, voice in zip(tracks, voices, strict=True)
    )
    plain = tuple(_unnamed(track) for track in rest)
    return replace(events, tracks=(*plain, *made))


def _head(voice: Voice | None) -> TimedEvent:
    name = "" if voice is None else voice.name.lower()
    return TimedEvent(0, mido.MetaMessage("track_name", name=name))


def _unnamed(track: tuple[TimedEvent, ...]) -> tuple[TimedEvent, ...]:
    return tuple(event for event in track if event.message.type != "track_name")


def _without_switches(track: Track) -> tuple[TimedEvent, ...]:
    switched = set(track.notes[track.switches, 2].tolist())
    return tuple(event for event in track.events if event.message.note not in switched)


def _name(track: Sequence[TimedEvent]) -> str:
    for event in track:
        if event.message.type == "track_name":
            raw: str = event.message.name
            with contextlib.suppress(UnicodeError):
                raw = raw.encode("latin-1").decode("utf-8")
            return " ".join("".join(c if c.isprintable() else " " for c in raw).split())[:80]
    return ""


def _family(track: Sequence[TimedEvent], channel: int) -> str:
    for event in track:
        if event.message.type == "program_change" and event.message.channel == channel:
            return _FAMILIES[event.message.program // 8]
    return ""


def _paired(events: Sequence[TimedEvent]) -> Ints:
    """(N, 4) onset, end, pitch and velocity; what never ends lasts to the last event."""
    rows: list[list[int]] = []
    sounding: dict[int, int] = {}
    for event in events:
        message = event.message
        begun = sounding.pop(message.note, None)
        if begun is not None:
            rows[begun][1] = max(event.tick, rows[begun][0] + 1)
        if message.type == "note_on" and message.velocity > 0:
            sounding[message.note] = len(rows)
            rows.append([event.tick, event.tick + 1, message.note, message.velocity])
    for begun in sounding.values():
        rows[begun][1] = max(events[-1].tick, rows[begun][0] + 1)
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _track(
    name: str, channel: int, notes: Ints, events: tuple[TimedEvent, ...], family: str
) -> Track:
    switches = find_keyswitches(notes)
    if channel == _DRUM_CHANNEL or _DRUM_NAMES.search(name) or is_drum_pattern(notes):
        kind = Kind.DRUMS
    elif _CLICK_NAMES.search(name):
        kind = Kind.CLICK
    elif switches.all() or _SWITCH_NAMES.search(name):
        kind = Kind.KEYSWITCHES
    else:
        kind = Kind.PITCHED
    instrument = "drums" if channel == _DRUM_CHANNEL else family
    return Track(name, channel, kind, notes, switches, events, instrument)


def is_drum_pattern(notes: Ints) -> bool:
    """Whether notes (N, 4) are beaten on the keys of a drum kit: kick, snare and hats together.

    A bass walks over the same keys, but one at a time.
    """
    pitch = notes[:, 2]
    parts = [np.isin(pitch, each) for each in (_KICKS, _SNARES, _HATS)]
    on_kit = np.logical_or.reduce(parts)
    if len(notes) < 16 or on_kit.mean() < 0.85 or any(part.mean() < 0.05 for part in parts):
        return False
    onsets, counts = np.unique(notes[on_kit, 0], return_counts=True)
    return bool((counts > 1).mean() >= 0.15 and len(onsets) >= 8)


def find_keyswitches(notes: Ints) -> Flags:
    """(N,) which notes (N, 4) only switch an instrument's way of playing.

    Those below the lowest A of a piano; and those below C2, at least ten semitones under all
    others, few, and each very short or held for bars.
    """
    pitch = notes[:, 2]
    silent: Flags = pitch < _LOWEST_MUSIC
    rest = np.unique(pitch[~silent])
    gaps = np.flatnonzero(np.diff(rest) >= _SWITCH_GAP)
    for gap in gaps[::-1].tolist():
        low = ~silent & (pitch <= rest[gap])
        length = notes[low, 1] - notes[low, 0]
        odd = (length <= _SHORT) | (length >= _HELD)
        few = low.sum() <= _SWITCH_SHARE * (~silent).sum()
        if rest[gap] < _SWITCHES_BELOW and few and odd.mean() >= 0.9:
            silent = np.asarray(silent | low)
            break
    return silent
