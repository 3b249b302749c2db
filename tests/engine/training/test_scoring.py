"""Validation: known networks have known losses, and every scored token is scored once."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.composing import vocabulary as v
from engine.data.shards import Shards
from engine.training.scoring import UNSCORED, Score, score_batch, validation_score, windows
from models.conditioning import Composer
from tests.engine.tiny import tiny_config, tiny_network
from tests.engine.training.shard_folders import piece, shards


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Shards:
    folder = tmp_path_factory.mktemp("shards")
    return shards(folder, piece(1, 30, split="validation"), piece(2, 4, split="validation"))


def ignorant() -> Composer:
    """A network that finds every token equally likely."""
    torch.set_num_threads(1)
    network = Composer(tiny_config())
    torch.nn.init.zeros_(network.transformer.embedding.weight)
    return network.eval()


def test_a_network_that_knows_nothing_loses_ln_320_a_token(data: Shards) -> None:
    score = validation_score(ignorant(), data, data.entries, 128)
    assert score.per_token == pytest.approx(math.log(v.SIZE), rel=1e-5)
    assert score.per_note == pytest.approx(math.log(v.SIZE) * score.tokens / score.notes, rel=1e-5)


def test_the_first_tokens_of_a_window_are_not_scored_and_the_rest_once(data: Shards) -> None:
    long = data.entries[0]
    tokens, _, _ = data.piece(long)
    scored: list[int] = []
    for batch in windows(data, (long,), 200, 0, conditions=False):
        run = batch.tokens[0]
        assert run[0] == v.BOS and run[1] == v.BAR and run.shape[0] <= 200
        assert (batch.targets[0, :UNSCORED] == -100).all()
        assert (batch.targets[0, UNSCORED:-1] >= 0).all()
        at = next(
            at
            for at in np.flatnonzero(tokens == v.BAR)
            if np.array_equal(tokens[at : at + len(run) - 1], run[1:])
        )
        scored += [at + i for i in range(UNSCORED, len(run) - 1)]
    assert len(scored) == len(set(scored)), "scored twice"
    # Windows begin at bar lines, so a few tokens between two of them may go unscored.
    missing = set(range(UNSCORED, len(tokens))) - set(scored)
    assert len(missing) < 0.35 * len(tokens)


def test_conditions_are_told_only_where_asked(data: Shards) -> None:
    for conditions in (False, True):
        batch = next(windows(data, data.entries, 128, 0, conditions=conditions))
        assert np.isnan(batch.rows).all() != conditions
    told = validation_score(tiny_network(), data, data.entries, 128, conditions=True)
    free = validation_score(tiny_network(), data, data.entries, 128)
    assert told.nats != free.nats and told.tokens == free.tokens


def test_a_limit_spreads_the_windows_over_all_of_them(data: Shards) -> None:
    every = list(windows(data, data.entries, 128, 0, conditions=False))
    two = list(windows(data, data.entries, 128, 2, conditions=False))
    assert len(every) > 3 and len(two) == 2
    np.testing.assert_array_equal(two[0].tokens, every[0].tokens)
    np.testing.assert_array_equal(two[1].tokens, every[-1].tokens)


def test_scores_add_up(data: Shards) -> None:
    network = tiny_network()
    batches = list(windows(data, data.entries, 128, 0, conditions=False))
    total = sum((score_batch(network, batch) for batch in batches), Score(0.0, 0, 0))
    assert total == validation_score(network, data, data.entries, 128)
    assert Score(6.0, 3, 2).per_note == 3.0 and Score(6.0, 3, 2).per_token == 2.0
    assert Score(0.0, 0, 0).per_note == 0.0


def test_no_held_out_piece_no_score(data: Shards, tmp_path: Path) -> None:
    assert validation_score(tiny_network(), data, (), 128) == Score(0.0, 0, 0)
