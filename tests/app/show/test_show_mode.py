"""Show mode in the whole window: cue list, GO by key, pedal and note, vamps, locks, Esc twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.show.page import ShowPage
from app.show.vamp_menu import add_vamp_entries
from engine.playing.protocol import (
    ControlsMoved,
    Finished,
    KeysStruck,
    PlayerReplaced,
    Position,
    Stroke,
)
from engine.project.edits import SetConfigValue
from engine.project.vamps import Vamp
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    """Two cues with a take each; the first has a vamp in bars 2 and 3."""
    with running_program(tmp_path) as running:
        session = running.session
        session.set_bars(4)
        running.generate()
        _mark(running, 2, (2, 3), "Leave on the next bar line")
        session.add_cue()
        session.set_bars(2)
        running.generate()
        session.choose_cue(session.cues[0].id)
        yield running


def _actions(menu: QMenu) -> dict[str, QAction]:
    found = {}
    for action in menu.actions():
        inner = action.menu()
        found |= _actions(inner) if isinstance(inner, QMenu) else {action.text(): action}
    return found


def _mark(program: RunningProgram, bar: int, bars: tuple[int, int], text: str) -> None:
    menu = QMenu()
    add_vamp_entries(menu, program.session, bar, bars)
    _actions(menu)[text].trigger()


def _enter(program: RunningProgram) -> ShowPage:
    program.window.toggle_show()
    page = program.window.stage.page
    assert page is not None
    return page


def _settled(program: RunningProgram) -> None:
    """Let what the player answered arrive."""
    program.until(lambda: program.session.showing.answered)


def _rest(program: RunningProgram) -> None:
    """Let a second pass, as a foot does between two GOs."""
    before = program.session.showing.clock()
    program.session.showing.clock = lambda: before + 1.0


def _go(program: RunningProgram, page: ShowPage) -> None:
    _rest(program)
    QTest.keyClick(page, Qt.Key.Key_Space)
    _settled(program)


def test_vamps_are_marked_changed_and_cleared_as_edits(program: RunningProgram) -> None:
    session = program.session
    assert session.cue.vamps == (Vamp(first=2, last=3, leave="bar"),)
    _mark(program, 3, (3, 3), "Leave at its end")
    assert session.cue.vamps == (Vamp(first=2, last=3, leave="phrase"),)
    _mark(program, 2, (2, 2), "Clear the vamp in bars 2-3")
    assert session.cue.vamps == ()
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.cue.vamps == (Vamp(first=2, last=3, leave="bar"),)


def test_the_page_fills_the_window_and_the_first_cue_is_ready(program: RunningProgram) -> None:
    page = _enter(program)
    assert program.window.layers.currentWidget() is page
    assert [row.place for row in page.cues.rows] == ["next", ""]
    assert page.go.text() == "GO: Begin 1M1"
    assert program.player.programme.end == 4 * 1920
    assert not program.player.playing


def test_go_plays_the_vamp_repeats_and_go_leaves_it(program: RunningProgram) -> None:
    page = _enter(program)
    _go(program, page)
    assert program.player.playing
    assert program.player.tick == 0
    assert program.player.loop == (1920, 3 * 1920)
    assert page.number.text() == "1M1"
    program.session.hear_player(Position(2000.0, True))
    assert page.phase.text() == "Vamp"
    assert page.place.text().startswith("Bar 2 of 4")
    _go(program, page)
    assert program.player.left_loops == [(2 * 1920, 3 * 1920)]
    assert page.phase.text() == "Leaving"
    program.session.hear_player(Position(5800.0, True))
    assert program.player.loop == (None, None)
    program.player.playing = False
    program.session.hear_player(Finished())
    assert page.go.text() == "GO: Begin 1M2"
    assert program.player.programme.end == 2 * 1920
    _go(program, page)
    assert program.player.playing
    assert program.player.loop == (None, None)


def test_what_the_player_says_of_the_cue_before_does_not_end_the_next(
    program: RunningProgram,
) -> None:
    page = _enter(program)
    _go(program, page)
    program.session.showing.choose(1)
    program.session.hear_player(Position(2000.0, True))
    _go(program, page)
    program.session.hear_player(Position(6000.0, True))
    _rest(program)
    QTest.keyClick(page, Qt.Key.Key_Return)
    program.session.hear_player(Finished())
    assert program.player.playing
    assert page.number.text() == "1M2"


def test_pedal_and_note_say_go_and_bounces_do_not(program: RunningProgram) -> None:
    session = program.session
    session.commit(SetConfigValue(key="show.go_note", value=36))
    page = _enter(program)
    assert "the note C2" in page.hint.text()
    session.hear_player(ControlsMoved(((0, 64, 127),)))
    assert program.player.playing
    session.hear_player(Position(2000.0, True))
    session.hear_player(ControlsMoved(((0, 64, 0),)))
    session.hear_player(ControlsMoved(((0, 64, 127),)))
    assert not program.player.left_loops
    _settled(program)
    _rest(program)
    session.hear_player(KeysStruck((Stroke(0.0, 0, 36, 0), Stroke(0.0, 0, 35, 90))))
    assert not program.player.left_loops
    session.hear_player(Position(2000.0, True))
    session.hear_player(KeysStruck((Stroke(0.0, 0, 36, 90),)))
    assert len(program.player.left_loops) == 1


def test_nothing_can_be_changed_or_composed(program: RunningProgram) -> None:
    session = program.session
    before, takes = session.state, len(session.takes)
    page = _enter(program)
    session.set_values({"trauma": 0.9})
    session.preview_values({"trauma": 0.9})
    session.undo_stack.undo()
    session.generate()
    session.add_cue()
    session.choose_cue(session.cues[1].id)
    for key in (Qt.Key.Key_L, Qt.Key.Key_2, Qt.Key.Key_Home, Qt.Key.Key_Delete):
        QTest.keyClick(page, key)
    assert session.state == before
    assert session.generation is None
    assert (session.cue.number, len(session.takes)) == ("1M1", takes)
    assert not session.transport.looping
    program.window.toggle_show()
    session.set_values({"trauma": 0.9})
    assert session.state != before


def test_esc_twice_leaves_and_the_desk_is_as_before(program: RunningProgram) -> None:
    session = program.session
    session.set_loop((0, 1920))
    session.locate(960)
    end = program.player.programme.end
    page = _enter(program)
    _go(program, page)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert session.showing.on
    assert "once more" in page.hint.text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not session.showing.on
    assert program.window.layers.currentWidget() is not page
    assert not program.player.playing
    assert session.transport.loop == (0, 1920)
    assert (program.player.tick, program.player.programme.end) == (960, end)


def test_stop_fade_panic_and_the_next_cue_by_hand(program: RunningProgram) -> None:
    page = _enter(program)
    _go(program, page)
    QTest.keyClick(page, Qt.Key.Key_S)
    assert not program.player.playing
    assert page.go.text() == "GO: Begin 1M1"
    QTest.keyClick(page, Qt.Key.Key_Down)
    assert page.cues.rows[1].place == "next"
    QTest.mouseClick(page.cues.rows[0], Qt.MouseButton.LeftButton)
    assert page.cues.rows[0].place == "next"
    _go(program, page)
    page.fade.click()
    assert program.player.fades == [(4.0, "volume")]
    assert page.phase.text() == "Fading"
    page.panic.click()
    assert program.player.panics == 1
    assert page.go.text() == "GO: Begin 1M1"


def test_a_player_that_died_leaves_its_cue_ready_again(program: RunningProgram) -> None:
    page = _enter(program)
    _go(program, page)
    program.session.hear_player(PlayerReplaced("It died.", 100, True))
    assert page.go.text() == "GO: Begin 1M1"
    _go(program, page)
    assert program.player.playing


def test_a_starred_take_is_played_before_a_later_one(program: RunningProgram) -> None:
    session = program.session
    first = session.takes[0]
    program.generate(seed=9)
    session.star_take(first.id, True)
    page = _enter(program)
    show = session.showing.show
    assert show is not None
    assert (show.cues[0].take, show.cues[0].letter, show.cues[0].starred) == (first.id, "A", True)
    assert page.isVisible()


def test_another_project_ends_the_show(program: RunningProgram) -> None:
    _enter(program)
    program.session.new_project()
    assert not program.session.showing.on
    assert program.window.stage.page is None
