"""Edits of lanes as pure functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.lane_editing import (
    segment_at,
    segment_ends,
    simplified,
    tidied,
    with_point,
    with_point_moved,
    with_segment_moved,
    with_stroke,
    without_point,
)
from engine.lanes import Lane

STEP = Lane("trauma", ((1.0, 0.1), (9.0, 0.1), (9.0, 0.9)))
bars = st.floats(1, 32).map(lambda bar: round(bar, 2))
values = st.floats(0, 1).map(lambda value: round(value, 2))
lanes = st.lists(st.tuples(bars, values), min_size=1, max_size=12).map(
    lambda points: tidied(Lane("trauma", tuple(sorted(points, key=lambda point: point[0]))))
)


def test_the_first_point_makes_the_lane() -> None:
    assert with_point(None, "entropy", 3.0, 0.7) == (Lane("entropy", ((3.0, 0.7),)), 0)


def test_a_second_point_at_a_bar_makes_a_step() -> None:
    lane, index = with_point(Lane("trauma", ((1.0, 0.1), (9.0, 0.1))), "trauma", 9.0, 0.9)
    assert (lane, index) == (STEP, 2)
    assert (lane.value_at(8.99), lane.value_at(9.0)) == (pytest.approx(0.1), 0.9)


def test_a_third_point_at_a_bar_moves_the_later_one() -> None:
    lane, index = with_point(STEP, "trauma", 9.0, 0.5)
    assert lane.points == ((1.0, 0.1), (9.0, 0.1), (9.0, 0.5))
    assert index == 2


@given(lanes, bars, values)
def test_an_added_point_holds(lane: Lane, bar: float, value: float) -> None:
    added, index = with_point(lane, "trauma", bar, value)
    assert added.points[index] == (pytest.approx(bar), value)
    assert added.value_at(bar) == value


@given(lanes, st.data(), st.floats(-5, 50), st.floats(-2, 3))
def test_a_moved_point_stays_in_order_and_in_range(
    lane: Lane, data: st.DataObject, bar: float, value: float
) -> None:
    index = data.draw(st.integers(0, len(lane.points) - 1))
    moved = with_point_moved(lane, index, bar, value)
    assert len(moved.points) == len(lane.points)
    assert tidied(moved).points[0][0] >= 1.0
    kept = [point for each, point in enumerate(lane.points) if each != index]
    assert [point for each, point in enumerate(moved.points) if each != index] == kept


def test_a_point_dragged_to_its_neighbour_makes_a_step() -> None:
    lane = Lane("trauma", ((1.0, 0.1), (5.0, 0.2), (9.0, 0.9)))
    assert with_point_moved(lane, 1, 20.0, 0.3).points == ((1.0, 0.1), (9.0, 0.3), (9.0, 0.9))


def test_removing_the_last_point_removes_the_lane() -> None:
    lane = without_point(STEP, 1)
    assert lane is not None and lane.points == ((1.0, 0.1), (9.0, 0.9))
    assert without_point(Lane("trauma", ((1.0, 0.1),)), 0) is None


def test_a_segment_moves_with_both_ends_and_keeps_its_slope() -> None:
    lane = Lane("rsi_real", ((1.0, 0.0), (5.0, 0.5), (9.0, -0.5)))
    assert with_segment_moved(lane, 1, 0.25).points == ((1.0, 0.25), (5.0, 0.75), (9.0, -0.5))
    assert with_segment_moved(lane, 1, 3.0).points == ((1.0, 0.5), (5.0, 1.0), (9.0, -0.5))
    assert with_segment_moved(lane, 0, -2.0).points == ((1.0, -1.0), (5.0, 0.5), (9.0, -0.5))
    assert with_segment_moved(lane, 3, -0.25).points[2] == (9.0, -0.75)


@given(lanes, bars)
def test_a_segment_lies_between_its_ends(lane: Lane, bar: float) -> None:
    segment = segment_at(lane, bar)
    ends = [lane.points[end][0] for end in segment_ends(lane, segment)]
    assert ends
    assert segment == 0 or ends[0] <= bar
    assert segment == len(lane.points) or ends[-1] > bar


@given(lanes, st.lists(st.tuples(bars, values), min_size=2, max_size=20), bars)
def test_a_stroke_changes_nothing_outside_itself(
    lane: Lane, stroke: list[tuple[float, float]], bar: float
) -> None:
    drawn = with_stroke(lane, "trauma", 0.5, stroke)
    first, last = min(stroke)[0], max(stroke)[0]
    if bar < first or bar >= last + 0.01:
        assert drawn.value_at(bar) == pytest.approx(lane.value_at(bar), abs=2e-3)


def test_a_stroke_over_no_lane_returns_to_rest() -> None:
    lane = with_stroke(None, "trauma", 0.5, [(3.0, 0.8), (3.5, 0.8), (5.0, 0.8)])
    assert lane.points == ((3.0, 0.5), (3.0, 0.8), (5.0, 0.8), (5.0, 0.5))


def test_straight_strokes_become_two_points() -> None:
    line = [(1.0 + index / 10, index / 100) for index in range(50)]
    assert simplified(line, 0.01) == [line[0], line[-1]]


def test_a_muted_lane_stays_muted() -> None:
    lane = Lane("trauma", ((1.0, 0.1),), muted=True)
    assert with_point(lane, "trauma", 4.0, 0.5)[0].muted
    assert with_stroke(lane, "trauma", 0.5, [(2.0, 0.1), (3.0, 0.9)]).muted
