"""The story of a run, told from its events."""

from __future__ import annotations

import pytest

from engine.training.events import (
    CoherenceMeasured,
    Evaluated,
    Judged,
    JudgingFailed,
    JudgingMoved,
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
    story.tell(Noted(3.0 * at, event) for at, event in enumerate(events))
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


def test_a_comparison_and_evaluations_are_in_the_time_left() -> None:
    # A step takes three seconds of training and six by the clock, for it is evaluated as often.
    story = RunStory()
    story.tell([Noted(0.0, RunBegan(0, 100, 0.0, 1))])
    story.tell(Noted(6.0 * n, step(n)) for n in range(1, 11))
    assert story.minutes_left == pytest.approx(90 * 6 / 60)
    story.tell([Noted(60.0, RunPaused(10)), Noted(6000.0, RunContinued(10))])
    story.tell(Noted(5940.0 + 6.0 * n, step(n)) for n in range(11, 21))
    assert story.minutes_left == pytest.approx(80 * 6 / 60)
    judged = RunStory()
    judged.tell([Noted(0.0, RunBegan(0, 100, 0.0, 1, verdict=2))])
    judged.tell(Noted(6.0 * n, step(n)) for n in range(1, 11))
    assert judged.minutes_left is not None and judged.minutes_left > 9.5
    judged.tell([Noted(100.0, TrainingEnded(100, "finished"))])
    judged.tell(Noted(101.0 + n, JudgingMoved(100, n, 60)) for n in range(1, 31))
    assert judged.state(alive=True) is RunState.JUDGING
    assert judged.minutes_left == pytest.approx(0.5)


def test_a_step_that_was_held_up_says_little_of_the_comparison() -> None:
    def left(speed: float) -> float:
        story = RunStory()
        story.tell([Noted(0.0, RunBegan(0, 100, 0.0, 1, verdict=2))])
        speeds = [1000.0] * 9 + [speed]
        story.tell(
            Noted(6.0 * n, StepDone(n, 100, 2.0, 1.0, each, n / 20))
            for n, each in enumerate(speeds, 1)
        )
        assert story.minutes_left is not None
        return story.minutes_left

    assert left(10.0) == left(1000.0)


def test_a_verdict_ends_the_run_and_is_void_when_it_goes_on() -> None:
    numbers = {"trauma": 0.5}
    verdict = Judged(9, "open", "mine", 9, numbers, numbers, 6.0, 5.0, 0.2, 0.1, 68, 90.0)
    story = story_of(
        RunBegan(0, 9, 0.0, 1, 2), TrainingEnded(9, "finished"), JudgingMoved(9, 1, 9), verdict
    )
    assert story.state(alive=False) is RunState.ENDED and story.ending == "finished"
    assert story.verdict is not None and story.verdict.judged is verdict and story.judging is None
    story.tell([Noted(99.0, RunBegan(9, 20, 0.0, 2))])
    assert story.verdict is None
    story.tell([Noted(99.0, JudgingFailed(9, "The old model is gone."))])
    assert story.unjudged == "The old model is gone."


def test_coherence_is_a_curve_and_is_walked_again() -> None:
    story = story_of(
        RunBegan(0, 100, 0.0, 1),
        CoherenceMeasured(10, 0.4, 0.3), CoherenceMeasured(20, 0.6, 0.2), RunBegan(15, 100, 0.0, 2),
    )  # fmt: skip
    assert (story.coherence_steps, story.same, story.different) == ([10], [0.4], [0.3])


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
