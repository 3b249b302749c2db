"""Baselines score the very tokens that the network is scored on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.composing import vocabulary as v
from engine.composing.tokens import encode
from engine.data.shards import EncodedPiece, Shards, write_shards
from engine.errors import PsychoscoreError
from engine.evaluation.baselines import (
    grammar_score,
    ngram_score,
    training_stream,
    uniform_score,
)
from engine.evaluation.ngram import NGram
from engine.training.scoring import UNSCORED, score_batch, windows
from engine.training.windows import Batch
from models.conditioning import FIELDS
from tests.engine.evaluation.clips import easy_score
from tests.engine.tiny import tiny_network


def shards(folder: Path, splits: dict[str, str]) -> Shards:
    """One easy piece a song, in the split that is given for it."""

    def pieces() -> Iterator[EncodedPiece]:
        for seed, (song, split) in enumerate(splits.items()):
            score = easy_score("happy", seed, bars=6)
            encoded = encode(score)
            rows = np.full((6, len(FIELDS)), np.nan, dtype=np.float32)
            tokens = np.array(encoded.tokens, dtype=np.uint16)
            bars = np.array(encoded.bars, dtype=np.uint16)
            yield EncodedPiece(song, song, "own", split, None, tokens, bars, rows)

    names = tuple(field.name for field in FIELDS)
    for _ in write_shards(
        folder, pieces(), lineage=(), non_commercial=False, vocabulary=v.SIZE, fields=names
    ):
        pass
    return Shards.open(folder)


@pytest.fixture
def data(tmp_path: Path) -> Shards:
    return shards(tmp_path, {"a": "train", "b": "train", "c": "train", "held": "validation"})


def window(data: Shards) -> Batch:
    return next(windows(data, data.split("validation"), 512, 0, conditions=False))


def test_all_score_the_same_tokens_and_notes(data: Shards) -> None:
    batch = window(data)
    network = score_batch(tiny_network(), batch)
    model = NGram(training_stream([data], [data]), v.SIZE)
    competitors = [uniform_score(batch), grammar_score(batch), ngram_score(batch, model)]
    assert {(each.tokens, each.notes) for each in competitors} == {(network.tokens, network.notes)}
    assert 0 < network.notes < network.tokens


def test_each_baseline_knows_more_than_the_one_before(data: Shards) -> None:
    batch = window(data)
    uniform, grammar = uniform_score(batch), grammar_score(batch)
    gram = ngram_score(batch, NGram(training_stream([data], [data]), v.SIZE))
    assert uniform.per_token == pytest.approx(np.log(v.SIZE))
    assert gram.nats < grammar.nats < 0.8 * uniform.nats


def test_the_grammar_counts_what_may_follow(data: Shards) -> None:
    # After a pitch any velocity may follow, and then any duration.
    batch = window(data)
    alone = np.where(np.isin(batch.tokens, range(v.PITCH.start, v.PITCH.stop)), batch.targets, -100)
    velocities = replace(batch, targets=alone)
    assert grammar_score(velocities).per_token == pytest.approx(np.log(v.VELOCITY_BINS))


def test_the_ngram_scores_each_token_behind_its_own_context(data: Shards) -> None:
    batch = window(data)
    model = NGram(training_stream([data], [data]), v.SIZE)
    run = [v.BOS, *(int(t) for t in data.piece(data.split("validation")[0])[0])]
    nats = 0.0
    for at in range(UNSCORED + 1, len(run)):
        nats -= float(np.log(model.probabilities(np.array(run[at - 4 : at + 1]))[0]))
    assert ngram_score(batch, model).nats == pytest.approx(nats)


def test_no_song_is_counted_and_scored(data: Shards, tmp_path: Path) -> None:
    assert (training_stream([data], [data]) == v.BOS).sum() == 3
    other = shards(tmp_path / "other", {"held": "train", "x": "validation"})
    with pytest.raises(PsychoscoreError, match="held stands in training and in validation"):
        training_stream([other], [other, data])
