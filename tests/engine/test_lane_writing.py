"""A hand's moves as few breakpoints that stay near it, and lanes that are kept around a pass."""

from __future__ import annotations

import math
import random

import pytest

from engine.lane_writing import TOLERANCE, thinned, written
from engine.lanes import Lane

OLD = Lane("trauma", ((1.0, 0.2), (9.0, 0.6)))


def test_a_glide_is_two_points_and_the_old_lane_stays_around_it() -> None:
    moves = [(3.0 + step / 30, 0.5 + step / 100) for step in range(31)]
    lane = written(OLD, "trauma", 0.5, moves, 4.0, 16)
    assert lane.points == (
        (1.0, 0.2),
        (3.0, 0.3),
        (3.0, 0.5),
        (4.0, 0.8),
        (4.0, 0.35),
        (9.0, 0.6),
    )


def test_a_hand_that_rests_holds_its_value() -> None:
    lane = written(None, "entropy", 0.5, [(1.0, 0.1), (3.0, 0.9)], 5.0, 4)
    assert lane.points == ((1.0, 0.5), (1.0, 0.1), (3.0, 0.1), (3.0, 0.9), (5.0, 0.9))
    assert [lane.value_at(bar) for bar in (1, 2.9, 3, 4.9)] == [0.1, 0.1, 0.9, 0.9]


def test_without_a_lane_the_slider_at_rest_stands_around_the_pass() -> None:
    lane = written(None, "rsi_real", -0.4, [(2.0, 0.3)], 3.0, 8)
    assert [lane.value_at(bar) for bar in (1, 1.9, 2, 2.9, 3, 8)] == [
        *(-0.4, -0.4, 0.3, 0.3, -0.4, -0.4)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_lane_stays_near_the_hand_with_far_fewer_points(seed: int) -> None:
    chance = random.Random(seed)
    phase = chance.uniform(0, 6)
    moves = [
        (1 + step / 60, min(max(0.5 + 0.4 * math.sin(phase + step / 40), 0), 1))
        for step in range(600)
    ]
    lane = written(None, "trauma", 0.5, moves, moves[-1][0], 16)
    assert len(lane.points) < 60
    worst = max(abs(lane.value_at(bar) - value) for bar, value in moves[1:-1])
    assert worst <= TOLERANCE + 1e-3


def test_two_passes_over_one_place_leave_the_second() -> None:
    first = written(OLD, "trauma", 0.5, [(2.0, 1.0)], 4.0, 16)
    second = written(first, "trauma", 0.5, [(2.0, 0.0)], 4.0, 16)
    assert [second.value_at(bar) for bar in (1, 2, 3.9)] == [0.2, 0.0, 0.0]
    assert second.value_at(4.0) == first.value_at(4.0)
    again = written(second, "trauma", 0.5, [(2.0, 0.0)], 4.0, 16)
    assert again.points == second.points


def test_thinning_keeps_ends_and_steps() -> None:
    points = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (3.0, 1.0)]
    assert thinned(points, "trauma") == points
    assert thinned(points[:1], "trauma") == points[:1]
