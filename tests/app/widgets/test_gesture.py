from __future__ import annotations

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from app.widgets.gesture import Gesture


class Log:
    """Everything a gesture said, in order."""

    def __init__(self, gesture: Gesture) -> None:
        self.said: list[tuple[str, object]] = []
        gesture.moved.connect(lambda value: self.said.append(("moved", value)))
        gesture.committed.connect(lambda value: self.said.append(("committed", value)))
        gesture.cancelled.connect(lambda value: self.said.append(("cancelled", value)))


@pytest.fixture
def gesture(qt_app: QApplication) -> Gesture:
    return Gesture(0.5)


def test_many_moves_are_one_commit(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.begin()
    gesture.move(0.6)
    gesture.move(0.7)
    gesture.finish()
    assert log.said == [("moved", 0.6), ("moved", 0.7), ("committed", 0.7)]
    assert not gesture.active


def test_a_gesture_without_a_move_says_nothing(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.begin()
    gesture.finish()
    gesture.begin()
    gesture.cancel()
    assert log.said == []


def test_coming_back_by_itself_is_a_cancel(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.begin()
    gesture.move(0.6)
    gesture.move(0.5)
    gesture.finish()
    assert log.said[-1] == ("cancelled", 0.5)
    assert ("committed", 0.5) not in log.said


def test_cancel_restores(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.begin()
    gesture.move(0.9)
    gesture.cancel()
    assert gesture.value == 0.5
    assert log.said == [("moved", 0.9), ("cancelled", 0.5)]


def test_a_value_from_outside_waits_for_the_hand(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.begin()
    assert not gesture.show(0.1)
    gesture.finish()
    assert gesture.show(0.1)
    assert gesture.value == 0.1
    assert log.said == []


def test_a_burst_of_steps_commits_once_after_its_pause(gesture: Gesture) -> None:
    log, spy = Log(gesture), QSignalSpy(gesture.committed)
    for value in (0.51, 0.52, 0.53):
        gesture.step(value)
    assert spy.count() == 0
    assert spy.wait(5000)
    assert log.said[3:] == [("committed", 0.53)]


def test_a_new_gesture_closes_an_open_burst(gesture: Gesture) -> None:
    log = Log(gesture)
    gesture.step(0.51)
    gesture.jump(0.2)
    assert [said for said in log.said if said[0] == "committed"] == [
        ("committed", 0.51),
        ("committed", 0.2),
    ]
