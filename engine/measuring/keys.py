"""Finding the key of some notes by profile correlation.

Owns the pitch-class histogram (weighted by duration and velocity) and its comparison with the 24
major and minor key profiles. Knows nothing about files or tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.score import TICKS_PER_QUARTER, Key, Mode, Note

# Probe-tone ratings of Krumhansl and Kessler (1982), the tonic first.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_LONGEST = 4 * TICKS_PER_QUARTER


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = values - values.mean(axis=-1, keepdims=True)
    norm = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(centred / np.where(norm == 0, 1.0, norm), dtype=np.float64)


def _profiles() -> NDArray[np.float64]:
    rows = [np.roll(np.array(shape), tonic) for shape in (_MAJOR, _MINOR) for tonic in range(12)]
    return _standardised(np.array(rows, dtype=np.float64))


def pitch_class_weights(
    notes: Sequence[Note], start: int | None = None, end: int | None = None
) -> NDArray[np.float64]:
    """Weight of each pitch class, shape (12,): quarters sounding in the window times velocity.

    A note counts for four quarters at most, so that one long pedal does not decide alone.

    Args:
        start, end: the window in ticks; None means open on that side.
    """
    weights = np.zeros(12, dtype=np.float64)
    for note in notes:
        first = note.onset if start is None else max(note.onset, start)
        last = note.end if end is None else min(note.end, end)
        if last > first:
            quarters = min(last - first, _LONGEST) / TICKS_PER_QUARTER
            weights[note.pitch % 12] += quarters * note.velocity / 127.0
    return weights


def find_key_scores(
    notes: Sequence[Note], start: int | None = None, end: int | None = None
) -> tuple[tuple[Key, float], ...]:
    """All 24 keys with their correlation in [-1, 1], the best first.

    Args:
        start, end: look only at what sounds in this window of ticks.
    """
    scores = _profiles() @ _standardised(pitch_class_weights(notes, start, end))
    modes: tuple[Mode, Mode] = ("major", "minor")
    keys = [Key(tonic, mode) for mode in modes for tonic in range(12)]
    order = np.argsort(-scores, kind="stable")
    return tuple((keys[index], float(scores[index])) for index in order)


def find_key(notes: Sequence[Note]) -> Key:
    """The key that fits the notes best; C major where there are none."""
    return find_key_scores(notes)[0][0]
