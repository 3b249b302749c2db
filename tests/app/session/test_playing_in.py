"""Playing in, in the whole window: counted in, heard, one undo step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.controllers.menu import ControllersMenu
from engine.playing.protocol import Finished, KeysStruck, Position, Stroke
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.session.set_bars(2)
        yield running


def _listen(program: RunningProgram) -> None:
    program.session.controlling.choose_input("Keystation")
    program.until(lambda: program.session.controlling.input.open)


def _record(program: RunningProgram) -> ControllersMenu:
    menu = next(iter(program.window.findChildren(ControllersMenu)))
    menu.fill()
    next(
        each for each in menu.actions() if "laying in" in each.text() or "Play in" in each.text()
    ).trigger()
    return menu


def _play(program: RunningProgram, *strokes: tuple[float, int, int]) -> None:
    heard = tuple(Stroke(tick, 0, pitch, velocity) for tick, pitch, velocity in strokes)
    program.session.hear_player(KeysStruck(heard))


def test_what_is_played_becomes_a_take(program: RunningProgram) -> None:
    session = program.session
    _listen(program)
    steps = session.undo_stack.count()
    _record(program)
    assert session.playing_in.on
    assert program.player.playing
    assert program.player.tick == -1920
    assert program.player.clicks[0].tick == -1920
    _play(program, (5.0, 60, 80), (470.0, 60, 0), (481.0, 64, 90))
    session.hear_player(Position(965.0, True))
    _record(program)
    assert not session.playing_in.on
    assert not program.player.clicks
    (take,) = session.takes
    assert take.title == "Played in"
    assert [(note.onset, note.duration, note.pitch) for note in take.notes] == [
        (0, 480, 60),
        (480, 480, 64),
    ]
    assert program.player.programme.entries
    assert session.undo_stack.count() == steps + 1
    session.undo_stack.undo()
    assert not session.takes


def test_at_the_end_of_the_cue_it_ends_by_itself(program: RunningProgram) -> None:
    _listen(program)
    program.session.playing_in.start()
    _play(program, (1000.0, 67, 80))
    program.session.hear_player(Position(3839.0, True))
    program.session.hear_player(Finished())
    assert not program.session.playing_in.on
    assert len(program.session.takes) == 1
    assert program.session.position >= 0


def test_it_begins_a_bar_before_the_bar_of_the_playhead(program: RunningProgram) -> None:
    _listen(program)
    program.session.locate(2500)
    program.session.playing_in.start()
    assert program.player.tick == 0


def test_silence_leaves_nothing(program: RunningProgram) -> None:
    _listen(program)
    steps = program.session.undo_stack.count()
    program.session.playing_in.toggle()
    program.session.playing_in.toggle()
    assert program.session.undo_stack.count() == steps


def test_without_a_keyboard_it_is_said(program: RunningProgram) -> None:
    told: list[object] = []
    program.session.trouble_arose.connect(told.append)
    program.session.playing_in.start()
    assert len(told) == 1
    assert not program.player.playing


def test_a_played_take_can_be_continued(program: RunningProgram) -> None:
    _listen(program)
    program.session.playing_in.start()
    _play(program, (0.0, 60, 80), (480.0, 60, 0))
    program.session.playing_in.toggle()
    assert program.session.asking.can_go_on
