"""What a network is measured against: uniform, grammar alone and a 5-gram, on the same windows.

Each baseline scores exactly the tokens that `engine.training.scoring` scores.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.composing import vocabulary as v
from engine.composing.grammar import BarGrammar, Laws
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.evaluation.ngram import NGram
from engine.score import Metre
from engine.training.scoring import Score
from engine.training.windows import Batch

# The metre is a condition, and all conditions are dropped: the grammar knows the longest bar.
_LONGEST_BAR = Metre(6, 4)


def training_stream(data: Iterable[Shards], held_out: Iterable[Shards]) -> NDArray[np.uint16]:
    """The training tokens of some data sets, each piece behind a BOS.

    Raises:
        PsychoscoreError: a song of theirs is also held out.
    """
    held = {entry.song for shards in held_out for entry in shards.split("validation")}
    parts: list[NDArray[np.uint16]] = []
    for shards in data:
        for entry in shards.split("train"):
            if entry.song in held:
                raise PsychoscoreError(f"{entry.song} stands in training and in validation.")
            parts += [np.array([v.BOS], dtype=np.uint16), shards.piece(entry)[0]]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint16)


def uniform_score(batch: Batch) -> Score:
    """Every token of the vocabulary is equally likely."""
    scored = _scored(batch)
    return _score(np.full(int(scored.sum()), np.log(v.SIZE)), batch)


def ngram_score(batch: Batch, model: NGram) -> Score:
    """The score of one window under an n-gram."""
    run = np.append(batch.tokens[0], 0)
    scored = np.flatnonzero(_scored(batch))
    run[scored + 1] = batch.targets[0, scored]
    nats = -np.log(model.probabilities(run))
    return _score(nats[scored + 2 - model.order], batch)


def grammar_score(batch: Batch) -> Score:
    """Every token that the grammar allows is equally likely; it knows neither key nor metre."""
    tokens, targets = batch.tokens[0], batch.targets[0]
    bars = int((tokens == v.BAR).sum()) + 2
    grammar = BarGrammar((_LONGEST_BAR,) * bars, Laws())
    nats: list[float] = []
    for token, target in zip(tokens, targets, strict=True):
        if token != v.BOS:
            grammar.push(int(token))
        if target >= 0:
            allowed = grammar.allowed()
            # A real chord may be larger, or a real note lie lower, than what we ever compose.
            nats.append(float(np.log(allowed.sum() + (not allowed[target]))))
    return _score(np.array(nats), batch)


def _scored(batch: Batch) -> NDArray[np.bool_]:
    return np.asarray(batch.targets[0] >= 0)


def _score(nats: NDArray[np.float64], batch: Batch) -> Score:
    targets = batch.targets[0][_scored(batch)]
    notes = int(((targets >= v.PITCH.start) & (targets < v.PITCH.stop)).sum())
    return Score(float(nats.sum()), len(targets), notes)
