"""What is heard in the chords: home key, mode, friction and the distance from home.

Keys are found by correlating pitch class durations with the key profiles that Albrecht and
Shanahan published (Music Perception 31, 2013). All measures are the same after transposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.measuring.grid import PITCHES, Flags, Floats, Grid, Ints, ratio
from engine.score import Key

_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
# Natural minor and its leading note: a dominant in minor is not a departure.
_MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10, 11)
# Degrees that tell the modes apart: natural, flat, weight.
_MODE_DEGREES = ((4, 3, 1.0), (9, 8, 0.6), (11, 10, 0.3))
# Friction of two notes by their distance in semitones; a semitone rubs most, far ones less.
_FRICTION = (
    (1, 1.0), (13, 0.9), (11, 0.8), (23, 0.6), (6, 0.6), (18, 0.5), (2, 0.3), (10, 0.2), (14, 0.2),
)  # fmt: skip
_MODE_CHANGE = 0.5
_SHARPNESS = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Harmony:
    """(B,) arrays: mode score, dissonance, estrangement, and how settled the home key is."""

    mode_score: Floats
    dissonance: Floats
    estrangement: Floats
    homeness: Floats
    home: Key


@cache
def _key_table(profile: tuple[float, ...]) -> Floats:
    """(12 tonics, 12 pitch classes) a profile turned to each tonic, centred, of length one."""
    table = np.array([np.roll(profile, tonic) for tonic in range(12)])
    table -= table.mean(axis=1, keepdims=True)
    normal: Floats = table / np.linalg.norm(table, axis=1, keepdims=True)
    return normal


@cache
def _key_tables() -> Floats:
    """(24, 12) the profiles of the 24 keys."""
    return np.concatenate([_key_table(_MAJOR), _key_table(_MINOR)])


def key_fit(durations: Floats) -> Floats:
    """Correlation of pitch class durations (..., 12) with the 24 keys (..., 24).

    Keys 0-11 are the major keys of C to B, 12-23 the minor ones. Silence gives 0 everywhere.
    """
    table = _key_tables()
    centred = durations - durations.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    fit: Floats = (centred / np.maximum(length, 1e-9)) @ table.T
    return fit


def find_home(durations: Floats, key: Key | None) -> Key:
    """The home key of bar-wise pitch class durations (B, 12); what `key` fixes is kept."""
    fit = key_fit(durations.sum(axis=0) + 2.0 * durations[-1])
    if key is not None and key.mode is not None:
        return key
    if key is not None:
        return Key(key.tonic, "minor" if fit[12 + key.tonic] > fit[key.tonic] else "major")
    best = int(np.argmax(fit))
    return Key(best % 12, "minor" if best >= 12 else "major")


def measure_harmony(
    grid: Grid, key: Key | None, changes: Sequence[tuple[int, Key]] = ()
) -> Harmony:
    """All harmonic measures of a score; NaN in bars where nothing sounds.

    Args:
        changes: `(bar, home key from there on)`, bars from 2; `home` is that of bar 1.
    """
    # 132 columns fold into eleven octaves; those beyond the last pitch are empty.
    octaves = np.zeros((grid.bars, 132))
    octaves[:, :PITCHES] = grid.by_pitch
    durations = octaves.reshape(grid.bars, 11, 12).sum(axis=1)
    silent = durations.sum(axis=1) == 0
    home = find_home(durations, key)
    estrangement, fit = _estrangement(durations, home)
    tonic = _tonic_in_bass(grid, home)
    mode = home.mode
    for bar, other in changes:
        mode = other.mode or mode
        there = Key(other.tonic, mode)
        late = slice(bar - 1, None)
        away, fits = _estrangement(durations, there)
        estrangement[late], fit[late] = away[late], fits[late]
        tonic[late] = _tonic_in_bass(grid, there)[late]
    mode_score = _mode_score(durations)
    dissonance = _dissonance(grid)
    homeness = 0.5 * np.maximum(fit, 0.0) + 0.5 * tonic
    for each in (mode_score, dissonance, estrangement, homeness):
        each[silent] = np.nan
    return Harmony(mode_score, dissonance, estrangement, homeness, home)


def _window(durations: Floats, weights: tuple[float, ...]) -> Floats:
    """(B, 12) each bar with its neighbours, weighted, every bar first made equally long."""
    whole = durations / np.maximum(durations.sum(axis=1, keepdims=True), 1e-9)
    reach = len(weights) // 2
    padded = np.zeros((len(durations) + 2 * reach, 12))
    padded[reach : reach + len(durations)] = whole
    summed = np.zeros_like(durations)
    for offset, weight in enumerate(weights):
        summed += weight * padded[offset : offset + len(durations)]
    return summed


def _mode_score(durations: Floats) -> Floats:
    """(B,) -1 minor to 1 major: natural against flat degrees over the likely local tonics."""
    window = _window(durations, (0.5, 1.0, 1.0, 1.0, 0.5))
    # The piece as a whole steadies the tonic where a window could be read in two keys.
    steadied = window + 0.3 * window.sum(axis=0) / max(len(window), 1)
    likely = np.exp(_SHARPNESS * key_fit(steadied))
    tonics = likely[:, :12] + likely[:, 12:]
    tonics /= tonics.sum(axis=1, keepdims=True)
    classes = np.arange(12)
    score = np.zeros_like(window)
    mass = np.zeros_like(window)
    for natural, flat, weight in _MODE_DEGREES:
        bright, dark = window[:, (classes + natural) % 12], window[:, (classes + flat) % 12]
        score += weight * (bright - dark)
        mass += weight * (bright + dark)
    each = np.divide(score, mass, out=np.zeros_like(score), where=mass > 1e-9)
    result: Floats = (tonics * each).sum(axis=1)
    return result


def _dissonance(grid: Grid) -> Floats:
    """(B,) mean friction of all pairs that sound together, 0 where no two notes do."""
    bits = np.packbits(grid.roll, axis=1, bitorder="little").view("<u8")
    low, high = bits[:, 0], bits[:, 1]
    friction = np.zeros(len(bits))
    for distance, weight in _FRICTION:
        step = np.uint64(distance)
        shifted = (low >> step) | (high << np.uint64(64 - distance))
        pairs = np.bitwise_count(low & shifted) + np.bitwise_count(high & (high >> step))
        friction += weight * pairs
    notes = (np.bitwise_count(low) + np.bitwise_count(high)).astype(np.float64)
    pairs_in_all = grid.per_bar(notes * (notes - 1.0) / 2.0)
    rubbing = ratio(grid.per_bar(friction), pairs_in_all)
    rubbing[np.isnan(rubbing)] = 0.0
    return rubbing


@cache
def _distances(home: Key) -> Floats:
    """(24,) steps on the circle of fifths between key signatures, plus a change of mode."""
    tonics = np.arange(12)
    signature = np.concatenate([7 * tonics % 12, 7 * (tonics + 3) % 12])
    at_home = signature[home.tonic + (12 if home.mode == "minor" else 0)]
    around = np.abs(signature - at_home)
    minor = np.arange(24) >= 12
    change = _MODE_CHANGE * (minor != (home.mode == "minor"))
    result: Floats = np.minimum(around, 12 - around) + change
    return result


@cache
def _scales() -> Flags:
    """(24, 12) the notes of each key."""
    table = np.zeros((24, 12), dtype=np.bool_)
    for tonic in range(12):
        table[tonic, [(tonic + degree) % 12 for degree in _MAJOR_SCALE]] = True
        table[12 + tonic, [(tonic + degree) % 12 for degree in _MINOR_SCALE]] = True
    return table


def _estrangement(durations: Floats, home: Key) -> tuple[Floats, Floats]:
    """(B,) steps away from home, and (B,) how well the home key fits.

    The best key of the window counts as far as it explains it better than home or its relative
    do, both by its notes (12 % that are strange at home count fully) and by its profile.
    """
    window = _window(durations, (0.5, 1.0, 0.5))
    fit = key_fit(window)
    share = window @ _scales().T / np.maximum(window.sum(axis=1, keepdims=True), 1e-9)
    minor = home.mode == "minor"
    relative = (home.tonic + 3) % 12 if minor else 12 + (home.tonic + 9) % 12
    indoors = [home.tonic + 12 * minor, relative]
    better_fit = fit - fit[:, indoors].max(axis=1, keepdims=True)
    more_notes = share - share[:, indoors].max(axis=1, keepdims=True)
    weight = np.clip(better_fit / 0.15, 0.0, 1.0) * np.clip(more_notes / 0.12, 0.0, 1.0)
    distance = _distances(home).copy()
    distance[indoors] = 0.0
    best = np.argmax(fit + share, axis=1)
    return weight[np.arange(len(best)), best] * distance[best], fit[:, indoors[0]]


def _tonic_in_bass(grid: Grid, home: Key) -> Floats:
    """(B,) share of the sounding time in which the lowest note is the home tonic."""
    sounding = grid.sounding
    lowest: Ints = np.argmax(grid.roll, axis=1) % 12
    share = ratio(grid.per_bar(sounding & (lowest == home.tonic)), grid.per_bar(sounding))
    share[np.isnan(share)] = 0.0
    return share
