"""Recordings that keep to no bars: how they are told, and the bars that are found for them.

A player who records without a click leaves a file at 120 bpm whose bar lines mean nothing. Its
ticks are real time all the same.
"""

from __future__ import annotations

import numpy as np

from engine.data.beats.lay import lay_on_found_beats
from engine.data.grid import Performance
from engine.data.piece import Piece, Split
from engine.measuring.grid import seconds_at
from engine.score import Score

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
    """The notes of a score, as they sound in time, on beats and bars that are found for them.

    Raises:
        PsychoscoreError: no beats can be found in them.
    """
    laid = lay_on_found_beats(performed(score))
    return laid.piece(id, song, "folder", split)


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
