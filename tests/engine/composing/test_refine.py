"""Refining takes with a tiny network: only better fillings stay, and all of it is made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.best import best, candidates
from engine.checkpoint import Model
from engine.composing.bar_features import FEATURES
from engine.composing.generate import generate
from engine.composing.refine import bar_distances, open_holes, refine, remake
from engine.composing.rerank import TakeReranker, with_matches
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.lanes import Lanes
from engine.listener import Listener, ListenerCard
from engine.measuring.reference import Reference
from engine.profile import Profile
from engine.score import Metre
from engine.take import (
    GenerationEvent,
    GenerationRequest,
    RefineRequest,
    Take,
    TakeComposed,
    TakeRefined,
)
from models.reranker import Reranker, RerankerConfig
from tests.engine.tiny import tiny_model

LOUD = FEATURES.index("loud_mean")
WISH = GenerationRequest(Lanes(Profile(entropy=0.9)), (Metre(),) * 10, seed=5)


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model(3)


@pytest.fixture(scope="module")
def reranker() -> TakeReranker:
    config = RerankerConfig(width=2)
    network = Reranker(config).requires_grad_(False)
    network.straight.weight[1, LOUD] = 8.0
    network.centre[LOUD] = 0.5
    card = ListenerCard("reranker", "by loudness", config, lineage=("ears (MIT)",))
    return TakeReranker(Listener(card, "0" * 16, network), Reference.load())


def composed(events: Iterator[GenerationEvent]) -> list[Take]:
    return [each.result for each in events if isinstance(each, TakeComposed)]


@pytest.fixture(scope="module")
def kept(model: Model, reranker: TakeReranker) -> Take:
    """The best of eight."""
    requests = candidates(WISH, 1, 8)
    events = with_matches(generate(model, requests), [each.lanes for each in requests], reranker)
    found = composed(events)
    matches = [each.provenance.match for each in found]
    chosen = best(found, 1)[0]
    assert chosen.provenance.match == max(match or 0 for match in matches)
    assert len(set(matches)) > 1
    return chosen


def test_the_best_of_eight_is_made_again_alone(model: Model, kept: Take) -> None:
    again = remake(model, kept.provenance)
    assert again.score == kept.score
    assert "ears (MIT)" in kept.provenance.lineage


def test_refining_only_gets_better_and_is_made_again(
    model: Model, reranker: TakeReranker, kept: Take
) -> None:
    events = list(refine(model, [RefineRequest(kept, 1.0, 4)], reranker))
    rounds = [each for each in events if isinstance(each, TakeRefined)]
    assert [each.round for each in rounds] == [1, 2, 3, 4]
    matches = [each.result.provenance.match or 0 for each in rounds]
    assert matches == sorted(matches) and matches[-1] > (kept.provenance.match or 0)
    last = composed(iter(events))[0]
    assert last == rounds[-1].result
    better = [each for each in rounds if each.better]
    assert [(each.first, each.last) for each in last.provenance.refined] == [
        each.bars for each in better
    ]
    assert last.provenance.request == kept.provenance.request
    assert last.provenance.best_of == 8
    assert len(last.provenance.temperatures) == 10
    assert remake(model, last.provenance).score == last.score


def test_bars_outside_the_round_stay(model: Model, reranker: TakeReranker, kept: Take) -> None:
    rounds = refine(model, [RefineRequest(kept, 1.0, 3)], reranker)
    before = kept
    for event in rounds:
        if isinstance(event, TakeRefined):
            hole = Hole(*event.bars)
            assert hole.split(event.result.score)[1] == hole.split(before.score)[1]
            before = event.result


def test_a_take_that_is_close_enough_comes_back(
    model: Model, reranker: TakeReranker, kept: Take
) -> None:
    goal = (kept.provenance.match or 0) - 0.01
    events = list(refine(model, [RefineRequest(kept, goal)], reranker))
    assert composed(iter(events))[0].score == kept.score and len(events) == 1


def test_nothing_comes_of_a_cancelled_refining(
    model: Model, reranker: TakeReranker, kept: Take
) -> None:
    left = iter([False] * 30)
    events = refine(model, [RefineRequest(kept, 1.0)], reranker, lambda: next(left, True))
    assert list(events) == []


def test_what_stood_before_cannot_be_made_again(model: Model, kept: Take) -> None:
    for told in (
        replace(kept.provenance, hole=Hole(1, 2)),
        replace(kept.provenance, edits=1),
    ):
        with pytest.raises(PsychoscoreError):
            remake(model, told)


def test_locked_bars_are_left_alone(model: Model, reranker: TakeReranker, kept: Take) -> None:
    holes = [(hole.first, hole.last) for hole in open_holes(10, ((3, 5), (9, 9)))]
    assert holes == [(1, 2), (6, 8), (10, 10)]
    assert [(hole.first, hole.last) for hole in open_holes(9, ())] == [(1, 4), (5, 8), (9, 9)]
    events = list(refine(model, [RefineRequest(kept, 1.0, locked=((1, 10),))], reranker))
    assert [type(each) for each in events] == [TakeComposed]


def test_a_bar_is_as_far_away_as_the_stretches_around_it() -> None:
    found = bar_distances(np.array([1.0, 3.0]), 12)
    assert found.tolist() == [1.0] * 4 + [2.0] * 4 + [3.0] * 4
