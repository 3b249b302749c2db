"""The evaluator: tells the feeling of a clip, and shares nothing with what it judges.

A standardised logistic regression with an L2 penalty over `features`, fitted on EMOPIA's
evaluator split and on nothing else: its songs never meet the generator or the reranker. Its
weights are not shipped, because that data forbids commercial use; they are fitted in a second
from the archive that the user has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.piece import Mood, Piece
from engine.errors import PsychoscoreError
from engine.evaluation.features import FEATURES, as_composed, features
from engine.score import Score

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOODS: tuple[Mood, ...] = ("happy", "tense", "sad", "calm")
LOW_VALENCE = np.array([False, True, True, False])
HIGH_AROUSAL = np.array([True, True, False, False])
FOLDS = 5
# Chosen on the five folds themselves, as were the features, so Q2 is a little hopeful: from 5 to
# 40 no share moves by more than .02.
PENALTY = 20.0
# A generated clip may lie far outside of what people played; the judge extrapolates no further.
_REACH = 3.0
_FEWEST_CLIPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """Labelled real clips: features (clips, features), class of `MOODS`, song of each."""

    values: Floats
    moods: Integers
    songs: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.songs)

    def where(self, chosen: NDArray[np.bool_]) -> Clips:
        songs = tuple(song for song, kept in zip(self.songs, chosen, strict=True) if kept)
        return Clips(self.values[chosen], self.moods[chosen], songs)


def evaluator_clips(pieces: Iterable[Piece], elsewhere: Collection[str]) -> Clips:
    """The clips of the evaluator split.

    Args:
        elsewhere: the songs of all other splits.

    Raises:
        PsychoscoreError: there are too few clips, one is of another split, or its song stands
            elsewhere as well.
    """
    kept: list[tuple[Floats, int, str]] = []
    for piece in pieces:
        if piece.split != "evaluator" or piece.song in elsewhere:
            raise PsychoscoreError(f"{piece.id} would be judged by a judge that learned its song.")
        values = features(as_composed(piece.score))
        if piece.quadrant is not None and np.isfinite(values).all():
            kept.append((values, MOODS.index(piece.quadrant), piece.song))
    if len(kept) < _FEWEST_CLIPS or len({mood for _, mood, _ in kept}) < len(MOODS):
        raise PsychoscoreError(
            f"The evaluator needs {_FEWEST_CLIPS} clips and all four quadrants, not {len(kept)}."
        )
    rows, moods, songs = zip(*kept, strict=True)
    return Clips(np.stack(rows), np.array(moods), tuple(songs))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluator:
    """A fitted judge. `centre` and `scale` (features,), `weights` (features + 1, 4)."""

    centre: Floats
    scale: Floats
    weights: Floats
    songs: frozenset[str]

    @classmethod
    def fit(cls, clips: Clips, penalty: float = PENALTY) -> Evaluator:
        centre, scale = clips.values.mean(axis=0), clips.values.std(axis=0) + 1e-9
        placed = np.clip((clips.values - centre) / scale, -_REACH, _REACH)
        return cls(centre, scale, _logistic(placed, clips.moods, penalty), frozenset(clips.songs))

    def place(self, values: Floats) -> Floats:
        """Standardised features, clipped; a clip that says nothing lies at the centre."""
        return np.nan_to_num(np.clip((values - self.centre) / self.scale, -_REACH, _REACH))

    def judge(self, values: Floats) -> Judgement:
        """Judge clips by their features, (clips, features)."""
        return Judgement(_softmax(_with_one(self.place(values)) @ self.weights))

    def judge_scores(self, scores: Sequence[Score]) -> Judgement:
        """Judge clips as they were composed."""
        return self.judge(feature_rows(scores))


def feature_rows(scores: Sequence[Score]) -> Floats:
    """Features of clips, (clips, features)."""
    if not scores:
        return np.zeros((0, len(FEATURES)))
    return np.stack([features(score) for score in scores])


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Probability of each of `MOODS` for each clip, (clips, 4)."""

    moods: Floats

    @property
    def quadrants(self) -> Integers:
        return np.asarray(self.moods.argmax(axis=1))

    @property
    def low_valence(self) -> Floats:
        return np.asarray(self.moods[:, LOW_VALENCE].sum(axis=1))

    @property
    def high_arousal(self) -> Floats:
        return np.asarray(self.moods[:, HIGH_AROUSAL].sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Which clips were judged as they were meant, (clips,) each."""

    quadrant: NDArray[np.bool_]
    arousal: NDArray[np.bool_]
    valence: NDArray[np.bool_]


def hits(judged: Judgement, meant: Integers) -> Hits:
    """Compare a judgement with classes of `MOODS`."""
    return Hits(
        judged.quadrants == meant,
        (judged.high_arousal > 0.5) == HIGH_AROUSAL[meant],
        (judged.low_valence > 0.5) == LOW_VALENCE[meant],
    )


def cross_validate(clips: Clips, *, salt: str = "") -> Hits:
    """Judge each clip by a judge that heard none of its song. `salt` deals the songs anew."""
    fold = song_folds(clips.songs, salt)
    moods = np.zeros((len(clips), len(MOODS)))
    for number in range(FOLDS):
        held = fold == number
        judge = Evaluator.fit(clips.where(~held))
        if judge.songs & set(clips.where(held).songs):
            raise AssertionError("a song stands on both sides of a fold")
        moods[held] = judge.judge(clips.values[held]).moods
    return hits(Judgement(moods), clips.moods)


def song_folds(songs: Sequence[str], salt: str = "") -> Integers:
    """The fold of each clip: songs are dealt in an order fixed by their names and the salt."""

    def place(song: str) -> bytes:
        return hashlib.blake2b(f"{salt}/{song}".encode(), digest_size=8).digest()

    dealt = {song: at % FOLDS for at, song in enumerate(sorted(set(songs), key=place))}
    return np.array([dealt[song] for song in songs])


def _with_one(values: Floats) -> Floats:
    return np.concatenate([values, np.ones((len(values), 1))], axis=1)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _logistic(values: Floats, classes: Integers, penalty: float) -> Floats:
    """Multinomial logistic regression by Newton's method, (features + 1, classes).

    The intercept is penalised only enough to make the optimum unique.
    """
    told = _with_one(values)
    count, kinds = told.shape[1], len(MOODS)
    wanted = np.eye(kinds)[classes]
    cost = np.full(count, penalty, dtype=np.float64)
    cost[-1] = 1e-4
    weights = np.zeros((count, kinds))
    for _ in range(50):
        chance = _softmax(told @ weights)
        slope = told.T @ (chance - wanted) + cost[:, None] * weights
        curve = np.diag(np.tile(cost, kinds))
        for a in range(kinds):
            for b in range(kinds):
                weight = chance[:, a] * (float(a == b) - chance[:, b])
                block = np.s_[a * count : (a + 1) * count, b * count : (b + 1) * count]
                curve[block] += told.T @ (told * weight[:, None])
        step = np.linalg.solve(curve, slope.T.ravel()).reshape(kinds, count).T
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights
