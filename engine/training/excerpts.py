"""Excerpts of 8 to 16 bars from shards: what the encoders learn from.

Each has its bars' features, a profile and its song. Everything is read once; reading needs
numpy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing.bar_features import FEATURES, bar_features, excerpt
from engine.composing.conditions import PROFILE_AT
from engine.data.shards import Entry, Shards
from engine.errors import PsychoscoreError

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

FEWEST_BARS, MOST_BARS = 8, 16
_NOTES = FEATURES.index("notes")


@dataclass(frozen=True, slots=True, eq=False)
class Excerpts:
    """N excerpts of at most `MOST_BARS` bars.

    Args:
        bars: (N, MOST_BARS, features), zeros behind the last bar.
        mask: (N, MOST_BARS) which bars there are.
        profiles: (N, 4), each dimension in [0, 1], NaN where it is not known.
        songs: (N,) the same number for excerpts of one song.
        sources: (N,) which of `names` it comes from.
    """

    bars: Floats
    mask: npt.NDArray[np.bool_]
    profiles: Floats
    songs: Ints
    sources: Ints
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.songs)

    def of_source(self, name: str) -> Ints:
        """Indices of the excerpts from one source."""
        return np.flatnonzero(self.sources == self.names.index(name))


def unit_profiles(values: npt.NDArray[np.floating]) -> Floats:
    """Profiles (..., 4) in the order of the dimensions, with RSI brought from [-1, 1] to [0, 1]."""
    unit = np.array(values, dtype=np.float32)
    unit[..., 2:] = (unit[..., 2:] + 1.0) / 2.0
    return unit


def profile_distances(first: Floats, second: Floats) -> Floats:
    """Euclidean distances (N, M) of unit profiles (N, 4) and (M, 4).

    A dimension that either leaves unknown is left out; what is known then stands for it.
    """
    apart = first[:, None, :] - second[None, :, :]
    known = ~np.isnan(apart)
    squares = np.where(known, apart, 0.0) ** 2
    share = known.sum(axis=2) / apart.shape[2]
    return np.asarray(np.sqrt(squares.sum(axis=2) / np.maximum(share, 1e-9)), dtype=np.float32)


def read_excerpts(shards: Sequence[Shards], split: str, wanted: Sequence[str]) -> Excerpts:
    """Excerpts that cover the pieces of a split, half overlapping, of all lengths in turn.

    Args:
        wanted: the sources to read from.

    Raises:
        PsychoscoreError: no piece of these sources in that split has a sounding excerpt.
    """
    names = tuple(dict.fromkeys(wanted))
    bars, masks, profiles, songs, sources = [], [], [], [], []
    numbers: dict[str, int] = {}
    for each in shards:
        for entry in each.split(split):
            if entry.source not in names:
                continue
            song = numbers.setdefault(entry.song, len(numbers))
            for part, profile in _excerpts_of(each, entry):
                padded = np.zeros((MOST_BARS, len(FEATURES)), dtype=np.float32)
                padded[: len(part)] = part
                bars.append(padded)
                masks.append(np.arange(MOST_BARS) < len(part))
                profiles.append(profile)
                songs.append(song)
                sources.append(names.index(entry.source))
    if not songs:
        raise PsychoscoreError(
            f"The data has no music of {', '.join(names)} in the split {split!r}.",
            "Choose other data sets, or other weights.",
        )
    return Excerpts(
        np.stack(bars), np.stack(masks), np.stack(profiles),
        np.array(songs), np.array(sources), names,
    )  # fmt: skip


def _excerpts_of(shards: Shards, entry: Entry) -> list[tuple[Floats, Floats]]:
    tokens, bars, rows = shards.piece(entry)
    features = bar_features(tokens, bars, rows)
    heard = features[:, _NOTES] > 0
    labels = unit_profiles(rows[:, PROFILE_AT])
    found: list[tuple[Floats, Floats]] = []
    start, length = 0, FEWEST_BARS + entry.row_start % (MOST_BARS - FEWEST_BARS + 1)
    while start < len(rows):
        stop = min(start + length, len(rows))
        if len(rows) - stop < FEWEST_BARS // 2:
            stop = min(len(rows), start + MOST_BARS)
        there = heard[start:stop]
        if there.sum() >= min(FEWEST_BARS, len(rows)) / 2:
            told = labels[start:stop][there]
            found.append((excerpt(features, start, stop), told.mean(axis=0)))
        if stop == len(rows):
            break
        start += length // 2
        length = FEWEST_BARS + (length - FEWEST_BARS + 4) % (MOST_BARS - FEWEST_BARS + 1)
    return found
