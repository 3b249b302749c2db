"""Clips that are easy to tell apart: major or minor, loud and quick or soft and slow."""

from __future__ import annotations

import numpy as np

from engine.data.piece import Mood, Piece, Split
from engine.evaluation.evaluator import MOODS
from engine.score import Key, Metre, Note, Score, TempoMap, Voice

_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


def easy_score(mood: Mood, seed: int, bars: int = 4) -> Score:
    """Random melodies over tonic triads in any key; valence is mode, arousal pace and force."""
    rng = np.random.default_rng([MOODS.index(mood), seed])
    mode = "minor" if mood in ("tense", "sad") else "major"
    agitated = mood in ("happy", "tense")
    gap, loud = (240, 100) if agitated else (960, 45)
    tonic, scale = int(rng.integers(12)), _SCALES[mode]
    notes = []
    for onset in range(0, bars * 1920, gap):
        pitch = 60 + tonic + scale[rng.choice([0, 2, 4, 0, 2, 4, 5, 6])]
        velocity = int(loud + rng.integers(-12, 13))
        notes.append(Note(onset, gap, pitch, velocity, Voice.MELODY))
    for onset in range(0, bars * 1920, 1920):
        for degree in (0, 2, 4):
            pitch = 48 + tonic + scale[degree]
            notes.append(Note(onset, 1920, pitch, loud, Voice.ACCOMPANIMENT))
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    return Score(tuple(notes), (Metre(),) * bars, TempoMap(), Key(tonic, mode))


def easy_piece(mood: Mood, song: int, segment: int, split: Split = "evaluator") -> Piece:
    score = easy_score(mood, 100 * song + segment)
    name = f"emopia/song{song}"
    return Piece(f"{name}_{segment}", name, "emopia", score, mood, split, 100.0)


def easy_pieces(songs: int = 24, segments: int = 2) -> list[Piece]:
    """Songs dealt over the four moods, each with several clips."""
    return [
        easy_piece(MOODS[song % 4], song, segment)
        for song in range(songs)
        for segment in range(segments)
    ]
