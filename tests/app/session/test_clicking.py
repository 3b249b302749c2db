"""Click and count-in, in the whole window: switched by key and menu, heard by the player."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.playing.protocol import Position, Ready
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.session.set_bars(2)
        yield running


def _choose(program: RunningProgram, name: str) -> None:
    next(each for each in program.window.menus.commands() if each.name == name).act()


def test_the_click_follows_the_cue(program: RunningProgram) -> None:
    session = program.session
    _choose(program, "Click")
    assert [each.tick for each in program.player.clicks] == list(range(0, 3840, 480))
    session.set_bars(3)
    assert program.player.clicks[-1].tick == 5280
    _choose(program, "Click")
    assert not program.player.clicks


def test_play_is_counted_in(program: RunningProgram) -> None:
    session = program.session
    _choose(program, "2 bars")
    session.locate(480)
    session.toggle_play()
    assert program.player.tick == 480
    assert [each.tick for each in program.player.counted] == list(range(-3840, 480, 480))
    session.hear_player(Position(-1000.0, True))
    session.toggle_play()
    assert session.position == 480, "stopped while counting, it is where it would have begun"


def test_without_count_in_play_begins_at_once(program: RunningProgram) -> None:
    program.session.toggle_play()
    assert program.player.counted == ()


def test_playing_in_leaves_the_click_as_it_was(program: RunningProgram) -> None:
    session = program.session
    session.clicking.toggle()
    session.controlling.choose_input("Keystation")
    program.until(lambda: session.controlling.input.open)
    session.playing_in.toggle()
    assert program.player.clicks[0].tick == -1920
    session.playing_in.toggle()
    assert program.player.clicks[0].tick == 0


def test_the_port_says_with_what_priority_it_plays(program: RunningProgram) -> None:
    program.session.hear_player(Ready(1, "real-time priority 10"))
    assert "real-time priority 10" in program.window.transport.ports.ports.toolTip()
