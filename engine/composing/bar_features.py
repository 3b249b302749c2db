"""Bars as rows of numbers for the networks that listen: what sounds, how loud, how fast, where.

They are taken from tokens, whose pitch is relative to the tonic, and from the bars' measured
ranks; register is counted from the middle of the excerpt. So a transposed piece gives the same
numbers. Reading shards and hearing a new score go through the same function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.score import METRES, Metre
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_PARTS_OF_BAR = 8
_CLASSES = 12
_LOUDNESS = ("loud_mean", "loud_spread", "loud_highest", "loud_by_pitch")
_PACE = ("notes", "attacks", "length", "held", "tempo")
_PITCH = ("register", "pitch_spread", "top", "bass")
_LINE = ("top_moves", "top_falls", "top_repeats")
FEATURES: tuple[str, ...] = (
    *(f"degree_{i}" for i in range(_CLASSES)),
    *(f"bass_{i}" for i in range(_CLASSES)),
    *(f"together_{i}" for i in range(1, 7)),
    *(f"onsets_{i}" for i in range(_PARTS_OF_BAR)),
    *_LOUDNESS, *_PACE, *_PITCH, *_LINE,
    *(f"rank_{name}" for name in ATTRIBUTE_NAMES if name != "register"),
)  # fmt: skip
# Absolute register would tell a piece from its transposition.
_RANKS = [FIELD_INDEX[name] for name in ATTRIBUTE_NAMES if name != "register"]
_REGISTER = FEATURES.index("register")


@dataclass(frozen=True, slots=True, eq=False)
class _Notes:
    """One entry a note, in the order of the tokens; positions and lengths in twelfths."""

    bar: Ints
    position: Ints
    pitch: Ints
    loud: npt.NDArray[np.float64]
    length: Ints


def bar_features(
    tokens: npt.NDArray[np.uint16], bars: npt.NDArray[np.uint16], rows: Floats
) -> Floats:
    """Features of the bars of a piece, shape (bars, len(FEATURES)); finite.

    Args:
        tokens, bars: of the piece, with the bar of each token.
        rows: condition rows (bars, fields), of which tempo, metre and ranks are read.
    """
    notes = _read_notes(tokens.astype(np.int64), bars.astype(np.int64))
    count = len(rows)
    bpm = np.nan_to_num(rows[:, FIELD_INDEX["tempo"]].astype(np.float64), nan=100.0)
    twelfths = _bar_lengths(rows)
    seconds = twelfths / v.POSITIONS_PER_QUARTER * 60.0 / np.maximum(bpm, 1.0)
    parts = [
        *_degrees(notes, count),
        _together(notes, count),
        _onsets(notes, count, twelfths),
        _loudness(notes, count),
        _pace(notes, count, seconds, twelfths, bpm),
        *_pitches(notes, count),
        np.nan_to_num(rows[:, _RANKS] - 0.5),
    ]
    return np.concatenate(parts, axis=1).astype(np.float32)


def excerpt(features: Floats, start: int, stop: int) -> Floats:
    """Features of some bars of a piece, their register counted from their own middle."""
    part = features[start:stop].copy()
    heard = part[:, FEATURES.index("notes")] > 0
    if heard.any():
        part[heard, _REGISTER] -= part[heard, _REGISTER].mean()
    part[~heard, _REGISTER] = 0.0
    return part


def _read_notes(tokens: Ints, bars: Ints) -> _Notes:
    at = np.flatnonzero((tokens >= v.PITCH.start) & (tokens < v.PITCH.stop))
    # A note is three tokens; a stream that is cut off ends before its last.
    at = at[at + 2 < len(tokens)]
    places = (tokens >= v.POSITION.start) & (tokens < v.POSITION.stop)
    last = np.maximum.accumulate(np.where(places, np.arange(len(tokens)), -1))
    position = np.where(last[at] >= 0, tokens[np.maximum(last[at], 0)] - v.POSITION.start, 0)
    lengths = np.array(v.DURATIONS)
    bins = np.clip(tokens[at + 2] - v.DURATION.start, 0, len(lengths) - 1)
    loud = (3 + 4 * np.clip(tokens[at + 1] - v.VELOCITY.start, 0, 31)) / 127.0
    pitch = tokens[at] - v.PITCH.start + v.LOWEST_PITCH
    return _Notes(bars[at], position, pitch, loud, lengths[bins])


def _bar_lengths(rows: Floats) -> npt.NDArray[np.float64]:
    known = [metre.ticks // v.TICKS_PER_POSITION for metre in METRES]
    known.append(Metre().ticks // v.TICKS_PER_POSITION)
    metre = np.nan_to_num(rows[:, FIELD_INDEX["metre"]], nan=len(METRES)).astype(np.int64)
    return np.array(known, dtype=np.float64)[np.clip(metre, 0, len(METRES))]


def _sum(bar: Ints, count: int, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    summed = np.bincount(bar, weights, minlength=count)[:count]
    return np.asarray(summed, dtype=np.float64)


def _table(
    bar: Ints, slot: Ints, slots: int, count: int, weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Shares of weight by slot in each bar, (count, slots); zeros where there is none."""
    flat = np.bincount(bar * slots + slot, weights, minlength=count * slots)
    table = flat[: count * slots].reshape(count, slots)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1e-9))


