"""Requests by quadrant: what is asked, what is shuffled, and what the rows say of known clips."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.emopia import QUADRANTS
from engine.data.piece import Mood
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import MOODS, Evaluator, evaluator_clips
from engine.evaluation.quadrants import (
    measure_quadrants,
    measure_separation,
    mood_profile,
    quadrant_plan,
    shuffled_plan,
    untrained,
)
from engine.evaluation.rows import Measured, Row
from engine.score import Score
from engine.take import GenerationRequest
from tests.engine.evaluation.clips import easy_pieces, easy_score
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)


def obedient(clips: int, bars: int) -> ClipStore:
    """A store as a perfectly obedient model would have filled it."""
    store = ClipStore(tiny_model())
    for make in (quadrant_plan, shuffled_plan):
        for request in make(SETTING, clips, bars).requests:
            store.scores[request] = easy_score(asked(request), request.seed, bars)
    return store


def asked(request: GenerationRequest) -> Mood:
    profiles = [mood_profile(mood) for mood in range(len(MOODS))]
    return MOODS[profiles.index(request.lanes.profile)]


def test_profiles_lie_within_their_quadrants() -> None:
    for index, mood in enumerate(MOODS):
        profile, quadrant = mood_profile(index), QUADRANTS[mood]
        assert quadrant.trauma[0] < profile.trauma < quadrant.trauma[1]
        assert quadrant.entropy[0] < profile.entropy < quadrant.entropy[1]


def test_all_requests_share_one_setting_and_have_seeds_of_their_own() -> None:
    plan = quadrant_plan(SETTING, 5, 16)
    assert len({request.seed for request in plan.requests}) == 20
    for request in plan.requests:
        assert request.fixed_temperature == 0.95
        assert (request.key, request.bars, request.guidance) == (None, 16, 1.0)
        assert request.tempo_map.bpm(0) == 100.0
    assert [asked(request) for request in plan.requests] == [MOODS[m] for m in plan.meant]


def test_shuffling_moves_profiles_and_nothing_else() -> None:
    plan, shuffled = quadrant_plan(SETTING, 8, 4), shuffled_plan(SETTING, 8, 4)
    assert [r.seed for r in shuffled.requests] == [r.seed for r in plan.requests]
    assert (shuffled.meant == plan.meant).all()
    for mood in range(4):
        dealt = [asked(r) for r, m in zip(shuffled.requests, plan.meant, strict=True) if m == mood]
        assert sorted(dealt) == sorted(MOODS * 2)


def rows_of(store: ClipStore, clips: int, bars: int) -> dict[str, Row]:
    real = evaluator_clips(easy_pieces(), ())
    events = measure_quadrants(
        store, SETTING, Evaluator.fit(real), real, clips=clips, shuffled=clips, bars=bars
    )
    return {event.row.id: event.row for event in events if isinstance(event, Measured)}


def test_an_obedient_model_is_told_from_its_shuffled_self() -> None:
    rows = rows_of(obedient(8, 4), 8, 4)
    assert rows["Q3.quadrant"].value is not None and rows["Q3.quadrant"].value > 0.9
    assert rows["Q3.quadrant"].passed is True
    assert rows["Q3.shuffled.quadrant"].value == pytest.approx(0.25, abs=0.1)
    assert rows["Q3.shuffled.quadrant"].passed is True
    assert rows["Q3.diversity"].value == pytest.approx(1.0, abs=0.3)


def test_a_model_that_follows_seeds_and_not_conditions_fails_the_ablation() -> None:
    store = obedient(8, 4)
    plan = quadrant_plan(SETTING, 8, 4)
    by_seed = {r.seed: MOODS[m] for r, m in zip(plan.requests, plan.meant, strict=True)}
    for request in store.scores:
        store.scores[request] = easy_score(by_seed[request.seed], request.seed)
    assert rows_of(store, 8, 4)["Q3.shuffled.quadrant"].passed is False


def test_clips_that_are_all_alike_have_no_diversity() -> None:
    store = obedient(4, 4)
    same: dict[str, Score] = {mood: easy_score(mood, 1) for mood in MOODS}
    for request in store.scores:
        store.scores[request] = same[asked(request)]
    diversity = rows_of(store, 4, 4)["Q3.diversity"].value
    assert diversity is not None and diversity < 0.01


def test_sad_and_happy_separate_and_shuffled_do_not() -> None:
    events = measure_separation(obedient(12, 4), SETTING, clips=12, shuffled=12, bars=4)
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    names = ("mode", "onset_rate", "velocity")
    assert [rows[f"S1.{name}"].passed for name in names] == [True] * 3
    assert [rows[f"S1.shuffled.{name}"].passed for name in names] == [True] * 3
    assert "happy" in rows["S1.mode"].note


def test_the_floor_has_the_same_shape_and_no_memory() -> None:
    model = tiny_model()
    floor = untrained(model)
    assert floor.network.config == model.network.config
    weights = [each.transformer.embedding.weight for each in (floor.network, model.network)]
    assert not np.allclose(*(each.numpy() for each in weights))
    again = untrained(model).network.transformer.embedding.weight
    assert np.array_equal(weights[0].numpy(), again.numpy())
