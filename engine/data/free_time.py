"""Recordings that keep to no bars: how they are told, and the bars that are found for them.

A player who records without a click leaves a file at 120 bpm whose bar lines mean nothing. Its
ticks are real time all the same.
"""

from __future__ import annotations

import numpy as np

from engine.data.grid import Performance, lay_out, trim
from engine.data.piece import Piece, Split
from engine.data.steady import find_steady_grid
from engine.measuring.grid import seconds_at
from engine.measuring.keys import find_key
from engine.score import TICKS_PER_QUARTER, Score, TempoMap, Voice, assign_voices

_FEWEST_ONSETS = 24
_LEAST_AGREEMENT = 0.33
# Quarters, eighths, triplets, sixteenths.
_PERIODS = np.array([480, 240, 160, 120])


def is_free(score: Score) -> bool:
    """Whether the onsets ignore the grid: they agree with none of its subdivisions.

    Too few onsets say nothing, and then the file's bars are believed.
    """
    onsets = np.unique([note.onset for note in score.notes])
    if len(onsets) < _FEWEST_ONSETS:
        return False
    turns = np.exp(2j * np.pi * onsets[:, None] / _PERIODS)
    return bool(np.abs(turns.mean(axis=0)).max() < _LEAST_AGREEMENT)


def on_own_bars(score: Score, id: str, song: str, split: Split) -> Piece:
    """The notes of a score, as they sound in time, on bars that are found for them.

    Raises:
        PsychoscoreError: no note lies inside the bars.
    """
    performance = performed(score)
    grid = find_steady_grid(performance)
    notes, moved = lay_out(performance, grid.ticks, Voice.ACCOMPANIMENT)
    kept, metres, _ = trim(notes, grid.metres)
    voiced = assign_voices(kept)
    return Piece(
        id=id,
        song=song,
        source="folder",
        score=Score(voiced, metres, TempoMap(((0, grid.tempo),)), find_key(voiced)),
        quadrant=None,
        split=split,
        tempo=grid.tempo,
        provisional=True,
        moved_ms=float(np.mean(moved)) * 60_000.0 / (grid.tempo * TICKS_PER_QUARTER),
    )


def performed(score: Score) -> Performance:
    """The notes of a score in seconds, the first at 0 or later."""
    columns = np.array(
        [(note.onset, note.end, note.pitch, note.velocity) for note in score.notes],
        dtype=np.int64,
    )
    columns = columns[np.lexsort((columns[:, 2], columns[:, 0]))]
    columns[:, :2] -= min(0, int(columns[0, 0]))
    return Performance(
        seconds_at(score.tempo_map, columns[:, 0]),
        seconds_at(score.tempo_map, columns[:, 1]),
        columns[:, 2],
        columns[:, 3],
    )
