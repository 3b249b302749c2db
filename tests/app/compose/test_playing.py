"""How the cue is played, on the desk: pedal, dynamics, amount and piano mode under the hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose.playing import Playing
from app.compose.timeline.dynamics_strip import drawn_line
from app.compose.timeline.strip import Strip
from app.compose.timeline.tools import Tool
from engine.performance.dynamics import level_name
from engine.performance.pedalling import pedal_strokes
from engine.playing.events import score_events
from engine.project.edits import EditNotes, SetPianoMode
from engine.project.played import played_score
from engine.project.playing_marks import DynamicMark
from engine.score import Note, Voice
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def desk(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as program:
        program.generate()
        yield program


def playing(desk: RunningProgram) -> Playing:
    return desk.window.compose.playing


def spot(strip: Strip, tick: float, share: float = 0.5) -> QPoint:
    row = strip.row
    assert row is not None
    return QPoint(round(strip.x(tick)), row.top + round(share * (row.height - 1)))


def drag(desk: RunningProgram, begin: QPoint, end: QPoint, held: object = None) -> None:
    timeline = desk.window.compose.timeline
    keys = held or Qt.KeyboardModifier.NoModifier
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, keys, begin)  # type: ignore[call-overload]
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(timeline, begin + (end - begin) * share)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, keys, end)  # type: ignore[call-overload]


def strokes(desk: RunningProgram) -> tuple[tuple[int, int], ...]:
    current = desk.session.current_take
    assert current is not None and current.take is not None
    return pedal_strokes(current.take.score)


def test_a_pedal_is_drawn_moved_erased_and_undone(desk: RunningProgram) -> None:
    strip, session = playing(desk).pedal, desk.session
    before = strokes(desk)
    bar = session.asked.starts[1]
    for _ in before:
        strip.erase(0)
    assert strokes(desk) == ()
    drag(desk, spot(strip, 0), spot(strip, bar))
    assert strokes(desk) == strip.strokes == ((0, bar),)
    assert session.undo_stack.undoText() == "Draw Pedal"
    events = desk.player.programme.events()
    assert [e.tick for e in events if e.data[:2] == bytes((0xB0, 64))] == [0, bar]
    drag(desk, spot(strip, bar), spot(strip, 2 * bar))
    assert strokes(desk) == ((0, 2 * bar),)
    QTest.mouseDClick(
        desk.window.compose.timeline,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        spot(strip, bar),
    )
    assert strokes(desk) == ()
    session.undo_stack.undo()
    assert strokes(desk) == ((0, 2 * bar),) == strip.strokes


def test_the_erasing_tool_and_del_erase_a_pedal(desk: RunningProgram) -> None:
    strip, timeline = playing(desk).pedal, desk.window.compose.timeline
    bar = desk.session.asked.starts[1]
    strip.change("draw", ((0, bar - 60), (bar, 2 * bar)))
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=spot(strip, bar / 2))
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert strokes(desk) == ((bar, 2 * bar),)
    timeline.set_tool(Tool.ERASE)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=spot(strip, 1.5 * bar))
    assert strokes(desk) == ()


def test_a_drag_along_the_lane_is_a_level_and_upwards_a_hairpin(desk: RunningProgram) -> None:
    strip, starts = playing(desk).dynamics, desk.session.asked.starts
    drag(desk, spot(strip, starts[1] + 300, 0.5), spot(strip, starts[2] + 300, 0.5))
    marks = desk.session.cue.dynamics
    assert [mark.bar for mark in marks] == [2, 3] and len({mark.level for mark in marks}) == 1
    assert not any(mark.ramp for mark in marks)
    drag(desk, spot(strip, starts[0] + 300, 0.95), spot(strip, starts[2] + 300, 0.05))
    marks = desk.session.cue.dynamics
    assert [level_name(mark.level) for mark in (marks[0], marks[2])] == ["pp", "ff"]
    assert [mark.ramp for mark in marks] == [True, True, False]
    assert desk.session.undo_stack.undoText() == "Draw Dynamics"


def test_drawn_dynamics_are_played_at_once_and_freed_again(desk: RunningProgram) -> None:
    strip, session = playing(desk).dynamics, desk.session
    written = desk.player.programme.events()
    drag(desk, spot(strip, 9, 0.05), spot(strip, session.asked.starts[1] - 200, 0.05))
    assert session.cue.dynamics == (DynamicMark(bar=1, level=1.0),)
    take = session.current_take
    assert take is not None and take.take is not None
    played = played_score(take.take, session.cue, session.settings)
    assert desk.player.programme.events() == score_events(played) != written
    QTest.mouseDClick(
        desk.window.compose.timeline,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        spot(strip, 400),
    )
    assert session.cue.dynamics == () and desk.player.programme.events() == written


def test_escape_takes_a_drag_of_dynamics_back(desk: RunningProgram) -> None:
    strip, timeline = playing(desk).dynamics, desk.window.compose.timeline
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=spot(strip, 9, 0.2))
    QTest.mouseMove(timeline, spot(strip, 900, 0.2))
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert desk.session.cue.dynamics == ()


def test_the_menu_of_the_lane_sets_and_frees_bars(desk: RunningProgram) -> None:
    strip, timeline = playing(desk).dynamics, desk.window.compose.timeline
    menu = strip.menu(timeline, spot(strip, 9))
    assert menu is not None
    next(each for each in menu.actions() if each.text() == "Bar 1 mf").trigger()
    assert [level_name(mark.level) for mark in desk.session.cue.dynamics] == ["mf"]
    menu = strip.menu(timeline, spot(strip, 9))
    assert menu is not None
    next(each for each in menu.actions() if each.text() == "Free all bars").trigger()
    assert desk.session.cue.dynamics == ()


def test_a_line_that_is_drawn_backwards_is_the_same_line() -> None:
    assert drawn_line((), 2, 4, 0.2, 0.8) == drawn_line((), 4, 2, 0.8, 0.2)
    kept = (DynamicMark(bar=9, level=0.5),)
    assert drawn_line(kept, 1, 1, 0.3, 0.3)[-1] == kept[0]


def test_the_amount_is_heard_and_zero_is_as_written(desk: RunningProgram) -> None:
    session, button = desk.session, playing(desk).button
    written = desk.player.programme.events()
    assert button.text() == "As written"
    button.sheet.amount.setValue(40)
    assert session.cue.performance == 0.4 and button.text() == "Played 40 %"
    take = session.current_take
    assert take is not None and take.take is not None
    played = score_events(played_score(take.take, session.cue, session.settings))
    assert desk.player.programme.events() == played != written
    assert desk.window.compose.timeline.state.notes.all == set(take.notes)
    session.undo_stack.undo()
    assert desk.player.programme.events() == written and button.sheet.amount.value() == 0


def test_the_controller_is_sent(desk: RunningProgram) -> None:
    sheet = playing(desk).button.sheet
    sheet.controller.setCurrentIndex(2)
    sheet.controller.activated.emit(2)
    assert desk.session.cue.dynamics_controller == 11
    sent = [e for e in desk.player.programme.events() if e.data[:2] == bytes((0xB0, 11))]
    assert sent and sent[0].tick == 0


def test_piano_mode_is_asked_for_and_marks_what_no_hands_can_play(desk: RunningProgram) -> None:
    session, desk_parts = desk.session, playing(desk)
    QTest.mouseClick(desk_parts.button, Qt.MouseButton.LeftButton)
    assert desk_parts.button.sheet.isVisible()
    desk_parts.button.sheet.piano.click()
    assert session.cue.piano and session.cue.request(session.settings).piano
    assert desk_parts.button.text().endswith("piano")
    desk_parts.button.sheet.close()
    added = [Note(0, 240, pitch, 70, Voice.INNER) for pitch in (24, 50, 76, 102)]
    session.edit_notes("draw", [], added)
    assert set(added) <= set(desk_parts.hands.notes)
    session.commit(SetPianoMode(cue=session.cue.id, on=False))
    assert desk_parts.hands.notes == ()


def test_an_edit_while_performed_plays_on(desk: RunningProgram) -> None:
    session = desk.session
    playing(desk).button.sheet.amount.setValue(60)
    session.playback.play(0)
    take = session.current_take
    assert take is not None
    state, last = session.undo_stack.state, take.notes[-1]
    session.commit(EditNotes.of(state, session.cue.id, take.id, "delete", [last], []))
    now = session.current_take
    assert now is not None and now.take is not None
    played = score_events(played_score(now.take, session.cue, session.settings))
    assert desk.player.programme.events() == played and session.transport.playing
