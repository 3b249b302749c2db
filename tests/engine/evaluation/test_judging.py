"""Old and new model compared: on the same requests, with numbers that can be checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.data.shards import Shards
from engine.evaluation.clips import Setting
from engine.evaluation.judging import (
    Plan,
    attribute_distance,
    data_attributes,
    held_out_loss,
    judge,
    resting_requests,
)
from engine.score import Metre
from engine.training.events import Judged, JudgingMoved
from tests.engine.tiny import tiny_model
from tests.engine.training.miniature import data_set

SMALL = Plan(1, long=1, short=1, resting=2)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Shards]:
    return [Shards.open(data_set(tmp_path_factory.mktemp("data")))]


def test_two_models_answer_the_same_requests(shards: list[Shards]) -> None:
    old, new = tiny_model(1), tiny_model(2)
    events = list(judge(old, new, shards, SMALL, step=9, checkpoint=6))
    moved = [each for each in events if isinstance(each, JudgingMoved)]
    assert [each.done for each in moved] == sorted({each.done for each in moved})
    assert all(each.total == 2 * SMALL.total for each in moved)
    judged = events[-1]
    assert isinstance(judged, Judged)
    assert (judged.step, judged.checkpoint, judged.clips) == (9, 6, SMALL.total)
    assert set(judged.old_control) == {"trauma", "entropy", "rsi_real", "rsi_imaginary"}
    assert all(-1 <= value <= 1 for value in judged.new_control.values())
    assert judged.old_loss != judged.new_loss and judged.old_loss is not None
    assert judged.old_distance is not None and 0 < judged.old_distance < 1


def test_a_model_is_no_better_than_itself(shards: list[Shards]) -> None:
    model = tiny_model(3)
    judged = list(judge(model, model, shards, SMALL, step=1, checkpoint=1))[-1]
    assert isinstance(judged, Judged)
    assert judged.old_control == judged.new_control
    assert (judged.old_loss, judged.old_distance) == (judged.new_loss, judged.new_distance)


def test_a_cancelled_comparison_has_no_verdict(shards: list[Shards]) -> None:
    model = tiny_model(1)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 20

    events = list(judge(model, model, shards, SMALL, step=1, checkpoint=1, cancelled=cancelled))
    assert not any(isinstance(each, Judged) for each in events)


def test_distance_is_the_area_between_the_quantile_curves() -> None:
    rng = np.random.default_rng(1)
    ranks = rng.random((4000, 3))
    assert attribute_distance(ranks, ranks) == 0.0
    assert attribute_distance(ranks, ranks + 0.2) == pytest.approx(0.2)
    half = attribute_distance(ranks, ranks * 0.5)
    assert half == pytest.approx(0.25, abs=0.01)
    gaps = ranks.copy()
    gaps[:, 1] = np.nan
    assert attribute_distance(gaps, ranks + 0.2) == pytest.approx(0.2)
    assert attribute_distance(np.full((5, 3), np.nan), ranks) is None


def test_music_at_rest_has_the_metre_and_tempo_of_the_data(shards: list[Shards]) -> None:
    wished = resting_requests(shards, Setting(2.0), replace(SMALL, long=3))
    assert len(wished) == 2 and len({each.seed for each in wished}) == 2
    assert wished[0].metres == (Metre(4, 4),) * 3
    assert wished[0].tempo_map.bpm(0) == pytest.approx(120, abs=1)


def test_without_validation_pieces_there_is_no_loss(shards: list[Shards]) -> None:
    only = [replace(shards[0], entries=shards[0].split("train"))]
    assert held_out_loss(tiny_model(1), only, 128) is None
    assert held_out_loss(tiny_model(1), shards, 128) is not None
    assert len(data_attributes(only)) < len(data_attributes(shards))
