"""Q4.best: choosing among many takes, by a reranker that knows and by one that knows nothing."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.best_of import FEW, MANY, Wishes, chosen_of, compare, wishes
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.corpora import Archives
from engine.evaluation.evaluate import evaluate
from engine.evaluation.evaluator import MOODS, Evaluator, evaluator_clips
from engine.evaluation.rows import Measured, Row
from tests.engine.evaluation.clips import easy_pieces, easy_score
from tests.engine.evaluation.sizes import TINY
from tests.engine.evaluation.test_selection import reranker
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=2.5)


def composed(plan: Wishes, *, alike: bool = False) -> ClipStore:
    """One take in four is what was asked, at changing places.

    Args:
        alike: the takes that are right are one and the same clip for every wish of a quadrant.
    """
    store = ClipStore(tiny_model())
    for at, (takes, meant) in enumerate(zip(plan.requests, plan.meant, strict=True)):
        for number, request in enumerate(takes):
            step = (at + number) % len(MOODS)
            seed = 0 if alike and step == 0 else 100 * at + number
            store.scores[request] = easy_score(MOODS[(meant + step) % len(MOODS)], seed, 2)
    return store


def rows(strength: float, *, alike: bool = False) -> dict[str, Row]:
    plan = wishes(SETTING, 2)
    judge = Evaluator.fit(evaluator_clips(easy_pieces(), ()))
    events = compare(composed(plan, alike=alike), reranker(strength), judge, plan)
    return {event.row.id: event.row for event in events if isinstance(event, Measured)}


@pytest.fixture(scope="module")
def heard() -> dict[str, Row]:
    """The rows of a reranker that hears."""
    return rows(4.0)


def test_candidates_differ_in_the_number_of_the_take_alone() -> None:
    plan = wishes(SETTING, 3)
    assert len(plan.requests) == len(plan.meant) == 12
    for takes in plan.requests:
        assert [take.take for take in takes] == list(range(MANY))
        assert len({(take.lanes, take.seed, take.guidance) for take in takes}) == 1
    assert len({takes[0].seed for takes in plan.requests}) == 12


def test_a_reranker_that_hears_comes_nearer(heard: dict[str, Row]) -> None:
    few, many = heard[f"Q4.distance.{FEW}"], heard["Q4.distance"]
    assert few.value is not None and many.value is not None and many.interval is not None
    assert few.value > 0.4 and many.value > 0.4 and many.passed is True
    assert many.interval[0] <= many.value <= many.interval[1]
    assert "guidance 2.5" in many.note


def test_a_reranker_that_hears_nothing_comes_no_nearer() -> None:
    found = rows(0.0)["Q4.distance"]
    assert found.value == pytest.approx(0.0, abs=0.25)
    assert found.passed is False


def test_choosing_the_same_clip_for_every_wish_is_no_diversity(heard: dict[str, Row]) -> None:
    free, poor = heard["Q4.diversity"], rows(4.0, alike=True)["Q4.diversity"]
    assert free.value is not None and poor.value is not None
    assert poor.value < 0.1 < free.value
    assert poor.passed is False


def test_the_best_of_few_is_the_mean_over_all_groups() -> None:
    distance = np.array([[4.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]])
    order = np.array([[2, 0, 3, 1], [3, 2, 1, 0]])
    assert chosen_of(distance, order, 4).tolist() == [2.0, 4.0]
    assert chosen_of(distance, order, 2).tolist() == [(4.0 + 2.0) / 2, (2.0 + 4.0) / 2]
    assert chosen_of(distance, order, 1) == pytest.approx(distance.mean(axis=1))


def test_without_a_judge_the_rows_say_why() -> None:
    events = evaluate(tiny_model(), Archives(), TINY, parts=("Q4.best",))
    found = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert set(found) == {"Q4.distance", "Q4.diversity"}
    for row in found.values():
        assert row.value is None and row.goal is not None and "is not there" in row.note
