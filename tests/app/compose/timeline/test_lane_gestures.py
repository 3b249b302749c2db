"""Lanes edited on the real widget with the pointer and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.lanes import Lane, Lanes
from engine.profile import Profile
from tests.app.compose.timeline.conftest import Hand
from tests.app.pointer import ALT, CONTROL, SHIFT


def give(hand: Hand, *points: tuple[float, float], name: str = "trauma") -> Lane:
    lane = Lane(name, points)
    hand.timeline.set_lanes(Lanes(lanes=(lane,)))
    return lane


def committed(hand: Hand) -> Lane | None:
    [(name, lane)] = hand.heard.of("lane_committed")
    assert lane is None or isinstance(lane, Lane)
    assert lane is None or lane.name == name
    return lane


def test_a_click_on_an_empty_lane_makes_a_point_on_the_grid(hand: Hand) -> None:
    hand.click(hand.place("trauma", 3.03, 0.8))
    lane = committed(hand)
    assert lane is not None
    [(bar, value)] = lane.points
    assert bar == 3.0
    assert value == pytest.approx(0.8, abs=0.02)


def test_control_leaves_the_grid(hand: Hand) -> None:
    hand.click(hand.place("trauma", 3.1, 0.8), CONTROL)
    lane = committed(hand)
    assert lane is not None and lane.points[0][0] == pytest.approx(3.1, abs=0.02)
    assert lane.points[0][0] != 3.0


def test_a_second_click_at_a_bar_makes_a_step(hand: Hand) -> None:
    give(hand, (1.0, 0.2), (5.0, 0.2))
    hand.click(hand.place("trauma", 5.0, 0.9))
    lane = committed(hand)
    assert lane is not None
    assert [bar for bar, _ in lane.points] == [1.0, 5.0, 5.0]
    assert lane.value_at(4.99) == pytest.approx(0.2, abs=0.01)
    assert lane.value_at(5.0) == pytest.approx(0.9, abs=0.02)


def test_a_dragged_point_tells_each_move_and_commits_once(hand: Hand) -> None:
    give(hand, (1.0, 0.2), (5.0, 0.2))
    hand.drag(hand.place("trauma", 5.0, 0.2), hand.place("trauma", 6.0, 0.7))
    moved = [lane for (lane,) in hand.heard.of("lane_moved")]
    lane = committed(hand)
    assert lane is not None and moved[-1] == lane
    assert len(moved) == 2
    assert lane.points[1] == (6.0, pytest.approx(0.7, abs=0.02))
    assert hand.lane("trauma") == lane


def test_shift_moves_finely(hand: Hand) -> None:
    give(hand, (5.0, 0.2))
    start = hand.place("trauma", 5.0, 0.2)
    hand.drag(start, start - QPoint(0, 20), SHIFT)
    lane = committed(hand)
    assert lane is not None
    assert lane.points[0][1] == pytest.approx(0.2 + 2.0 / 36.0, abs=0.015)


def test_escape_restores_the_lane(hand: Hand) -> None:
    before = give(hand, (5.0, 0.2))
    hand.press(hand.place("trauma", 5.0, 0.2))
    hand.move(hand.place("trauma", 6.0, 0.9))
    assert hand.lane("trauma") != before
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    hand.release()
    assert hand.lane("trauma") == before
    assert hand.heard.of("lane_restored") == [("trauma", before)]
    assert hand.heard.of("lane_committed") == []


def test_escape_while_the_first_point_is_made_leaves_no_lane(hand: Hand) -> None:
    hand.press(hand.place("entropy", 5.0, 0.9))
    assert hand.lane("entropy") is not None
    QTest.keyClick(hand.timeline, Qt.Key.Key_Escape)
    assert hand.lane("entropy") is None
    assert hand.heard.of("lane_restored") == [("entropy", None)]


def test_a_dragged_segment_moves_both_ends(hand: Hand) -> None:
    give(hand, (1.0, 0.2), (5.0, 0.2), (8.0, 0.6))
    hand.drag(hand.place("trauma", 3.0, 0.2), hand.place("trauma", 3.0, 0.6))
    lane = committed(hand)
    assert lane is not None
    (_, first), (_, second), last = lane.points
    assert first == second == pytest.approx(0.6, abs=0.03)
    assert last == (8.0, 0.6)


def test_a_click_on_the_line_adds_a_point_on_it(hand: Hand) -> None:
    give(hand, (1.0, 0.2), (5.0, 0.6))
    hand.click(hand.place("trauma", 3.0, 0.4))
    lane = committed(hand)
    assert lane is not None and lane.points[1] == (3.0, 0.4)


def test_delete_removes_the_chosen_point_and_then_the_lane(hand: Hand) -> None:
    give(hand, (1.0, 0.2), (5.0, 0.6))
    hand.click(hand.place("trauma", 5.0, 0.6))
    QTest.keyClick(hand.timeline, Qt.Key.Key_Delete)
    assert committed(hand) == Lane("trauma", ((1.0, 0.2),))
    hand.heard.said.clear()
    hand.double_click(hand.place("trauma", 1.0, 0.2))
    assert committed(hand) is None
    assert hand.lane("trauma") is None


def test_a_double_click_on_empty_ground_keeps_its_point(hand: Hand) -> None:
    hand.double_click(hand.place("trauma", 5.0, 0.9))
    lane = hand.lane("trauma")
    assert lane is not None and len(lane.points) == 1


def test_a_freehand_stroke_returns_to_rest_outside(hand: Hand) -> None:
    hand.timeline.set_lanes(Lanes(Profile(trauma=0.5)))
    hand.press(hand.place("trauma", 3.0, 0.9), ALT)
    for bar in (3.5, 4.0, 4.5, 5.0):
        hand.move(hand.place("trauma", bar, 0.9), ALT)
    hand.release()
    lane = committed(hand)
    assert lane is not None
    assert lane.value_at(2.5) == lane.value_at(6.0) == 0.5
    assert lane.value_at(4.2) == pytest.approx(0.9, abs=0.03)


def test_shift_m_mutes_the_hovered_lane(hand: Hand) -> None:
    lane = give(hand, (1.0, 0.2))
    QTest.mouseMove(hand.timeline, hand.place("trauma", 4.0, 0.8))
    QTest.keyClick(hand.timeline, Qt.Key.Key_M, SHIFT)
    muted = committed(hand)
    assert muted == Lane("trauma", lane.points, muted=True)


def test_a_double_click_on_the_header_maximises_the_lane(hand: Hand) -> None:
    state = hand.timeline.state
    usual = state.row("entropy").height
    at = QPoint(20, state.row("entropy").top + 10)
    hand.double_click(at)
    assert state.row("entropy").height > usual
    hand.double_click(QPoint(20, state.row("entropy").top + 10))
    assert state.row("entropy").height == usual


def test_an_echo_of_its_own_lane_does_not_disturb_a_drag(hand: Hand) -> None:
    timeline = hand.timeline
    timeline.lane_moved.connect(
        lambda lane: timeline.set_lanes(timeline.state.lanes.with_lane(lane.name, lane))
    )
    give(hand, (1.0, 0.2), (5.0, 0.2))
    hand.drag(hand.place("trauma", 5.0, 0.2), hand.place("trauma", 7.0, 0.8))
    lane = committed(hand)
    assert lane is not None and lane.points[1] == (7.0, pytest.approx(0.8, abs=0.02))
