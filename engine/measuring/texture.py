"""The texture of each bar, told by a few hand-written rules in a fixed order."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.measuring.grid import FRAME_TICKS, Flags, Floats, Grid, Ints

_SKIP = 3
_HELD_SHARE = 0.7


class Texture(StrEnum):
    """How the voices of a bar are woven, from nothing to a melody above its accompaniment."""

    SILENCE = "silence"
    DRONE = "drone"
    SINGLE_LINE = "single_line"
    CHORALE = "chorale"
    OSTINATO = "ostinato"
    BROKEN_CHORDS = "broken_chords"
    MELODY_ACCOMPANIMENT = "melody_accompaniment"


def classify(grid: Grid) -> tuple[Texture, ...]:
    """The texture of each bar: the first of these rules that holds.

    Silence: nothing sounds. Drone: at most one attack, and sound for most of the bar. Ostinato:
    a figure of half a bar or less repeated literally, or the same bar three times running.
    Broken chords: steady single notes that mostly skip between at least three pitches. Chorale:
    most attacks are chords of three notes, at a walking pace. Single line: hardly ever two notes
    at once. Anything else is a melody with its accompaniment.
    """
    frames = np.diff(grid.frames)
    heard = grid.per_bar(grid.sounding)
    notes_at_once = grid.by_pitch.sum(axis=1) / np.maximum(heard, 1.0)
    groups = grid.count(grid.group_bar)
    pace = groups / grid.quarters
    size = np.bincount(grid.group_of, minlength=len(grid.group))
    chords = np.nan_to_num(grid.mean(grid.group_bar, (size >= 3).astype(np.float64)))
    skips, pitches = _skips(grid, size == 1)
    broken = (skips >= 0.6) & (pitches >= 3) & (pace >= 1.5)
    figure = _figure(grid) & (groups >= 3) & ~broken
    rules: tuple[tuple[Texture, NDArray[np.bool_]], ...] = (
        (Texture.SILENCE, heard == 0),
        (Texture.DRONE, (groups <= 1) & (heard >= _HELD_SHARE * frames)),
        (Texture.OSTINATO, figure),
        (Texture.BROKEN_CHORDS, broken),
        (Texture.CHORALE, (chords >= 0.6) & (pace <= 1.5)),
        (Texture.SINGLE_LINE, notes_at_once <= 1.15),
    )
    names = list(Texture)
    choice = np.select(
        [holds for _, holds in rules],
        [names.index(name) for name, _ in rules],
        names.index(Texture.MELODY_ACCOMPANIMENT),
    )
    return tuple(names[int(index)] for index in choice)


def _skips(grid: Grid, single: Flags) -> tuple[Floats, Floats]:
    """(B,) share of attacks that are single notes reached by a skip, and different pitches."""
    pitches = (grid.by_pitch > 0).sum(axis=1).astype(np.float64)
    if not len(grid.group):
        return np.zeros(grid.bars), pitches
    lowest = np.full(len(grid.group), 128, dtype=np.int64)
    np.minimum.at(lowest, grid.group_of, grid.pitch)
    inside = np.diff(grid.group_bar) == 0
    skip = (np.abs(np.diff(lowest)) >= _SKIP) & single[1:] & single[:-1]
    share = grid.mean(grid.group_bar[1:][inside], skip[inside].astype(np.float64))
    return np.nan_to_num(share), pitches


def _figure(grid: Grid) -> Flags:
    """(B,) whether the bar repeats a short figure, or is one bar of at least three alike."""
    length = np.diff(grid.starts)
    place = grid.onset - grid.starts[grid.bar]
    inside = np.zeros(grid.bars, dtype=np.bool_)
    for period in (length // 2, grid.beat):
        cells = length // np.maximum(period, 1)
        fits = (cells >= 2) & (length % np.maximum(period, 1) == 0)
        width = int(cells.max())
        index = np.minimum(place // period[grid.bar], width - 1)
        mark = _marks(place % period[grid.bar], grid.pitch)
        sums = np.zeros((grid.bars, width), dtype=np.uint64)
        np.add.at(sums, (grid.bar, index), mark)
        real = np.arange(width)[None, :] < cells[:, None]
        inside |= fits & ((sums == sums[:, :1]) | ~real).all(axis=1)
    whole = np.zeros(grid.bars, dtype=np.uint64)
    np.add.at(whole, grid.bar, _marks(place, grid.pitch))
    same = np.concatenate([[False], whole[1:] == whole[:-1], [False, False]])
    before, after = same[: grid.bars], same[1 : grid.bars + 1]
    further = np.concatenate([[False], before[:-1]])
    later = same[2 : grid.bars + 2]
    result: Flags = inside | (before & after) | (before & further) | (after & later)
    return result


def _marks(place: Ints, pitch: Ints) -> NDArray[np.uint64]:
    """(N,) one large number for each place and pitch; equal sums mean equal sets of notes."""
    word = ((place + FRAME_TICKS // 2) // FRAME_TICKS * 128 + pitch + 1).astype(np.uint64)
    word = (word ^ (word >> np.uint64(7))) * np.uint64(0x9E3779B97F4A7C15)
    mixed: NDArray[np.uint64] = (word ^ (word >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return mixed
