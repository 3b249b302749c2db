"""The story of a run, told from its events."""

from __future__ import annotations

import pytest

from engine.training.events import (
    Evaluated,
    Noted,
    RunBegan,
    RunContinued,
    RunEvent,
    RunFailed,
    RunPaused,
    StepDone,
    TrainingEnded,
)
from engine.training.story import RunState, RunStory


def step(number: int, loss: float = 2.0, steps: int = 100) -> StepDone:
    return StepDone(number, steps, loss, 1.0, 900.0, 0.05 * number)


def story_of(*events: RunEvent) -> RunStory:
    story = RunStory()
    story.tell(Noted(float(at), event) for at, event in enumerate(events))
    return story


def test_a_resumed_run_forgets_what_it_walks_again() -> None:
    story = story_of(
        RunBegan(0, 100, 0.0, 1), *(step(n, float(n)) for n in range(1, 9)),
        Evaluated(4, {"a": 9.0}, {"a": 3.0}), Evaluated(8, {"a": 8.0}, {"a": 2.0}),
        RunBegan(5, 100, 0.0, 2), step(6, 60.0),
    )  # fmt: skip
    assert story.steps == [1, 2, 3, 4, 5, 6]
    assert story.losses == [1.0, 2.0, 3.0, 4.0, 5.0, 60.0]
    assert (story.validation_steps, story.validations) == ([4], [3.0])
    assert story.best == (4, 3.0)


def test_smoothing_begins_at_the_first_value_and_follows() -> None:
    story = story_of(RunBegan(0, 100, 0.0, 1), *(step(n, 5.0) for n in range(1, 4)))
    assert story.smooth == [5.0, 5.0, 5.0]
    story.tell([Noted(0.0, step(n, 1.0)) for n in range(4, 80)])
    assert 1.0 < story.smooth[-1] < 1.01


def test_share_and_time_left_go_by_the_nearer_limit() -> None:
    by_steps = story_of(RunBegan(0, 100, 0.0, 1), *(step(n) for n in range(1, 51)))
    assert by_steps.share == 0.5 and by_steps.steps_per_second == pytest.approx(1 / 3)
    assert by_steps.minutes_left == pytest.approx(2.5)
    by_time = story_of(RunBegan(0, 100, 4.0, 1), *(step(n) for n in range(1, 61)))
    assert by_time.share == 0.75 and by_time.minutes_left == pytest.approx(1.0)
    assert story_of().minutes_left is None and story_of().share == 0.0


def test_states() -> None:
    began = RunBegan(0, 100, 0.0, 1)
    cases: list[tuple[tuple[RunEvent, ...], RunState, RunState]] = [
        ((), RunState.STARTING, RunState.LOST),
        ((began, step(1)), RunState.TRAINING, RunState.LOST),
        ((began, RunPaused(1)), RunState.PAUSED, RunState.LOST),
        ((began, RunPaused(1), RunContinued(1)), RunState.TRAINING, RunState.LOST),
        ((began, TrainingEnded(1, "cancelled")), RunState.STARTING, RunState.ENDED),
        ((began, RunFailed(1, "Full.")), RunState.STARTING, RunState.FAILED),
        ((TrainingEnded(1, "cancelled"), began), RunState.TRAINING, RunState.LOST),
    ]
    for events, living, gone in cases:
        story = story_of(*events)
        assert (story.state(alive=True), story.state(alive=False)) == (living, gone), events
    assert story_of(began, RunFailed(1, "Full.")).failure == "Full."
