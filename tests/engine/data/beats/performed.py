"""Hand-made performances whose beats and bars are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.data.grid import Performance

# (place in the bar in beats, length in beats, pitch, velocity)
Struck = tuple[float, float, int, int]
_ROOTS = (0, 9, 5, 7)


@dataclass(frozen=True, slots=True)
class Played:
    """A performance, the seconds of its beats, and of those that begin a bar."""

    performance: Performance
    beats: np.ndarray
    downbeats: np.ndarray


def play(
    bar: list[Struck],
    *,
    beats: int = 4,
    bars: int = 16,
    tempo: float = 90.0,
    clock: Callable[[np.ndarray], np.ndarray] | None = None,
    skip: float = 0.0,
    jitter: float = 0.0,
) -> Played:
    """A pattern of one bar played over and over, its harmony changing at each bar line.

    Args:
        clock: maps steady seconds to those of the player.
        skip: beats at the beginning that are not played.
        jitter: spread of the onsets in seconds.
    """
    rng = np.random.default_rng(3)
    rows = [
        (index * beats + place, length, pitch + _ROOTS[index % 4] % 12, velocity)
        for index in range(bars)
        for place, length, pitch, velocity in bar
        if index * beats + place >= skip
    ]
    rows.sort()
    columns = np.array(rows)
    second = 60.0 / tempo
    to_seconds = clock or (lambda seconds: seconds)
    onsets = to_seconds(columns[:, 0] * second) + rng.normal(0.0, jitter, len(rows))
    ends = np.maximum(to_seconds((columns[:, 0] + columns[:, 1]) * second), onsets + 0.05)
    order = np.argsort(onsets, kind="stable")
    performance = Performance(
        onsets[order],
        ends[order],
        columns[order, 2].astype(np.int64),
        columns[order, 3].astype(np.int64),
    )
    first = int(np.ceil(skip))
    places = np.arange(first, bars * beats)
    times = to_seconds(places * second)
    return Played(performance, times, times[places % beats == 0])


BALLAD: list[Struck] = [
    (0.0, 2.0, 36, 90), (2.0, 2.0, 43, 74),
    *((half / 2, 0.5, 60 + (0, 4, 7, 4)[half % 4], 60 + 8 * (half % 2 == 0)) for half in range(8)),
    (0.0, 1.5, 76, 88), (1.5, 0.5, 74, 70), (2.0, 1.0, 72, 80), (3.0, 1.0, 74, 78),
]  # fmt: skip
WALTZ: list[Struck] = [
    (0.0, 1.0, 36, 96), (1.0, 0.8, 60, 60), (1.0, 0.8, 64, 60), (2.0, 0.8, 60, 58),
    (2.0, 0.8, 64, 58), (0.0, 1.5, 76, 86), (1.5, 0.5, 77, 68), (2.0, 0.5, 79, 72),
    (2.5, 0.5, 74, 66),
]  # fmt: skip
# The melody anticipates beats three and one; bass and chords keep the beat.
SYNCOPATED: list[Struck] = [
    (0.0, 1.5, 36, 92), (2.0, 1.5, 36, 84), (0.0, 0.9, 55, 66), (1.0, 0.9, 60, 62),
    (2.0, 0.9, 55, 66), (3.0, 0.9, 60, 62), (0.5, 0.5, 72, 80), (1.5, 1.5, 74, 88),
    (3.5, 0.5, 76, 88),
]  # fmt: skip


def rubato(depth: float, seconds: float) -> Callable[[np.ndarray], np.ndarray]:
    """A clock that runs up to `depth` faster and slower, once in so many seconds."""
    turn = 2.0 * np.pi / seconds
    return lambda steady: steady + depth / turn * np.sin(turn * steady)


def f_measure(truth: np.ndarray, found: np.ndarray, window: float = 0.07) -> float:
    """Share of times that agree within a window, each used once; as `mir_eval` counts."""
    hits = sum(1 for time in truth if np.abs(found - time).min() <= window)
    return 2.0 * hits / (len(truth) + len(found))
