"""Q4: choosing among takes, by a reranker that knows and by one that knows nothing."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing.bar_features import FEATURES
from engine.composing.rerank import TakeReranker
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import MOODS, Evaluator, evaluator_clips
from engine.evaluation.rows import Measured, Row
from engine.evaluation.selection import TAKES, Choice, choice_plan, choose
from engine.listener import Listener, ListenerCard
from engine.measuring.reference import Reference
from models.reranker import Reranker, RerankerConfig
from tests.engine.evaluation.clips import easy_pieces, easy_score
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=2.5)
LOUD, MODE = FEATURES.index("loud_mean"), FEATURES.index("degree_3")


def reranker(strength: float) -> TakeReranker:
    """Loud is agitated, and a flat third is wounded; with strength 0 it hears nothing."""
    config = RerankerConfig(width=2)
    network = Reranker(config).requires_grad_(False)
    network.straight.weight[1, LOUD] = network.straight.weight[0, MODE] = strength
    network.centre[LOUD], network.centre[MODE] = 0.57, 0.05
    network.spread[LOUD] = network.spread[MODE] = 0.1
    card = ListenerCard("reranker", "tiny", config)
    return TakeReranker(Listener(card, "0" * 16, network), Reference.load())


def composed(plan: Choice) -> ClipStore:
    """One take of each wish is what was asked, at changing places; the others are other moods."""
    store = ClipStore(tiny_model())
    for at, (takes, meant) in enumerate(zip(plan.requests, plan.meant, strict=True)):
        for number, request in enumerate(takes):
            mood = MOODS[(int(meant) + at + number) % TAKES]
            store.scores[request] = easy_score(mood, request.seed)
    return store


def rows(strength: float) -> dict[str, Row]:
    plan = choice_plan(SETTING, 6, 4)
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    events = choose(composed(plan), reranker(strength), judge, plan)
    return {event.row.id: event.row for event in events if isinstance(event, Measured)}


def test_takes_of_a_wish_differ_in_their_seed_alone() -> None:
    plan = choice_plan(SETTING, 3, 4)
    assert len(plan.requests) == len(plan.meant) == 12
    for takes in plan.requests:
        assert len({take.lanes for take in takes}) == 1
        assert all(take.guidance == 1.0 for take in takes)
    seeds = [take.seed for takes in plan.requests for take in takes]
    assert len(set(seeds)) == len(seeds) == 12 * TAKES


def test_a_reranker_that_hears_finds_the_right_take() -> None:
    found = rows(4.0)["Q4.quadrant"]
    assert found.value == pytest.approx(0.75, abs=0.1) and found.passed is True
    assert "one of the four is right in 1.000" in found.note


def test_a_reranker_that_hears_nothing_gains_nothing() -> None:
    found = rows(0.0)
    assert set(found) == {"Q4.quadrant", "Q4.arousal", "Q4.valence"}
    assert found["Q4.quadrant"].value == pytest.approx(0.0, abs=0.15)
    assert found["Q4.quadrant"].passed is False
    assert np.isfinite(found["Q4.valence"].value or 0.0)
