"""Which part of a step's time counts, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.training.step_clock import Held, StepClock


def counted(steps: Sequence[float]) -> tuple[list[float], StepClock]:
    moments = iter([moment for each in steps for moment in (0.0, each)])
    clock = StepClock(lambda: next(moments))
    found = []
    for each in steps:
        clock.begin()
        seconds, counts = clock.end()
        assert seconds == each
        found.append(counts)
    return found, clock


def test_a_step_that_was_held_up_counts_for_four_usual_ones() -> None:
    found, clock = counted([1.0] * 6 + [121.0, 3.0, 64.0])
    assert found == [1.0] * 6 + [4.0, 3.0, 4.0]
    assert clock.held() == Held(2, pytest.approx((117 + 60) / 60))
    assert clock.held() is None


def test_until_some_steps_are_known_all_counts() -> None:
    found, clock = counted([30.0, 1.0, 1.0, 1.0, 9.0])
    assert found == [30.0, 1.0, 1.0, 1.0, 9.0]
    assert clock.held() is None


def test_a_machine_that_stays_slow_is_soon_the_usual() -> None:
    found, _ = counted([1.0] * 25 + [10.0] * 20)
    assert found[25] == 4.0 and found[-1] == 10.0
