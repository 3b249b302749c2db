"""What the evaluator hears in a clip: a few dozen numbers from onset seconds, pitch, velocity
and duration.

They read neither bar lines nor voices nor a stated key, so that a transcribed recording and a
generated clip are heard alike. It owns its measures: the estimator of profiles, whose output
steers the generator, is not used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.composing.tokens import decode, encode
from engine.score import Key, Score

Floats = NDArray[np.float64]

_LONGEST_NOTE = 3.0  # seconds: one long pedal must not decide the key alone
_CHORD_SECONDS, _KEY_SECONDS = 1.0, 3.0
_TOGETHER = 0.03
_INTERVAL_CLASSES = (
    "unison",
    "semitone",
    "tone",
    "minor_third",
    "major_third",
    "fourth",
    "tritone",
)

_LOUDNESS = ("loud_mean", "loud_low", "loud_high", "loud_spread", "loud_jumps", "loud_by_pitch")
_PACE = ("attack_rate", "note_rate", "gap_median", "gap_spread", "length_mean", "overlap", "chords")
_REGISTER = ("pitch_mean", "pitch_low", "pitch_high", "pitch_spread", "top_mean")
_LINES = ("top_steps", "top_leaps", "top_falling", "bass_leaps", "repeats")
_HARMONY = (
    *(f"interval_{name}" for name in _INTERVAL_CLASSES),
    "mode", "mode_local", "minor_windows", "triad_mode", "triad_fit", "third", "sixth",
    "key_fit", "key_local_fit", "pitch_entropy",
)  # fmt: skip
FEATURES: tuple[str, ...] = (*_LOUDNESS, *_PACE, *_REGISTER, *_LINES, *_HARMONY)


def as_composed(score: Score) -> Score:
    """A real clip as the token format would give it back: the same coarse velocities and lengths
    as a generated clip, so that no judge can tell them apart by their resolution."""
    key = score.key or Key(0)
    back = decode(encode(score).tokens, score.metres, key)
    return Score(back.notes, score.metres, score.tempo_map, key)


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """Arrays over the notes, in order of onset: seconds, seconds, MIDI pitch, velocity 0-1."""

    onset: Floats
    length: Floats
    pitch: Floats
    loud: Floats
    attacks: NDArray[np.int64]  # index of the first note of each attack

    @property
    def span(self) -> float:
        return max(float(self.onset[-1] - self.onset[0]), 1.0)


def _hear(score: Score) -> _Heard:
    notes = sorted(score.notes, key=lambda note: (note.onset, note.pitch))
    seconds = score.tempo_map.seconds
    onset = np.array([seconds(note.onset) for note in notes])
    length = np.array([seconds(note.end) for note in notes]) - onset
    pitch = np.array([note.pitch for note in notes], dtype=np.float64)
    loud = np.array([note.velocity for note in notes]) / 127.0
    gaps = np.diff(onset, prepend=-np.inf)
    return _Heard(onset, length, pitch, loud, np.flatnonzero(gaps > _TOGETHER))


def features(score: Score) -> Floats:
    """The features of a clip, shape (len(FEATURES),), in their order; finite for any score.

    A clip of fewer than four notes says nothing: all its features are NaN.
    """
    if len(score.notes) < 4:
        return np.full(len(FEATURES), np.nan)
    heard = _hear(score)
    parts = (
        _loudness(heard),
        _pace(heard),
        _register(heard),
        _lines(heard),
        _harmony(heard),
    )
    return np.nan_to_num(np.concatenate(parts))


def _loudness(heard: _Heard) -> Floats:
    low, high = np.quantile(heard.loud, (0.1, 0.9))
    spread = heard.loud.std()
    together = np.corrcoef(heard.loud, heard.pitch)[0, 1] if _vary(heard) else 0.0
    strongest = np.maximum.reduceat(heard.loud, heard.attacks)
    jumps = float(np.abs(np.diff(strongest)).mean()) if len(strongest) > 1 else 0.0
    return np.array([heard.loud.mean(), low, high, spread, jumps, together])


def _vary(heard: _Heard) -> bool:
    return float(heard.loud.std()) > 1e-6 and float(heard.pitch.std()) > 1e-6


def _pace(heard: _Heard) -> Floats:
    attacks = heard.onset[heard.attacks]
    gaps = np.log(np.maximum(np.diff(attacks), 0.02)) if len(attacks) > 1 else np.zeros(1)
    count = len(heard.onset)
    return np.array(
        [
            np.log(len(attacks) / heard.span),
            np.log(count / heard.span),
            np.median(gaps),
            gaps.std(),
            np.log(np.maximum(heard.length, 0.02)).mean(),
            np.log(heard.length.sum() / heard.span),
            count / len(attacks),
        ]
    )


def _register(heard: _Heard) -> Floats:
    low, high = np.quantile(heard.pitch, (0.1, 0.9))
    top = np.maximum.reduceat(heard.pitch, heard.attacks)
    return np.array([heard.pitch.mean(), low, high, heard.pitch.std(), top.mean()])


def _lines(heard: _Heard) -> Floats:
    top = np.diff(np.maximum.reduceat(heard.pitch, heard.attacks))
    bass = np.diff(np.minimum.reduceat(heard.pitch, heard.attacks))
    if not len(top):
        return np.zeros(len(_LINES))
    moves = np.abs(top)
    turned = top[moves > 0]
    return np.array(
        [
            ((moves > 0) & (moves <= 2)).mean(),
            np.minimum(moves, 24).mean(),
            (turned < 0).mean() if len(turned) else 0.5,
            np.minimum(np.abs(bass), 24).mean(),
            (moves == 0).mean(),
        ]
    )


def _harmony(heard: _Heard) -> Floats:
    # The key is found from what sounds: a stated one would be a hint from the generator.
    weights = _weights(heard)
    classes = (weights @ np.eye(12)[heard.pitch.astype(int) % 12]).astype(np.float64)
    major, minor = (fits[0] for fits in _all_fits(classes[None], (_MAJOR, _MINOR)))
    fit = max(major.max(), minor.max())
    tonic = int((major if major.max() >= minor.max() else minor).argmax())
    degrees = np.roll(classes / classes.sum(), -tonic)
    entropy = -float((degrees * np.log(degrees + 1e-9)).sum())
    mode, minor_windows, local_fit = _local_keys(_chroma(heard, _KEY_SECONDS))
    tail = (
        major.max() - minor.max(), mode, minor_windows,
        *_triads(_chroma(heard, _CHORD_SECONDS)),
        _balance(degrees, 4, 3), _balance(degrees, 9, 8), fit, local_fit, entropy,
    )  # fmt: skip
    return np.concatenate([_intervals(heard), np.array(tail)])


def _weights(heard: _Heard) -> Floats:
    weights: Floats = np.minimum(heard.length, _LONGEST_NOTE) * (0.3 + heard.loud)
    return weights


def _balance(degrees: Floats, major: int, minor: int) -> float:
    return float((degrees[major] - degrees[minor]) / (degrees[major] + degrees[minor] + 0.02))


def _intervals(heard: _Heard) -> Floats:
    """Share of each interval class among pairs that sound together, (7,); octaves are unisons."""
    ends = heard.onset + np.minimum(heard.length, _LONGEST_NOTE)
    counts = np.zeros(7)
    for index in range(1, len(heard.onset)):
        first = max(0, index - 24)
        sounding = ends[first:index] > heard.onset[index] + _TOGETHER
        apart = np.abs(heard.pitch[index] - heard.pitch[first:index][sounding]).astype(int) % 12
        counts += np.bincount(np.minimum(apart, 12 - apart), minlength=7)
    return np.asarray(np.sqrt(counts / max(counts.sum(), 1.0)))


def _chroma(heard: _Heard, seconds: float) -> Floats:
    """Sounding pitch classes in half overlapping windows, (windows, 12), silent ones left out."""
    starts = np.arange(heard.onset[0], heard.onset[-1] + 0.01, seconds / 2)
    ends = heard.onset + np.minimum(heard.length, _LONGEST_NOTE)
    shared = np.minimum(ends, starts[:, None] + seconds) - np.maximum(heard.onset, starts[:, None])
    weights = np.maximum(shared, 0.0) * (0.3 + heard.loud)
    slots = np.eye(12)[heard.pitch.astype(int) % 12]
    chroma: Floats = weights @ slots
    return np.asarray(chroma[chroma.sum(axis=1) > 0])


_MAJOR = np.array([5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0])
_MINOR = np.array([5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0])


def _all_fits(chroma: Floats, shapes: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Correlation of each window with the twelve transpositions of two shapes, (windows, 12)."""
    centred = chroma - chroma.mean(axis=1, keepdims=True)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
    found = []
    for shape in shapes:
        turns = np.stack([np.roll(shape, tonic) for tonic in range(12)])
        turns = turns - turns.mean(axis=1, keepdims=True)
        turns /= np.linalg.norm(turns, axis=1, keepdims=True)
        found.append(np.asarray(centred @ turns.T))
    return found[0], found[1]


def _fits(chroma: Floats, shapes: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Best correlation of each window with any transposition of two shapes, (windows,) each."""
    first, second = _all_fits(chroma, shapes)
    return first.max(axis=1), second.max(axis=1)


def _local_keys(chroma: Floats) -> tuple[float, float, float]:
    """Mean of major less minor, share of minor windows, mean fit of the better mode."""
    major, minor = _fits(chroma, (_MAJOR, _MINOR))
    fit = float(np.maximum(major, minor).mean())
    return float((major - minor).mean()), float((minor > major).mean()), fit


def _triads(chroma: Floats) -> tuple[float, float]:
    shapes = [np.zeros(12), np.zeros(12)]
    shapes[0][[0, 4, 7]] = shapes[1][[0, 3, 7]] = 1.0
    major, minor = _fits(chroma, (shapes[0], shapes[1]))
    clear = np.maximum(major, minor)
    return float(((major - minor) * clear).mean()), float(clear.mean())
