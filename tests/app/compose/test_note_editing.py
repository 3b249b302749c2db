"""Notes edited in the real window: the take, its card, the player and undo follow the pencil."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.tools import Tool
from engine.playing.events import score_events
from engine.score import Key, Note
from tests.app.pointer import CONTROL, Pointer
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.session.set_key(Key(2, "minor"))
        running.generate()
        running.session.playback.stop()
        yield running


def spot(program: RunningProgram, tick: float, pitch: int) -> QPoint:
    state = program.window.compose.timeline.state
    y = state.row("roll").top + state.pitch.y(pitch) + state.pitch.key / 2
    return QPoint(round(GUTTER + state.time.x(tick)), round(y))


def drag(program: RunningProgram, start: QPoint, end: QPoint) -> None:
    pointer = Pointer(program.window.compose.timeline)
    pointer.press(start.x(), start.y())
    way = (end - start) / 2
    pointer.move(way.x(), way.y()).move(way.x(), way.y()).release()


def notes(program: RunningProgram) -> tuple[Note, ...]:
    current = program.session.current_take
    return current.notes if current else ()


def check_all_agree(program: RunningProgram) -> None:
    take = program.session.takes[0].take
    assert take is not None
    assert program.window.compose.timeline.state.notes.all == set(take.score.notes)
    assert program.player.programme.events() == score_events(take.score)


def test_a_drawn_note_is_in_the_take_the_card_and_the_player(program: RunningProgram) -> None:
    before = notes(program)
    QTest.keyClick(program.window, Qt.Key.Key_B)
    assert program.window.compose.timeline.state.tool is Tool.DRAW
    drag(program, spot(program, 100, 52), spot(program, 960, 52))
    assert len(notes(program)) == len(before) + 1
    [drawn] = program.window.compose.timeline.state.chosen
    assert drawn.pitch == 52 and drawn in notes(program)
    assert (52, drawn.velocity) in program.player.strikes
    assert "edited" in program.window.compose.takes.cards[0].about.text()
    check_all_agree(program)
    QTest.keyClick(program.window, Qt.Key.Key_Z, CONTROL)
    assert notes(program) == before
    check_all_agree(program)


def test_a_moved_note_is_heard_while_it_plays(program: RunningProgram) -> None:
    program.session.playback.play(0)
    note = max(notes(program), key=lambda each: (each.pitch, -each.onset))
    start = spot(program, note.onset + note.duration / 2, note.pitch)
    drag(program, start, start + (spot(program, 0, 55) - spot(program, 0, 60)))
    assert program.player.playing and note not in notes(program)
    check_all_agree(program)


def test_all_notes_are_chosen_transposed_and_brought_back(program: RunningProgram) -> None:
    before = notes(program)
    timeline = program.window.compose.timeline
    timeline.setFocus()
    QTest.keyClick(timeline, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(timeline, Qt.Key.Key_Up)
    assert [note.pitch for note in notes(program)] == [note.pitch + 1 for note in before]
    assert program.session.undo_stack.undoText() == "Transpose"
    check_all_agree(program)
    program.session.undo_stack.undo()
    assert notes(program) == before and len(timeline.state.chosen) == len(before)


def test_a_key_of_the_keyboard_sounds(program: RunningProgram) -> None:
    at = QPoint(GUTTER - 8, spot(program, 0, 60).y())
    QTest.mouseClick(program.window.compose.timeline, Qt.MouseButton.LeftButton, pos=at)
    assert program.player.strikes == [(60, 90)]


def test_the_scale_is_offered_by_name(program: RunningProgram) -> None:
    scale = program.window.compose.panel.tools.scale
    assert scale.isEnabled() and "D minor" in scale.toolTip()
    QTest.mouseClick(scale, Qt.MouseButton.LeftButton)
    assert program.window.compose.timeline.state.scale == {2, 4, 5, 7, 9, 10, 0, 1}


def test_the_voice_of_the_pencil_is_chosen_where_it_is_used(program: RunningProgram) -> None:
    tools = program.window.compose.panel.tools.notes
    assert not tools.voices.isVisible()
    QTest.mouseClick(tools.buttons[Tool.DRAW], Qt.MouseButton.LeftButton)
    assert tools.voices.isVisible()
    tools.voices.setCurrentIndex(tools.voices.findText("Bass"))
    tools.snaps.setCurrentIndex(tools.snaps.findText("1/4"))
    drag(program, spot(program, 500, 52), spot(program, 500, 52))
    [drawn] = program.window.compose.timeline.state.chosen
    assert (drawn.onset, drawn.duration, drawn.voice.name) == (480, 480, "BASS")


def test_other_cues_and_takes_begin_with_nothing_chosen(program: RunningProgram) -> None:
    timeline = program.window.compose.timeline
    timeline.choose_notes(notes(program)[:2])
    program.session.add_cue()
    assert timeline.state.chosen == frozenset() and timeline.state.notes.count == 0


def test_the_edit_menu_does_what_the_keys_do(program: RunningProgram) -> None:
    before = len(notes(program))
    timeline = program.window.compose.timeline
    entries = {
        action.text(): action
        for menu in program.window.menuBar().actions()
        for action in menu.menu().actions()
        if menu.text() == "&Edit"
    }
    assert not entries["Cut notes"].isEnabled() and not entries["Paste notes"].isEnabled()
    program.window.transport.loop.setFocus()
    QTest.keyClick(program.window.transport.loop, Qt.Key.Key_A, CONTROL)
    assert len(timeline.state.chosen) == before and entries["Cut notes"].isEnabled()
    QTest.keyClick(program.window.transport.loop, Qt.Key.Key_X, CONTROL)
    assert notes(program) == () and not entries["Cut notes"].isEnabled()
    entries["Paste notes"].trigger()
    assert len(notes(program)) == before
    check_all_agree(program)


def test_typing_into_a_field_edits_no_notes(program: RunningProgram) -> None:
    timeline = program.window.compose.timeline
    timeline.choose_notes(notes(program)[:1])
    before = program.session.undo_stack.count()
    program.window.compose.takes.rename_current()
    field = program.window.compose.takes.cards[0].field
    assert field is not None
    QTest.keyClicks(field, "sbeqv")
    for key in (Qt.Key.Key_A, Qt.Key.Key_X, Qt.Key.Key_V, Qt.Key.Key_Delete):
        QTest.keyClick(field, key, CONTROL)
    assert timeline.state.tool is Tool.SELECT
    assert program.session.undo_stack.count() == before


def test_undo_in_a_drag_undoes_the_drag(program: RunningProgram) -> None:
    before = notes(program)
    note = max(before, key=lambda each: (each.pitch, -each.onset))
    start = spot(program, note.onset + note.duration / 2, note.pitch)
    pointer = Pointer(program.window.compose.timeline).press(start.x(), start.y())
    pointer.move(0, 40)
    QTest.keyClick(program.window, Qt.Key.Key_Z, CONTROL)
    pointer.move(0, 20).release()
    assert notes(program) == before
    check_all_agree(program)
