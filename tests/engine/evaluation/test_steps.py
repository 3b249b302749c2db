"""Change points: found where they were put, in the right direction, and in composed clips."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.rows import Measured
from engine.evaluation.steps import (
    STEP_BAR,
    change_point,
    found_step,
    measure_lane_steps,
    step_requests,
)
from engine.score import Note, Score, Voice
from engine.take import GenerationRequest
from tests.engine.tiny import tiny_model

SETTING = Setting(guidance=1.0)


def stepped(bar: int, low: float = 0.2, high: float = 0.8) -> np.ndarray:
    noise = np.random.default_rng(bar).normal(scale=0.05, size=16)
    return np.where(np.arange(1, 17) < bar, low, high) + noise


@pytest.mark.parametrize("bar", [2, 8, 9, 10, 16])
def test_a_step_is_found_at_its_bar(bar: int) -> None:
    found, change = change_point(stepped(bar))
    assert found == bar
    assert change == pytest.approx(0.6, abs=0.1)


def test_a_ramp_over_the_step_changes_in_its_middle() -> None:
    ramp = np.interp(np.arange(1, 17), [6.5, 10.5], [0.1, 0.9])
    assert change_point(ramp)[0] == STEP_BAR


def test_what_counts_as_found() -> None:
    assert found_step(stepped(8), rising=True) and found_step(stepped(10), rising=True)
    assert not found_step(stepped(7), rising=True) and not found_step(stepped(11), rising=True)
    assert not found_step(stepped(9), rising=False)
    assert found_step(stepped(9, 0.8, 0.2), rising=False)
    assert not found_step(np.full(16, 0.5), rising=True)


def test_half_of_the_takes_step_up_and_half_down() -> None:
    up, down = step_requests(SETTING, "trauma", 2)
    for request, ends in ((up, (0.1, 0.9)), (down, (0.9, 0.1))):
        profiles = request.lanes.profiles(range(1, 17))
        assert [each.trauma for each in profiles] == [ends[0]] * 8 + [ends[1]] * 8
        assert {each.entropy for each in profiles} == {0.5}
    assert up.seed != down.seed


def obeying(request: GenerationRequest) -> Score:
    """Bars that are loud and quick where entropy is high, soft and slow where it is low."""
    notes = []
    for bar, profile in enumerate(request.lanes.profiles(range(1, 17))):
        gap, velocity = (240, 110) if profile.entropy > 0.5 else (960, 40)
        notes += [
            Note(bar * 1920 + at, gap, 60 + at // 240 % 5, velocity, Voice.MELODY)
            for at in range(0, 1920, gap)
        ]
    return Score(tuple(notes), request.metres, request.tempo_map)


def test_music_that_follows_its_lane_is_seen_to() -> None:
    store = ClipStore(tiny_model())
    for name in ("entropy", "trauma"):
        for request in step_requests(SETTING, name, 4):
            store.scores[request] = obeying(request)
    events = measure_lane_steps(store, SETTING, 4)
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert rows["Q7.entropy"].value == 1.0 and rows["Q7.entropy"].passed is True
    # The same bar over and over has no step of trauma.
    assert rows["Q7.trauma"].value == 0.0 and rows["Q7.trauma"].goal == 0.70
