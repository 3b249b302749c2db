"""One piece of training music as a frozen value, and the rule that puts songs into splits.

Knows scores; knows neither archives nor tokens nor networks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from engine.score import Chord, Score

__all__ = ["Chord", "Mood", "Piece", "POSITION_TICKS", "Refused", "Source", "Split", "song_share"]

Source = Literal["pop909", "emopia", "synthetic", "folder"]
Split = Literal["train", "validation", "evaluator", "reranker"]
Mood = Literal["happy", "tense", "sad", "calm"]

# Onsets and durations of every piece are multiples of this: 12 positions a quarter note.
POSITION_TICKS = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece on the token grid.

    Args:
        id: unique in all sources, such as `pop909/001`.
        song: pieces of one song share it, and never stand in two splits.
        score: onsets and durations are multiples of `POSITION_TICKS`; key with mode.
        quadrant: the human label by its meaning, where there is one.
        tempo: mean quarter notes per minute.
        chords: where the source gives them, ascending.
        provisional: its beats or bars are not sure.
        moved_ms: how far the onsets were moved onto the grid, the mean in milliseconds.
        dropped: notes that found no place on the grid, or fell on another of their pitch.
        deviations: of each note of the score, the milliseconds by which it was played after its
            place; empty where the source is no performance.
        left_out: what of the file is not in it, a sentence each.
    """

    id: str
    song: str
    source: Source
    score: Score
    quadrant: Mood | None
    split: Split
    tempo: float
    chords: tuple[Chord, ...] = ()
    provisional: bool = False
    moved_ms: float = 0.0
    dropped: int = 0
    deviations: tuple[float, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that was not used, and why."""

    id: str
    reason: str


def song_share(song: str) -> float:
    """A stable number in [0, 1) for a song: the same on every machine and in every run."""
    digest = hashlib.blake2b(song.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
