"""OSC in the whole window: off by default, real datagrams, sliders in one step, GO in a show."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QInputDialog
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.osc import HOST
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _switch(program: RunningProgram) -> QAction:
    return next(
        action
        for menu in program.window.menuBar().actions()
        for action in menu.menu().actions()
        if action.text().startswith("OSC in")
    )


def _send(program: RunningProgram, word: str, *values: float) -> None:
    message = OscMessageBuilder(f"/psychoscore/{word}")
    for value in values:
        message.add_arg(value)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(message.build().dgram, (HOST, program.window.osc.port))


def _listen(program: RunningProgram) -> None:
    program.window.osc.set_port(_free_port())
    _switch(program).trigger()
    assert program.window.osc.on


def test_it_is_off_until_it_is_switched_on(program: RunningProgram) -> None:
    assert not program.window.osc.on
    assert not _switch(program).isChecked()
    _listen(program)
    assert _switch(program).isChecked()
    assert str(program.window.osc.port) in _switch(program).text()
    _switch(program).trigger()
    assert not program.window.osc.on


def test_sliders_move_and_a_sweep_is_one_step(program: RunningProgram) -> None:
    _listen(program)
    params = program.window.compose.psyche.params
    for value in (0.6, 0.7, 0.9):
        _send(program, "trauma", value)
    _send(program, "rsi_imaginary", -0.5)
    program.until(lambda: params["rsi_imaginary"].value == -0.5)
    assert params["trauma"].value == pytest.approx(0.9)
    program.session.settling.emit()
    assert program.session.undo_stack.count() == 1
    assert program.session.cue.profile.trauma == pytest.approx(0.9, abs=1e-4)


def test_words_compose_play_and_stop(program: RunningProgram) -> None:
    _listen(program)
    _send(program, "generate")
    program.until(lambda: len(program.session.takes) == 1)
    program.session.playback.stop()
    _send(program, "play")
    program.until(lambda: program.session.transport.playing)
    _send(program, "play")
    _send(program, "stop")
    program.until(lambda: not program.session.transport.playing)


def test_go_is_for_shows(program: RunningProgram) -> None:
    program.generate()
    program.session.playback.stop()
    _listen(program)
    _send(program, "go")
    _send(program, "trauma", 0.8)
    program.until(lambda: program.window.compose.psyche.params["trauma"].value > 0.7)
    assert not program.player.playing
    program.window.toggle_show()
    _send(program, "go")
    program.until(lambda: program.player.playing)


def test_a_port_that_is_taken_is_said_and_the_switch_stays_off(program: RunningProgram) -> None:
    told: list[object] = []
    program.session.trouble_arose.connect(told.append)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 0))
        program.window.osc.set_port(other.getsockname()[1])
        _switch(program).trigger()
    assert len(told) == 1
    assert not _switch(program).isChecked()


def test_the_port_is_asked_for(program: RunningProgram) -> None:
    next(
        action
        for menu in program.window.menuBar().actions()
        for action in menu.menu().actions()
        if action.text() == "OSC port…"
    ).trigger()
    dialog = program.window.findChild(QInputDialog, "osc port")
    dialog.setIntValue(9555)
    dialog.accept()
    assert program.window.osc.port == 9555
    assert "9555" in _switch(program).text()
