"""Variants of real pieces: the same music softer or louder, slower or faster, in the other mode,
woven otherwise.

Pop recordings are loud, dense and mostly of one pace, so a network that reads nothing else cannot
be asked for stillness. A variant keeps melody, harmony and form of its piece and draws by a seed
what else it has; its labels are measured anew, like those of any score. It knows pieces alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from engine.data.modes import other_mode, swap_chords, swap_mode
from engine.data.piece import Piece
from engine.data.weaving import WEAVES, Weave, lengthen, weave
from engine.midi.overlaps import cut_overlaps
from engine.score import Note, Score, TempoMap

_BARS_A_LEVEL = 8
_SLOWEST, _FASTEST = 40.0, 200.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a variant does to its piece.

    Args:
        loudness: mean velocity.
        contrast: factor on the distances from the mean velocity.
        levels: deviations of the loudness at every eighth bar, joined by lines.
        pace: factor on the tempo.
        octaves: all notes are moved by so many.
        swap: whether the mode is turned to its parallel.
        weave: how the voices are woven.
        held: whether short notes of the accompaniment ring on to the half bar, as under a pedal.
    """

    loudness: float
    contrast: float
    levels: tuple[float, ...]
    pace: float
    octaves: int
    swap: bool
    weave: Weave
    held: bool


def draw_recipe(piece: Piece, number: int) -> Recipe:
    """The recipe of a piece's n-th variant: the same on every machine."""
    digest = hashlib.blake2b(f"{piece.id}~{number}".encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(digest, "big"))
    levels = len(piece.score.metres) // _BARS_A_LEVEL + 2
    return Recipe(
        loudness=float(rng.uniform(30, 100)),
        contrast=float(rng.uniform(0.4, 1.1)),
        levels=tuple(float(each) for each in rng.normal(0, 8, levels)),
        pace=float(np.exp(rng.uniform(np.log(0.65), np.log(1.5)))),
        octaves=int(rng.choice((-1, 0, 1), p=(0.12, 0.76, 0.12))),
        swap=bool(rng.random() < 0.5),
        weave=WEAVES[int(rng.choice(len(WEAVES), p=(0.4, 0.16, 0.16, 0.12, 0.1, 0.06)))],
        held=bool(rng.random() < 0.35),
    )


def vary(piece: Piece, number: int = 1) -> Piece:
    """The n-th variant of a piece, of the same song and split."""
    recipe = draw_recipe(piece, number)
    score = piece.score
    notes: Iterable[Note] = weave(score, recipe.weave)
    if recipe.held:
        notes = lengthen(tuple(notes), score)
    chords, key = piece.chords, score.key
    if recipe.swap and key is not None and key.mode is not None:
        notes = swap_mode(tuple(notes), key)
        chords, key = swap_chords(chords, key), other_mode(key)
    notes = _play(tuple(notes), score, recipe)
    marks = tuple((tick, _pace(bpm, recipe.pace)) for tick, bpm in score.tempo_map.marks)
    return replace(
        piece,
        id=f"{piece.id}~{number}",
        score=Score(cut_overlaps(notes), score.metres, TempoMap(marks), key),
        tempo=_pace(piece.tempo, recipe.pace),
        chords=chords,
        dropped=0,
        deviations=(),
    )


def _pace(bpm: float, pace: float) -> float:
    return min(max(bpm * pace, _SLOWEST), _FASTEST)


def _play(notes: tuple[Note, ...], score: Score, recipe: Recipe) -> list[Note]:
    """The notes with their loudness and octave."""
    if not notes:
        return []
    velocities = np.array([note.velocity for note in notes], dtype=np.float64)
    onsets = np.array([note.onset for note in notes], dtype=np.float64)
    steps = score.end / max(len(recipe.levels) - 1, 1) * np.arange(len(recipe.levels))
    level = recipe.loudness + np.interp(onsets, steps, recipe.levels)
    played = np.clip(level + recipe.contrast * (velocities - velocities.mean()), 8, 124)
    return [
        replace(note, velocity=round(float(loud)), pitch=_within(note.pitch, 12 * recipe.octaves))
        for note, loud in zip(notes, played, strict=True)
    ]


def _within(pitch: int, shift: int) -> int:
    """The pitch moved where it stays on the keyboard, else where it was."""
    return pitch + shift if 21 <= pitch + shift <= 108 else pitch
