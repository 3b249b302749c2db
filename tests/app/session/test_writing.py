"""Write, in the whole window: one pass one undo step, also with a knob, also around a loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.controllers import Knob
from engine.lanes import Lane
from engine.playing.protocol import ControlsMoved, Position
from tests.app.running_program import RunningProgram, running_program

BAR = 1920


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.session.set_bars(8)
        running.window.compose.psyche.write.click()
        yield running


def _reach(program: RunningProgram, bar: float) -> None:
    program.session.hear_player(Position((bar - 1) * BAR, True))


def _play(program: RunningProgram) -> int:
    program.session.playback.play(0)
    return program.session.undo_stack.count()


def _value(program: RunningProgram, bar: float, name: str = "trauma") -> float:
    lane = program.session.asked.lanes.lane(name)
    assert lane is not None
    return lane.value_at(bar)


def test_a_pass_is_drawn_while_it_is_made_and_is_one_step(program: RunningProgram) -> None:
    session, psyche = program.session, program.window.compose.psyche
    steps = _play(program)
    gesture = psyche.params["trauma"].track.gesture
    _reach(program, 2.0)
    gesture.begin()
    for step in range(10):
        _reach(program, 2.0 + step / 20)
        gesture.move(0.5 + step / 25)
    assert _value(program, 2.2) == pytest.approx(0.66, abs=0.02)
    gesture.finish()
    _reach(program, 4.0)
    assert session.undo_stack.count() == steps
    session.playback.stop()
    assert session.undo_stack.count() == steps + 1
    assert session.undo_stack.history.undo_text == "Write Trauma"
    assert [round(_value(program, bar), 1) for bar in (1.5, 3.9, 4.2)] == [0.5, 0.9, 0.5]
    session.undo_stack.undo()
    assert session.asked.lanes.lane("trauma") is None


def test_a_muted_lane_acts_again(program: RunningProgram) -> None:
    session = program.session
    session.set_lane("entropy", Lane("entropy", ((1.0, 0.3),), muted=True))
    _play(program)
    _reach(program, 2.0)
    session.set_values({"entropy": 0.9})
    session.playback.stop()
    lane = session.cue.lanes[0]
    assert not lane.muted
    assert lane.value_at(1.0) == 0.3


def test_where_the_loop_turns_a_pass_ends(program: RunningProgram) -> None:
    session = program.session
    steps = _play(program)
    _reach(program, 2.0)
    session.set_values({"trauma": 0.9})
    _reach(program, 3.9)
    _reach(program, 1.0)
    assert session.undo_stack.count() == steps + 1
    session.set_values({"trauma": 0.1})
    _reach(program, 1.5)
    session.playback.stop()
    assert session.undo_stack.count() == steps + 2
    assert (_value(program, 1.2), _value(program, 3.0)) == (0.1, 0.9)


def test_a_knob_is_written_and_keeps_its_grip(program: RunningProgram) -> None:
    session = program.session
    session.controlling.bind("trauma", Knob(1, 21))
    steps = _play(program)
    for index, value in enumerate((60, 64, 80, 100, 127)):
        _reach(program, 2.0 + index)
        session.hear_player(ControlsMoved(((0, 21, value),)))
    session.controlling.finish()
    session.playback.stop()
    assert session.undo_stack.count() == steps + 1
    assert _value(program, 4.5) == pytest.approx(80 / 127, abs=0.01)
    assert _value(program, 5.5) == pytest.approx(100 / 127, abs=0.01)


def test_nothing_is_written_while_all_is_still_or_the_switch_is_off(
    program: RunningProgram,
) -> None:
    session = program.session
    session.set_values({"trauma": 0.8})
    assert session.cue.profile.trauma == 0.8
    program.window.compose.psyche.write.click()
    _play(program)
    session.set_values({"trauma": 0.7})
    assert session.asked.lanes.lane("trauma") is None
