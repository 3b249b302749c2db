"""Hand-made scores whose measures are known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.score import TICKS_PER_QUARTER, Key, Metre, Note, Score, TempoMap, Voice

QUARTER = TICKS_PER_QUARTER
BAR = 4 * QUARTER


def note(
    quarter: float, pitch: int, length: float = 1.0, velocity: int = 80, voice: Voice = Voice.INNER
) -> Note:
    """A note with onset and length in quarters."""
    return Note(round(quarter * QUARTER), round(length * QUARTER), pitch, velocity, voice)


def score(
    notes: Iterable[Note], bars: int = 1, key: Key | None = None, bpm: float = 120.0
) -> Score:
    return Score(tuple(sorted(notes)), (Metre(),) * bars, TempoMap(((0, bpm),)), key)


def line(
    pitches: Sequence[int], step: float = 1.0, start: float = 0.0, voice: Voice = Voice.MELODY
) -> list[Note]:
    """Pitches one after the other, each as long as the step."""
    return [note(start + i * step, p, step, voice=voice) for i, p in enumerate(pitches)]


def chord(quarter: float, pitches: Iterable[int], length: float = 1.0) -> list[Note]:
    return [note(quarter, pitch, length, voice=Voice.ACCOMPANIMENT) for pitch in pitches]


def transposed(piece: Score, steps: int) -> Score:
    key = piece.key and Key((piece.key.tonic + steps) % 12, piece.key.mode)
    notes = tuple(replace(each, pitch=each.pitch + steps) for each in piece.notes)
    return replace(piece, notes=notes, key=key)


def song(seed: int, bars: int = 16, minor: bool = False) -> Score:
    """Seeded melody and chords around C, with chance accents, chromatic notes and a modulation."""
    dice = random.Random(seed)
    scale = (0, 2, 3, 5, 7, 8, 10) if minor else (0, 2, 4, 5, 7, 9, 11)
    notes: list[Note] = []
    place = 7
    for bar in range(bars):
        home = 60 + (dice.choice((0, 7, 2)) if bar >= bars // 2 else 0)
        degree = dice.choice((0, 3, 4, 5))
        for voice_step in (0, 2, 4):
            octave, index = divmod(degree + voice_step, 7)
            pitch = home - 12 + 12 * octave + scale[index]
            notes.append(note(4 * bar, pitch, 4.0, dice.randint(40, 90), Voice.ACCOMPANIMENT))
        at = 0.0
        while at < 4.0:
            length = dice.choice((0.5, 0.5, 1.0, 1.5))
            place = min(max(place + dice.randint(-3, 3), 0), 14)
            octave, index = divmod(place, 7)
            pitch = home + 12 * octave + scale[index] + (dice.random() < 0.05)
            notes.append(note(4 * bar + at, pitch, length, dice.randint(50, 110), Voice.MELODY))
            at += length
    inside = tuple(sorted(each for each in notes if each.onset < bars * BAR))
    return Score(
        inside, (Metre(),) * bars, TempoMap(((0, 96.0),)), Key(0, "minor" if minor else "major")
    )
