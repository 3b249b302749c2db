"""What moves: onsets, dynamics, how many notes sound, and how irregular a bar is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.measuring.grid import FRAME_TICKS, TOGETHER_TICKS, Floats, Grid, ratio

_BINS = 16
_FULL_BITS = 2.0
_INTERVAL_SHARE = 0.6
_WINDOW = (0.5, 1.0, 1.0, 1.0, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """(B,) arrays named as the attributes; `loud_high` correlates velocity and pitch."""

    onset_rate: Floats
    velocity_mean: Floats
    velocity_spread: Floats
    register: Floats
    polyphony: Floats
    irregularity: Floats
    note_count: Floats
    loud_high: Floats


def measure_motion(grid: Grid) -> Motion:
    """All measures of movement and weight; rates are 0 in silence, the rest NaN."""
    velocity = grid.velocity.astype(np.float64)
    mean = grid.mean(grid.bar, velocity)
    square = grid.mean(grid.bar, (velocity - mean[grid.bar]) ** 2)
    by_pitch = grid.by_pitch
    sounded = by_pitch.sum(axis=1)
    return Motion(
        onset_rate=grid.count(grid.group_bar) / grid.seconds,
        velocity_mean=mean,
        velocity_spread=np.sqrt(square),
        register=ratio(by_pitch @ np.arange(by_pitch.shape[1], dtype=np.float64), sounded),
        polyphony=ratio(sounded, grid.per_bar(grid.sounding)),
        irregularity=_irregularity(grid),
        note_count=grid.count(grid.bar) / grid.quarters,
        loud_high=_loud_high(grid),
    )


def _irregularity(grid: Grid) -> Floats:
    """(B,) 0 even to 1 irregular: spread of the gaps between onsets, and syncopation.

    Gaps are told apart by half octaves of their length, so that played timing is not disorder;
    a syncope is an onset off the beat that is held over the next beat.
    """
    if not len(grid.group):
        return np.full(grid.bars, np.nan)
    gaps = np.diff(grid.group, append=grid.starts[grid.group_bar[-1] + 1])
    size = np.round(2.0 * np.log2(np.maximum(gaps, FRAME_TICKS) / FRAME_TICKS)).astype(np.int64)
    cell = grid.group_bar * _BINS + np.minimum(size, _BINS - 1)
    counts = np.bincount(cell, minlength=grid.bars * _BINS).reshape(grid.bars, _BINS)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    bits = -(share * np.log2(np.where(share > 0, share, 1.0))).sum(axis=1)
    beat = grid.beat[grid.group_bar]
    phase = (grid.group - grid.starts[grid.group_bar]) % beat
    off = (phase > TOGETHER_TICKS) & (phase < beat - TOGETHER_TICKS)
    held = gaps > beat - phase + TOGETHER_TICKS
    syncope = grid.mean(grid.group_bar, (off & held).astype(np.float64))
    spread = np.minimum(bits / _FULL_BITS, 1.0)
    result: Floats = _INTERVAL_SHARE * spread + (1.0 - _INTERVAL_SHARE) * syncope
    return result


def _loud_high(grid: Grid) -> Floats:
    """(B,) correlation of velocity and pitch over each bar and its neighbours, NaN if flat."""
    if not len(grid.pitch):
        return np.full(grid.bars, np.nan)
    # About the means of the piece, against cancellation.
    x = grid.pitch - grid.pitch.mean()
    y = grid.velocity - grid.velocity.mean()
    sums = [
        np.convolve(grid.total(grid.bar, each), _WINDOW, "full")[2 : grid.bars + 2]
        for each in (np.ones_like(x), x, y, x * x, y * y, x * y)
    ]
    n, sx, sy, sxx, syy, sxy = sums
    n = np.maximum(n, 1e-9)
    spread = np.maximum(sxx - sx * sx / n, 0.0) * np.maximum(syy - sy * sy / n, 0.0)
    flat = spread < 1e-3
    result: Floats = np.where(
        flat, np.nan, (sxy - sx * sy / n) / np.sqrt(np.where(flat, 1, spread))
    )
    return result
