"""Whether a file in which a hole was filled is otherwise the same, judged on the bytes alone.

It reads both files with a plain reader and shares no code with what puts the notes in: pairs of
note-on and note-off are found anew, voices by the names of the tracks.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import mido

from engine.hole import Hole
from engine.score import Voice

_PROVENANCE = "psychoscore: "


@dataclass(frozen=True, slots=True, order=True)
class Played:
    """A note of a file: its track, its ticks, key and velocity."""

    track: int
    onset: int
    end: int
    channel: int
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Parted:
    """A file taken apart: notes inside the hole, notes outside, all other events, tracks."""

    inside: tuple[Played, ...]
    outside: tuple[Played, ...]
    others: tuple[tuple[int, int, str], ...]
    tracks: int


def part(content: bytes, hole: Hole, start: int, end: int) -> Parted:
    """Take a file of named voices apart.

    Args:
        start, end: the ticks of the hole in this file.
    """
    file = mido.MidiFile(file=io.BytesIO(content))
    inside: list[Played] = []
    outside: list[Played] = []
    others: list[tuple[int, int, str]] = []
    for number, track in enumerate(file.tracks):
        voice = _voice(track.name)
        notes, rest = _read(number, track)
        others += rest
        for note in notes:
            mine = start <= note.onset < end and hole.takes(voice, note.pitch)
            (inside if mine else outside).append(note)
    return Parted(tuple(sorted(inside)), tuple(sorted(outside)), tuple(others), len(file.tracks))


def _voice(name: str) -> Voice:
    return {each.name.lower(): each for each in Voice}.get(name, Voice.INNER)


def _read(number: int, track: mido.MidiTrack) -> tuple[list[Played], list[tuple[int, int, str]]]:
    notes: list[Played] = []
    rest: list[tuple[int, int, str]] = []
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    now = 0
    for message in track:
        now += message.time
        if message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if key in begun:
                onset, velocity = begun.pop(key)
                notes.append(Played(number, onset, now, *key, velocity))
            if message.type == "note_on" and message.velocity:
                begun[key] = (now, message.velocity)
        elif not _is_frame(message):
            rest.append((number, now, str(message.copy(time=0))))
    notes += [Played(number, onset, -1, *key, loud) for key, (onset, loud) in begun.items()]
    return notes, rest


def _is_frame(message: mido.Message | mido.MetaMessage) -> bool:
    """What must change with the music: the end of a track, and the provenance."""
    if message.type == "text":
        return bool(message.text.startswith(_PROVENANCE))
    return bool(message.type == "end_of_track")


def is_identical(before: Parted, after: Parted, hole: Hole) -> bool:
    """Whether everything but the notes of the hole is the same, event for event.

    A voice that the file had not may bring a track of its own, behind the others.
    """
    others = tuple(each for each in after.others if each[0] < before.tracks)
    if (before.outside, before.others) != (after.outside, others):
        return False
    return not hole.keep_rhythm or _rhythm(before.inside) == _rhythm(after.inside)


def _rhythm(notes: Sequence[Played]) -> list[tuple[int, int, int, int]]:
    return sorted((each.track, each.onset, each.end, each.velocity) for each in notes)


def has_clean_seams(after: Parted, end: int, shortest: int) -> bool:
    """Whether no new note is cut, doubled, endless, or sounds beyond the hole.

    Args:
        end: tick at which the hole ends.
        shortest: fewer ticks than this are a cut note; 0 where lengths are kept.
    """
    ended = all(note.onset < note.end for note in after.inside)
    within = all(note.end <= end and note.end - note.onset >= shortest for note in after.inside)
    every = (*after.inside, *after.outside)
    keys: dict[tuple[int, int], list[Played]] = {}
    for note in every:
        keys.setdefault((note.channel, note.pitch), []).append(note)
    fresh = set(after.inside)
    for notes in keys.values():
        notes.sort(key=lambda note: (note.onset, note.end))
        for first, second in zip(notes, notes[1:], strict=False):
            if first.end > second.onset and (first in fresh or second in fresh):
                return False
    return ended and (within or shortest == 0)
