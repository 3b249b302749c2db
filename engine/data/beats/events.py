"""Notes become events: what begins together counts as one, with what a listener hears of it.

Owns the features by which an event may mark a beat or a bar: loudness, bass, length, fullness and
new harmony. Knows onset seconds, pitch, velocity and duration, and nothing of tempo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEATURES = (
    "loud", "full", "bass", "low", "long", "wait", "before", "new harmony", "held bass", "high",
)  # fmt: skip
# What begins within this many seconds of the note before it belongs to one event: rolled chords
# of transcribed piano lie within it, the shortest played notes do not.
_TOGETHER = 0.035
_HARMONY_SECONDS = 1.0
_AROUND = 8


@dataclass(frozen=True, slots=True)
class Events:
    """What begins together.

    Args:
        times: seconds, ascending, shape (events,).
        features: shape (events, len(FEATURES)); each has mean 0 and spread 1 within the piece.
        chroma: weight of each pitch class that begins, shape (events, 12).
        lowest: lowest pitch that begins, shape (events,).
    """

    times: Floats
    features: Floats
    chroma: Floats
    lowest: Floats

    def __len__(self) -> int:
        return len(self.times)


def find_events(onsets: Floats, pitches: Ints, velocities: Ints, durations: Floats) -> Events:
    """Events of one note or more. The arrays have shape (notes,) and need no order.

    Args:
        onsets, durations: seconds.
    """
    order = np.argsort(onsets, kind="stable")
    onsets, pitches = onsets[order], pitches[order]
    velocities, durations = velocities[order].astype(np.float64), durations[order]
    starts = np.flatnonzero(np.diff(onsets, prepend=-np.inf) > _TOGETHER)
    owner = np.cumsum(np.diff(onsets, prepend=-np.inf) > _TOGETHER) - 1
    count = np.diff(starts, append=len(onsets)).astype(np.float64)
    # Loud notes say best when an event was meant.
    power = velocities**2
    times = np.add.reduceat(onsets * power, starts) / np.add.reduceat(power, starts)
    lowest = np.minimum.reduceat(pitches, starts).astype(np.float64)
    highest = np.maximum.reduceat(pitches, starts).astype(np.float64)
    under = np.maximum.reduceat(np.where(pitches == lowest[owner], durations, 0.0), starts)
    longest = np.maximum.reduceat(durations, starts)
    gaps = np.diff(times)
    usual = float(np.median(gaps)) if len(gaps) else 0.5
    after = np.append(gaps, usual)
    before = np.insert(gaps, 0, usual)
    chroma = np.zeros((len(starts), 12))
    heard = np.sqrt(np.clip(durations, 0.05, 2.0)) * velocities / 64.0
    np.add.at(chroma, (owner, pitches % 12), heard)
    raw = np.stack(
        [
            np.log(np.add.reduceat(power, starts)),
            np.log(count),
            np.clip((_running_median(lowest) - lowest) / 12.0, -1.0, 1.5),
            np.clip((60.0 - lowest) / 24.0, -0.5, 1.0),
            np.log(np.clip(longest, 0.05, 4.0)),
            np.log(np.clip(after / usual, 0.25, 8.0)),
            np.log(np.clip(before / usual, 0.25, 8.0)),
            _new_harmony(times, chroma),
            np.log(np.clip(under, 0.05, 4.0)),
            highest / 12.0,
        ],
        axis=1,
    )
    spread = raw.std(axis=0)
    features = (raw - raw.mean(axis=0)) / np.where(spread > 1e-6, spread, 1.0)
    return Events(times, features, chroma, lowest)


def _running_median(values: Floats) -> Floats:
    """Median over the events around each, shape (events,)."""
    padded = np.pad(values, _AROUND, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    median: Floats = np.median(windows, axis=1)
    return median


def _new_harmony(times: Floats, chroma: Floats) -> Floats:
    """How little the pitches that begin from here on resemble those before, in [0, 1]."""
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0)])
    here = np.arange(len(times))
    until = np.searchsorted(times, times + _HARMONY_SECONDS - 1e-3)
    since = np.searchsorted(times, times - _HARMONY_SECONDS + 1e-3)
    after, before = total[until] - total[here], total[here] - total[since]
    norms = np.linalg.norm(after, axis=1) * np.linalg.norm(before, axis=1)
    alike = (after * before).sum(axis=1) / np.where(norms > 0, norms, 1.0)
    changed: Floats = np.where(norms > 0, 1.0 - alike, 0.5)
    return changed
