"""A measured curve becomes few points that stay near it."""

from __future__ import annotations

import math

import pytest

from engine.lanes import Lane
from engine.measuring.outline import MOST_POINTS, outline, outline_lanes
from engine.profile import Profile


def test_a_flat_line_is_one_point_at_its_mean() -> None:
    assert outline([0.4, 0.42, 0.41], 0.05) == ((1.0, 0.41),)
    assert outline([0.7], 0.05) == ((1.0, 0.7),)


def test_a_step_keeps_its_edge() -> None:
    assert outline([0.1] * 4 + [0.9] * 4, 0.05) == ((1.0, 0.1), (4.0, 0.1), (5.0, 0.9), (8.0, 0.9))


def test_a_ramp_is_two_points() -> None:
    assert outline([bar / 10 for bar in range(11)], 0.05) == ((1.0, 0.0), (11.0, 1.0))


def test_the_line_stays_within_the_tolerance_where_points_suffice() -> None:
    values = [0.5 + 0.4 * math.sin(bar / 6) for bar in range(32)]
    lane = Lane("trauma", outline(values, 0.05))
    assert len(lane.points) <= MOST_POINTS
    for bar, value in enumerate(values, start=1):
        assert lane.value_at(bar) == pytest.approx(value, abs=0.056)


def test_of_a_wild_curve_the_course_is_kept_in_points_that_a_hand_can_hold() -> None:
    values = [(bar * 37 % 101 / 100 + (bar > 256)) / 2 for bar in range(512)]
    lane = Lane("trauma", outline(values, 0.05))
    assert 2 <= len(lane.points) <= MOST_POINTS
    assert lane.value_at(100) == pytest.approx(0.25, abs=0.1)
    assert lane.value_at(400) == pytest.approx(0.75, abs=0.1)


def test_lanes_hold_all_four_dimensions_within_their_ranges() -> None:
    bars = [Profile(0.1, 0.9, -1 + 0.5j), Profile(0.8, 0.9, 1 + 0.5j)]
    lanes = outline_lanes(Profile(0.123, 0.9, 0.456j), bars)
    assert lanes.profile == Profile(0.12, 0.9, 0.46j)
    assert lanes.profile_at(2) == Profile(0.8, 0.9, 1 + 0.5j)
    assert [len(lane.points) for lane in lanes.lanes] == [2, 1, 2, 1]
