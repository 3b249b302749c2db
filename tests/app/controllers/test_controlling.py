"""Knobs in the whole window: learned by right click, taken up without a jump, one undo step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from app.controllers.menu import ControllersMenu
from app.controllers.sheet import ControllersSheet
from app.widgets.param import Param
from engine.controllers import Knob
from engine.lanes import Lane
from engine.playing.protocol import (
    CONTROLS_NAME,
    ControlsMoved,
    InputState,
    KeysStruck,
    PortChoice,
    PortsListed,
    Stroke,
)
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def _trigger(menu: QMenu, text: str) -> None:
    next(each for each in menu.actions() if each.text() == text).trigger()


def _texts(menu: QMenu) -> list[str]:
    return [each.text() for each in menu.actions() if each.text()]


def _param(program: RunningProgram, name: str = "trauma") -> Param:
    return program.window.compose.psyche.params[name]


def _move(program: RunningProgram, *values: int, controller: int = 21) -> None:
    for value in values:
        program.session.hear_player(ControlsMoved(((0, controller, value),)))


def _learn(program: RunningProgram, name: str = "trauma", controller: int = 21) -> None:
    _trigger(_param(program, name).context_menu(), "MIDI learn")
    program.until(lambda: program.session.controlling.input.open)
    _move(program, 0, controller=controller)


def test_a_slider_learns_its_knob_by_right_click(program: RunningProgram) -> None:
    param = _param(program)
    assert not param.badge.isVisible()
    _trigger(param.context_menu(), "MIDI learn")
    assert program.player.listened == PortChoice("virtual", CONTROLS_NAME)
    assert param.badge.text() == "Move a knob"
    _move(program, 5)
    assert param.badge.isVisible()
    assert param.badge.text() == "CC 21"
    assert program.session.controlling.bindings == {"trauma": Knob(1, 21)}
    assert program.session.undo_stack.history.undo_text == "Learn CC 21 for Trauma"
    assert program.session.dirty
    _trigger(param.context_menu(), "Forget CC 21")
    assert not param.badge.isVisible()
    program.session.undo_stack.undo()
    assert param.badge.text() == "CC 21"


def test_learning_is_given_up_from_the_same_menu(program: RunningProgram) -> None:
    param = _param(program)
    _trigger(param.context_menu(), "MIDI learn")
    _trigger(param.context_menu(), "Stop MIDI learn")
    _move(program, 5)
    assert not program.session.controlling.bindings


def test_a_knob_takes_its_slider_up_where_it_meets_it_and_a_sweep_is_one_step(
    program: RunningProgram,
) -> None:
    _learn(program)
    param = _param(program)
    steps = program.session.undo_stack.count()
    _move(program, 20, 40)
    assert param.value == 0.5
    assert param.badge.view.waiting
    _move(program, 70, 90, 100, 127)
    assert param.value == 1.0
    assert not param.badge.view.waiting
    program.session.settling.emit()
    assert program.session.undo_stack.count() == steps + 1
    assert program.session.cue.profile.trauma == 1.0
    program.session.undo_stack.undo()
    assert param.value == 0.5


def test_the_sweep_ends_by_itself(program: RunningProgram) -> None:
    _learn(program)
    steps = program.session.undo_stack.count()
    _move(program, 127)
    program.until(lambda: program.session.undo_stack.count() == steps + 1)


def test_a_slider_that_the_mouse_moved_must_be_met_again(program: RunningProgram) -> None:
    _learn(program)
    _move(program, 127)
    program.session.settling.emit()
    program.session.set_values({"trauma": 0.2})
    _move(program, 120)
    assert _param(program).value == 0.2
    _move(program, 10)
    assert _param(program).value == pytest.approx(10 / 127, abs=1e-3)


def test_two_knobs_at_once_are_one_step(program: RunningProgram) -> None:
    _learn(program)
    _learn(program, "rsi_real", 22)
    _move(program, 127)
    _move(program, 100, controller=22)
    program.session.settling.emit()
    values = _param(program).value, _param(program, "rsi_real").value
    assert values == (1.0, pytest.approx(2 * 100 / 127 - 1, abs=1e-3))
    program.session.undo_stack.undo()
    assert (_param(program).value, _param(program, "rsi_real").value) == (0.5, 0.0)


def test_a_knob_overrides_the_lane_that_its_slider_follows(program: RunningProgram) -> None:
    program.session.set_lane("trauma", Lane("trauma", ((1.0, 0.3),)))
    _learn(program)
    _move(program, 80)
    program.session.settling.emit()
    assert program.session.cue.lanes[0].muted


def test_the_pad_learns_each_axis(program: RunningProgram) -> None:
    pad = program.window.compose.psyche.pad
    _trigger(pad.context_menu(), "MIDI learn (up)")
    _move(program, 64, controller=30)
    assert program.session.controlling.bindings == {"rsi_imaginary": Knob(1, 30)}
    assert _param(program, "rsi_imaginary").badge.text() == "CC 30"
    _trigger(pad.context_menu(), "Forget CC 30 (up)")
    assert not program.session.controlling.bindings


def test_the_menu_offers_every_input_and_says_what_is_wrong(program: RunningProgram) -> None:
    menu = next(iter(program.window.findChildren(ControllersMenu)))
    program.until(lambda: bool(program.session.ports.names))
    program.session.hear_player(PortsListed((), True, "", ("nanoKONTROL",)))
    menu.fill()
    _trigger(menu, "nanoKONTROL")
    assert program.player.listened == PortChoice("named", "nanoKONTROL")
    program.session.hear_player(InputState("nanoKONTROL", False, "It has gone."))
    menu.fill()
    assert "It has gone." in _texts(menu)
    _trigger(menu, "Hear no controller")
    assert program.player.listened.kind == "none"


def test_learning_takes_the_first_real_input(program: RunningProgram) -> None:
    program.until(lambda: bool(program.session.ports.names))
    inputs = ("Midi Through:Midi Through Port-0", "nanoKONTROL")
    program.session.hear_player(PortsListed((), True, "", inputs))
    program.session.controlling.learn("entropy")
    assert program.player.listened == PortChoice("named", "nanoKONTROL")


def test_the_sheet_lists_edits_and_forgets(program: RunningProgram) -> None:
    _learn(program)
    program.window.sheets.controllers()
    sheet = next(iter(program.window.findChildren(ControllersSheet)))
    row = sheet.rows["trauma"]
    assert (row.channel.value(), row.controller.value()) == (1, 21)
    assert not sheet.rows["entropy"].channel.isEnabled()
    row.controller.setValue(74)
    row.controller.editingFinished.emit()
    assert program.session.controlling.bindings == {"trauma": Knob(1, 74)}
    sheet.rows["entropy"].learn.click()
    assert sheet.rows["entropy"].learn.text() == "Move a knob…"
    _move(program, 3, controller=74)
    assert program.session.controlling.bindings == {"entropy": Knob(1, 74)}
    sheet.rows["entropy"].forget.click()
    assert not program.session.controlling.bindings
    sheet.rows["trauma"].learn.click()
    sheet.accept()
    assert not program.session.controlling.learning


def test_go_learns_a_pedal_and_a_key(program: RunningProgram) -> None:
    program.window.sheets.controllers()
    row = next(iter(program.window.findChildren(ControllersSheet))).go
    assert row.says.text() == "CC 64"
    row.learn.click()
    program.session.hear_player(KeysStruck((Stroke(0.0, 0, 36, 90),)))
    assert row.says.text() == "CC 64, note C2"
    row.learn.click()
    _move(program, 127, controller=80)
    assert row.says.text() == "CC 80, note C2"
    row.forget.click()
    assert row.says.text() == "keys of the computer only"
    program.session.undo_stack.undo()
    assert program.session.settings.show.go_note == 36


def test_the_input_is_heard_again_at_the_next_start(
    program: RunningProgram, tmp_path: Path
) -> None:
    program.session.controlling.choose_input("nanoKONTROL")
    program.until(lambda: program.session.controlling.input.open)
    with running_program(tmp_path) as again:
        assert again.player.listened == PortChoice("named", "nanoKONTROL")
