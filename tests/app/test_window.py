"""The real window, clicked: a slider becomes a temperature, Generate becomes a take."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.menu_entries import menu_entries
from app.session import ModelState, Trouble
from engine.playing.events import score_events
from engine.playing.protocol import PortChoice
from engine.score import Key, Metre
from engine.worker import ModelFailed
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def drag(widget: QWidget, pixels: int) -> None:
    middle = widget.rect().center()
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 11):
        QTest.mouseMove(widget, middle + QPoint(pixels * step // 10, 0))
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=middle + QPoint(pixels, 0))


def test_trauma_slider_moves_the_temperature_curve_and_is_one_step(program: RunningProgram) -> None:
    before = program.session.asked.temperatures
    drag(program.window.compose.psyche.params["trauma"].track, 80)
    trauma = program.session.asked.lanes.profile.trauma
    assert trauma > 0.6
    wanted = 0.7 + 0.5 * 0.5 - 0.3 * trauma
    assert program.session.asked.temperatures == pytest.approx([wanted] * 16)
    assert program.window.compose.timeline.state.computed == program.session.asked.temperatures
    assert program.session.undo_stack.count() == 1
    program.session.undo_stack.undo()
    assert program.session.asked.temperatures == before


def test_generate_button_makes_a_take_that_is_shown_held_and_heard(program: RunningProgram) -> None:
    QTest.mouseClick(program.window.transport.generate, Qt.MouseButton.LeftButton)
    program.until(lambda: program.session.generation is None and bool(program.session.takes))
    take = program.session.current_take
    assert take is not None and take.take is not None
    assert program.window.compose.timeline.state.notes.count == len(take.notes)
    assert program.player.playing and program.session.transport.playing
    assert program.player.programme.events() == score_events(take.take.score)
    assert program.player.programme.known_until is None
    assert len(program.window.compose.takes.cards) == 1
    assert program.window.compose.takes.cards[0].name.text()


def test_cancel_keeps_nothing(qt_app: QApplication, tmp_path: Path) -> None:
    gate = threading.Semaphore(3)
    with running_program(tmp_path, gate) as program:
        program.session.generate(2, 7)
        program.until(lambda: bool(program.session.composed()[1]))
        before = program.session.undo_stack.state
        QTest.keyClick(program.window, Qt.Key.Key_Escape)
        assert program.session.generation is None
        assert program.session.takes == () and program.session.undo_stack.count() == 0
        assert program.session.undo_stack.state == before
        assert program.player.programme.events() == () and not program.player.playing
        assert program.window.compose.timeline.state.notes.count == 0
        gate.release(100)
        QTest.qWait(50)
        assert program.session.takes == ()


def test_number_keys_choose_takes_at_the_same_place(program: RunningProgram) -> None:
    program.generate(seed=1)
    program.generate(seed=2)
    program.session.playback.play(1920)
    program.player.advance(3840)
    program.until(lambda: program.session.position >= 3840)
    QTest.keyClick(program.window, Qt.Key.Key_1)
    first = program.session.takes[0]
    assert program.session.current_take == first and first.take is not None
    assert program.player.programme.events() == score_events(first.take.score)
    assert program.player.playing and program.player.tick >= 3840


def test_typing_a_number_into_the_tempo(program: RunningProgram) -> None:
    field = program.window.transport.tempo
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClicks(field, "72")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert program.session.asked.tempo_map.marks == ((0, 72.0),)
    assert program.player.tempo_map == program.session.asked.tempo_map
    program.session.undo_stack.undo()
    assert program.session.asked.tempo_map.marks == ((0, 100.0),)
    assert field.text() == "100.00"


def test_space_plays_and_pauses_also_with_a_button_focused(program: RunningProgram) -> None:
    program.window.transport.loop.setFocus()
    QTest.keyClick(program.window.transport.loop, Qt.Key.Key_Space)
    assert program.player.playing
    QTest.keyClick(program.window.transport.loop, Qt.Key.Key_Space)
    assert not program.player.playing and not program.session.transport.looping


def test_loop_key_loops_the_whole_cue_and_back(program: RunningProgram) -> None:
    QTest.keyClick(program.window, Qt.Key.Key_L)
    assert program.player.loop == (0, program.session.asked.starts[-1])
    QTest.keyClick(program.window, Qt.Key.Key_L)
    assert program.player.loop == (None, None)


def test_port_choice_lists_ours_first_and_none_last(program: RunningProgram) -> None:
    program.until(lambda: len(program.session.ports.names) == 2)
    combo = program.window.findChild(QWidget, "ports")
    texts = [combo.itemText(index) for index in range(combo.count())]
    assert texts == ["PSYCHOSCORE", "Grand Piano", "No MIDI port"]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert program.player.port == PortChoice("named", "Grand Piano")


def test_key_and_metre_reach_the_request(program: RunningProgram) -> None:
    program.session.set_key(Key(2, "minor"))
    program.session.set_metre(Metre(3, 4))
    program.generate()
    take = program.session.current_take
    assert take is not None and take.take is not None
    request = take.take.provenance.request
    assert request.key == Key(2, "minor") and set(request.metres) == {Metre(3, 4)}


def test_a_take_older_than_its_psyche_is_marked_and_undo_mends_it(program: RunningProgram) -> None:
    program.generate()
    assert not program.session.takes[0].stale
    program.session.set_values({"trauma": 0.9})
    assert program.session.takes[0].stale
    program.session.undo_stack.undo()
    assert not program.session.takes[0].stale


def test_without_a_model_generate_is_disabled_and_says_why(program: RunningProgram) -> None:
    program.session.hear_worker(99, ModelFailed("lost", "There is no model lost.", "Train one."))
    button = program.window.transport.generate
    assert program.session.model.state is ModelState.MISSING
    assert not button.isEnabled() and "no model lost" in button.toolTip()
    assert not program.window.compose.timeline.empty_roll.button.isEnabled()


def test_every_menu_entry_has_words_and_pages_that_are_not_there_are_not_offered(
    program: RunningProgram,
) -> None:
    entries = menu_entries(program.window.menuBar())
    assert {"Save", "Generate", "Panic: all notes off", "Keys"} <= set(entries)
    assert set(program.window.page_titles) >= {"compose"}


def test_closing_is_ignored_until_everything_behind_it_has_ended(
    program: RunningProgram,
) -> None:
    agreed: list[bool] = []
    program.window.closing_agreed.connect(lambda: agreed.append(True))
    assert not program.window.close() and program.window.isVisible()
    assert agreed == [True]
    program.window.leave()
    assert not program.window.isVisible()


def test_closing_with_changes_asks_and_cancel_stays(program: RunningProgram) -> None:
    agreed: list[bool] = []
    program.window.closing_agreed.connect(lambda: agreed.append(True))
    program.session.set_values({"trauma": 0.9})
    program.window.close()
    box = program.window.findChild(QMessageBox)
    assert box is not None and box.isVisible()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert agreed == [] and program.session.dirty
    program.window.close()
    box = program.window.findChildren(QMessageBox)[-1]
    box.button(QMessageBox.StandardButton.Discard).click()
    assert agreed == [True]


def test_choosing_another_take_while_composing_hears_that_one_alone(
    qt_app: QApplication, tmp_path: Path
) -> None:
    gate = threading.Semaphore(18)
    with running_program(tmp_path, gate) as program:
        program.generate(seed=1)
        first = program.session.takes[0]
        program.session.generate(1, 2)
        program.until(lambda: len(program.session.composed()[1]) == 2)
        program.session.set_tempo(60.0)
        assert program.player.tempo_map.marks == ((0, 60.0),)
        program.session.choose_take(0)
        gate.release(100)
        program.until(lambda: program.session.generation is None)
        assert first.take is not None and len(program.session.takes) == 2
        assert program.session.current_take is not None
        assert program.session.current_take.id == first.id
        assert program.player.programme.events() == score_events(first.take.score)


def test_trouble_is_told_in_the_status_line_and_its_details_can_be_copied(
    program: RunningProgram,
) -> None:
    status = program.window.status
    program.session.trouble_arose.emit(Trouble("The disk is full.", "Make room.", "details here"))
    assert status.trouble.text() == "The disk is full. Make room." and status.copy.isVisible()
    status.copy.click()
    assert QApplication.clipboard().text() == "details here"


def test_work_that_was_lost_is_offered_and_can_be_discarded(
    qt_app: QApplication, tmp_path: Path
) -> None:
    for wanted, kept in (("Recover", True), ("Discard", False)):
        with running_program(tmp_path) as before:
            before.session.set_values({"trauma": 0.9})
            before.session.autosave()
        with running_program(tmp_path) as program:
            draft = program.session.files.draft()
            assert draft is not None
            program.window.projects.offer_recovery(draft)
            box = program.window.findChildren(QMessageBox)[-1]
            next(each for each in box.buttons() if each.text() == wanted).click()
            trauma = program.session.asked.lanes.profile.trauma
            assert (trauma == 0.9, program.session.dirty) == (kept, kept)
            assert (program.session.files.draft() is not None) == kept
