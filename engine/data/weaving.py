"""Weaving a piece otherwise: the same harmony as held chords, on the beats, or by fewer voices."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from engine.score import Note, Score, Voice

Weave = Literal["as it is", "held", "on the beat", "accompaniment", "outer", "melody"]
WEAVES: tuple[Weave, ...] = (
    "as it is",
    "held",
    "on the beat",
    "accompaniment",
    "outer",
    "melody",
)
_HELD_VOICES = 4


def weave(score: Score, how: Weave) -> tuple[Note, ...]:
    """The notes of a score woven another way; where nothing would be left, as they are.

    - `held`: accompaniment as chords of up to four notes that last half a bar;
    - `on the beat`: accompaniment without what lies between the beats;
    - `accompaniment`, `outer`, `melody`: only the rest, melody and bass, or melody.
    """
    voices = {
        "accompaniment": {Voice.INNER, Voice.ACCOMPANIMENT, Voice.BASS},
        "outer": {Voice.MELODY, Voice.BASS},
        "melody": {Voice.MELODY},
    }
    if how in voices:
        notes = tuple(note for note in score.notes if note.voice in voices[how])
    elif how == "held":
        notes = _ordered([*_melody(score), *_chords(score)])
    elif how == "on the beat":
        notes = _ordered([*_melody(score), *_beats(score)])
    else:
        notes = score.notes
    return notes or score.notes


def lengthen(notes: Sequence[Note], score: Score) -> tuple[Note, ...]:
    """Notes of the accompaniment ring on to the end of their half bar."""
    borders = _half_bars(score)
    return tuple(
        note
        if note.voice is Voice.MELODY
        else replace(note, duration=max(note.duration, _after(borders, note.onset) - note.onset))
        for note in notes
    )


def _melody(score: Score) -> Iterable[Note]:
    return (note for note in score.notes if note.voice is Voice.MELODY)


def _others(score: Score) -> list[Note]:
    return [note for note in score.notes if note.voice is not Voice.MELODY]


def _ordered(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch)))


def _half_bars(score: Score) -> list[int]:
    """Bar lines and the middles of bars that have one on a beat."""
    borders: list[int] = []
    for start, metre in zip(score.starts, score.metres, strict=False):
        borders.append(start)
        if metre.ticks % (2 * metre.beat_ticks) == 0:
            borders.append(start + metre.ticks // 2)
    return [*borders, score.end]


def _after(borders: Sequence[int], tick: int) -> int:
    return borders[min(bisect.bisect_right(borders, tick), len(borders) - 1)]


def _chords(score: Score) -> Iterable[Note]:
    """What sounds in each half bar, struck together at its beginning."""
    borders = _half_bars(score)
    others = _others(score)
    at = 0
    for start, stop in pairwise(borders):
        lowest: dict[int, Note] = {}
        while at < len(others) and others[at].onset < stop:
            note = others[at]
            held = lowest.get(note.pitch % 12)
            if held is None or note.pitch < held.pitch:
                lowest[note.pitch % 12] = note
            at += 1
        chord = sorted(lowest.values(), key=lambda note: note.pitch)[:_HELD_VOICES]
        for note in chord:
            yield replace(note, onset=start, duration=stop - start)


def _beats(score: Score) -> Iterable[Note]:
    """The notes of the accompaniment that lie on a beat, each at least a beat long."""
    beats: dict[int, int] = {}
    for start, metre in zip(score.starts, score.metres, strict=False):
        beats |= dict.fromkeys(
            range(start, start + metre.ticks, metre.beat_ticks), metre.beat_ticks
        )
    for note in _others(score):
        if note.onset in beats:
            yield replace(note, duration=max(note.duration, beats[note.onset]))
