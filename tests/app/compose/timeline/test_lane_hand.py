"""Lanes copied onto each other, points chosen and nudged, with the keyboard and the menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.compose.timeline.lane_hand import nudged, rescaled
from engine.lanes import Lane, Lanes
from tests.app.compose.timeline.conftest import Hand
from tests.app.pointer import CONTROL, SHIFT

TRAUMA = Lane("trauma", ((1.0, 0.0), (3.0, 0.5), (3.0, 1.0), (5.0, 0.25)))


def give(hand: Hand, *lanes: Lane) -> None:
    hand.timeline.set_lanes(Lanes(lanes=lanes or (TRAUMA,)))


def last(hand: Hand) -> Lane | None:
    name, lane = hand.heard.of("lane_committed")[-1]
    assert lane is None or (isinstance(lane, Lane) and lane.name == name)
    return lane


def over(hand: Hand, name: str) -> None:
    hand.move(hand.place(name, 7.5, 0.1))


def key(
    hand: Hand, code: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    hand.timeline.setFocus()
    QTest.keyClick(hand.timeline, code, held)


def test_a_lane_is_copied_onto_another_and_rescaled(hand: Hand) -> None:
    give(hand)
    over(hand, "trauma")
    key(hand, Qt.Key.Key_C, CONTROL)
    over(hand, "rsi_imaginary")
    key(hand, Qt.Key.Key_V, CONTROL)
    lane = last(hand)
    assert lane == Lane("rsi_imaginary", ((1.0, -1.0), (3.0, 0.0), (3.0, 1.0), (5.0, -0.5)))
    over(hand, "entropy")
    key(hand, Qt.Key.Key_V, CONTROL)
    assert last(hand) == Lane("entropy", TRAUMA.points)


def test_there_and_back_is_the_same_lane_and_a_muted_one_acts() -> None:
    there = rescaled(Lane("trauma", TRAUMA.points, muted=True), "rsi_real")
    assert rescaled(there, "trauma") == TRAUMA


def test_notes_are_copied_where_the_pointer_is_at_no_lane(hand: Hand) -> None:
    give(hand)
    hand.timeline.choose_notes(hand.timeline.state.notes.all)
    hand.timeline._hover_row("roll", None)
    key(hand, Qt.Key.Key_C, CONTROL)
    assert hand.timeline.lane_hand.copied is None and hand.timeline.hand.can_paste


def menu_of(hand: Hand, name: str) -> dict[str, object]:
    menu = hand.timeline.lane_hand.menu(name, hand.timeline)
    assert isinstance(menu, QMenu)
    return {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}


def test_the_menu_of_a_lane_does_the_same(hand: Hand) -> None:
    give(hand)
    assert not menu_of(hand, "entropy")["Paste lane here"].isEnabled()
    menu_of(hand, "trauma")["Copy trauma"].trigger()
    menu_of(hand, "entropy")["Paste trauma here"].trigger()
    assert last(hand) == Lane("entropy", TRAUMA.points)
    menu_of(hand, "trauma")["Mute trauma"].trigger()
    assert last(hand) == Lane("trauma", TRAUMA.points, muted=True)
    menu_of(hand, "trauma")["Remove all points"].trigger()
    assert last(hand) is None


def test_arrows_nudge_the_chosen_point(hand: Hand) -> None:
    give(hand, Lane("trauma", ((1.0, 0.2), (5.0, 0.4))))
    hand.timeline.choose_point("trauma", 1)
    key(hand, Qt.Key.Key_Up)
    key(hand, Qt.Key.Key_Up, SHIFT)
    lane = last(hand)
    assert lane is not None and lane.points[1] == (5.0, 0.411)
    key(hand, Qt.Key.Key_Right)
    lane = last(hand)
    assert lane is not None and 5.0 < lane.points[1][0] <= 6.0
    key(hand, Qt.Key.Key_Left)
    assert last(hand) == Lane("trauma", ((1.0, 0.2), (5.0, 0.411)))


def test_control_shift_drag_chooses_points_that_move_together(hand: Hand) -> None:
    give(hand, Lane("trauma", ((1.0, 0.2), (3.0, 0.4), (4.0, 0.995), (7.0, 0.1))))
    both = CONTROL | SHIFT
    hand.press(hand.place("trauma", 2.5, 0.9), both)
    hand.move(hand.place("trauma", 3.5, 0.1), both)
    hand.move(hand.place("trauma", 4.5, 0.1), both)
    hand.pointer.release()
    assert not hand.heard.of("lane_committed")
    key(hand, Qt.Key.Key_Up)
    # The higher one is nearly at the top: both move as far as it can.
    assert last(hand) == Lane("trauma", ((1.0, 0.2), (3.0, 0.405), (4.0, 1.0), (7.0, 0.1)))
    key(hand, Qt.Key.Key_Delete)
    assert last(hand) == Lane("trauma", ((1.0, 0.2), (7.0, 0.1)))


def test_all_points_are_chosen_and_deleted(hand: Hand) -> None:
    give(hand)
    over(hand, "trauma")
    key(hand, Qt.Key.Key_A, CONTROL)
    assert len(hand.timeline.state.also_chosen) == 3
    key(hand, Qt.Key.Key_Delete)
    assert last(hand) is None


@pytest.mark.parametrize(
    ("chosen", "bars", "points"),
    [
        ({1}, 9.0, ((1.0, 0.1), (5.0, 0.2), (5.0, 0.3))),
        ({0}, -3.0, ((1.0, 0.1), (3.0, 0.2), (5.0, 0.3))),
        ({1, 2}, 9.0, ((1.0, 0.1), (7.0, 0.2), (9.0, 0.3))),
        ({1, 2}, -9.0, ((1.0, 0.1), (1.0, 0.2), (3.0, 0.3))),
    ],
)
def test_points_never_pass_each_other_or_the_cue(
    chosen: set[int], bars: float, points: tuple[tuple[float, float], ...]
) -> None:
    lane = Lane("trauma", ((1.0, 0.1), (3.0, 0.2), (5.0, 0.3)))
    assert nudged(lane, chosen, bars, 0.0, 9.0).points == points
