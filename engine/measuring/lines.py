"""What the top line does: its leaps, its direction, and what returns in it.

Knows the top line only; accompaniment patterns never count as a return.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.measuring.grid import Flags, Floats, Grid

_SLOTS = 24
_SLOT_TICKS = 120
_WIDEST = 12
_NEAREST_BARS = 2
# As far as a listener and the network's context reach; further back the best of many
# candidates would resemble anything by chance.
_FARTHEST_BARS = 16
_RHYTHM_SHARE = 0.4
# Bars compared at a time: memory stays small however long the piece is.
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """(B,) arrays: mean absolute interval, falling minus rising share, return."""

    leaps: Floats
    falling: Floats
    returning: Floats


def measure_lines(grid: Grid) -> Lines:
    """All melodic measures of a score; NaN in bars whose top line has nothing to measure."""
    steps = np.diff(grid.top.pitch)
    bar = grid.top.bar[1:]
    # After more than a bar of rest a new line begins, and the gap is no interval.
    joined = np.diff(grid.top.bar) <= 1
    steps, bar = steps[joined], bar[joined]
    leaps = grid.mean(bar, np.abs(steps).astype(np.float64))
    falling = grid.mean(bar, -np.sign(steps).astype(np.float64))
    return Lines(leaps, falling, _returning(grid))


def _f_score(features: Floats) -> Floats:
    """(B, B) shared features of each two bars over their mean number of features."""
    shared = features @ features.T
    size = np.diagonal(shared)
    both = size[:, None] + size[None, :]
    return np.divide(2.0 * shared, both, out=np.zeros_like(shared), where=both > 0)


def _returning(grid: Grid) -> Floats:
    """(B,) 0 new to 1 returning: the likest bar 2 to 16 bars back, itself and its neighbour.

    Rhythm is the set of onset slots, melody the interval from the note before at each slot, so a
    return on another degree or in another key counts; intervals a semitone apart count half,
    which is what a sequence inside a scale does. A bar of one note has no melody to return.
    """
    line = grid.top
    bars = grid.bars
    result = np.full(bars, np.nan)
    if not len(line.onset):
        return result
    place = line.onset - grid.starts[line.bar]
    slot = np.minimum((place + _SLOT_TICKS // 2) // _SLOT_TICKS, _SLOTS - 1)
    rhythm = np.zeros((bars, _SLOTS))
    rhythm[line.bar, slot] = 1.0
    melody = np.zeros((bars, _SLOTS, 2 * _WIDEST + 2))
    inside = line.bar[1:] == line.bar[:-1]
    step = np.clip(np.diff(line.pitch), -_WIDEST, _WIDEST)[inside] + _WIDEST
    at = (line.bar[1:][inside], slot[1:][inside])
    # Two cells of .707 a note: equal intervals share 1, neighbours .5, others 0.
    melody[(*at, step)] = np.sqrt(0.5)
    melody[(*at, step + 1)] = np.sqrt(0.5)
    heard = grid.count(line.bar) > 0
    features = melody.reshape(bars, -1)
    for start in range(0, bars, _BLOCK):
        first, last = max(start - _FARTHEST_BARS - 1, 0), min(start + _BLOCK, bars)
        near = slice(first, last + 1)
        likest = _likest(rhythm[near], features[near], heard[near])
        result[start:last] = likest[start - first : last - first]
    return result


def _likest(rhythm: Floats, melody: Floats, heard: Flags) -> Floats:
    """(B,) likeness to the likest bar within reach, NaN without melody or without such a bar."""
    like = _RHYTHM_SHARE * _f_score(rhythm) + (1.0 - _RHYTHM_SHARE) * _f_score(melody)
    wide = np.zeros((len(like) + 2, len(like) + 2))
    wide[1:-1, 1:-1] = like
    phrase = 0.5 * like + 0.5 * np.maximum(wide[:-2, :-2], wide[2:, 2:])
    distance = np.arange(len(like))[:, None] - np.arange(len(like))[None, :]
    reach = (distance >= _NEAREST_BARS) & (distance <= _FARTHEST_BARS)
    reach &= heard[:, None] & heard[None, :]
    best = np.where(reach, phrase, -1.0).max(axis=1)
    return np.where(best >= 0.0, best, np.nan)