def _attacks(notes: _Notes) -> tuple[Ints, Ints]:
    """First note of each attack, and the attack of each note. Tokens run bar by bar, position
    by position, so an attack is a run of notes."""
    if not len(notes.bar):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    key = notes.bar * (v.POSITIONS + 1) + notes.position
    new = np.diff(key, prepend=-1) != 0
    return np.flatnonzero(new), np.cumsum(new) - 1


def _degrees(notes: _Notes, count: int) -> list[npt.NDArray[np.float64]]:
    weights = np.minimum(notes.length, 48) * (0.3 + notes.loud)
    first, _ = _attacks(notes)
    lowest = np.minimum.reduceat(notes.pitch, first) if len(first) else notes.pitch
    heavy = np.maximum.reduceat(weights, first) if len(first) else weights
    return [
        _table(notes.bar, notes.pitch % _CLASSES, _CLASSES, count, weights),
        _table(notes.bar[first], lowest % _CLASSES, _CLASSES, count, heavy),
    ]


def _together(notes: _Notes, count: int) -> npt.NDArray[np.float64]:
    """Interval classes 1-6 of notes struck together, as shares; unisons and octaves count in
    the whole."""
    pairs_bar: list[Ints] = []
    pairs_class: list[Ints] = []
    _, attack = _attacks(notes)
    for apart in range(1, 6):
        same = attack[apart:] == attack[:-apart]
        interval = np.abs(notes.pitch[apart:] - notes.pitch[:-apart])[same] % _CLASSES
        pairs_bar.append(notes.bar[apart:][same])
        pairs_class.append(np.minimum(interval, _CLASSES - interval))
    bar, kind = np.concatenate(pairs_bar), np.concatenate(pairs_class)
    return _table(bar, kind, 7, count, np.ones(len(bar)))[:, 1:]


def _onsets(
    notes: _Notes, count: int, twelfths: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    first, _ = _attacks(notes)
    bar = notes.bar[first]
    part = (notes.position[first] * _PARTS_OF_BAR / twelfths[bar]).astype(np.int64)
    return _table(bar, np.minimum(part, _PARTS_OF_BAR - 1), _PARTS_OF_BAR, count, np.ones(len(bar)))


def _loudness(notes: _Notes, count: int) -> npt.NDArray[np.float64]:
    number = np.maximum(_sum(notes.bar, count, np.ones(len(notes.bar))), 1.0)
    mean = _sum(notes.bar, count, notes.loud) / number
    spread = np.sqrt(np.maximum(_sum(notes.bar, count, notes.loud**2) / number - mean**2, 0.0))
    highest = np.zeros(count)
    np.maximum.at(highest, notes.bar, notes.loud)
    pitch = notes.pitch / 12.0
    middle = _sum(notes.bar, count, pitch) / number
    together = _sum(notes.bar, count, pitch * notes.loud) / number - middle * mean
    return np.stack([mean, spread, highest, together], axis=1)


def _pace(
    notes: _Notes,
    count: int,
    seconds: npt.NDArray[np.float64],
    twelfths: npt.NDArray[np.float64],
    bpm: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    first, _ = _attacks(notes)
    ones = np.ones(len(notes.bar))
    number = _sum(notes.bar, count, ones)
    attacks = _sum(notes.bar[first], count, ones[: len(first)])
    length = _sum(notes.bar, count, np.log2(notes.length.astype(np.float64)))
    held = _sum(notes.bar, count, notes.length.astype(np.float64)) / twelfths
    return np.stack(
        [
            np.log1p(number / seconds),
            np.log1p(attacks / seconds),
            length / np.maximum(number, 1.0) + np.log2(seconds / twelfths) * (number > 0),
            np.log1p(held),
            bpm / 100.0,
        ],
        axis=1,
    )


def _pitches(notes: _Notes, count: int) -> list[npt.NDArray[np.float64]]:
    number = np.maximum(_sum(notes.bar, count, np.ones(len(notes.bar))), 1.0)
    pitch = notes.pitch / 12.0
    mean = _sum(notes.bar, count, pitch) / number
    spread = np.sqrt(np.maximum(_sum(notes.bar, count, pitch**2) / number - mean**2, 0.0))
    first, _ = _attacks(notes)
    bar = notes.bar[first]
    tops = np.maximum.reduceat(notes.pitch, first) if len(first) else notes.pitch
    lows = np.minimum.reduceat(notes.pitch, first) if len(first) else notes.pitch
    attacks = np.maximum(_sum(bar, count, np.ones(len(bar))), 1.0)
    top = _sum(bar, count, tops / 12.0) / attacks - mean
    low = _sum(bar, count, lows / 12.0) / attacks - mean
    moves = np.diff(tops, prepend=tops[:1])
    lines = [
        _sum(bar, count, np.minimum(np.abs(moves), 24) / 12.0) / attacks,
        _sum(bar, count, (moves < 0).astype(np.float64)) / attacks,
        _sum(bar, count, (moves == 0).astype(np.float64)) / attacks,
    ]
    return [np.stack([mean, spread, top, low], axis=1), np.stack(lines, axis=1)]
