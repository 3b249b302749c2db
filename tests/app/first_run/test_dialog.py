"""The three panes, clicked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.first_run.dialog import FirstRun
from app.first_run.panes import CHORD, c_major
from engine.playing.events import score_events
from engine.worker import ModelFailed
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def dialog(program: RunningProgram) -> FirstRun:
    return program.greeting.first_run()


def test_the_chosen_folder_is_where_projects_live_from_now_on(
    qt_app: QApplication, tmp_path: Path
) -> None:
    wanted = tmp_path / "films"
    with running_program(tmp_path) as program:
        dialog = program.greeting.first_run()
        assert Path(dialog.folder.field.text()) == tmp_path / "documents"
        dialog.folder.field.selectAll()
        QTest.keyClicks(dialog.folder.field, str(wanted))
        QTest.keyClick(dialog.folder.field, Qt.Key.Key_Return)
        assert dialog.panes.currentWidget() is dialog.midi
        assert program.session.files.documents == wanted
    with running_program(tmp_path) as program:
        assert program.session.files.documents == wanted


@pytest.mark.parametrize("text", ["", "films", "{file}/films"])
def test_what_is_no_folder_is_said_and_stays(dialog: FirstRun, tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text("")
    dialog.folder.field.setText(text.format(file=tmp_path / "file"))
    dialog.next.click()
    assert dialog.panes.currentWidget() is dialog.folder
    assert dialog.folder.problem.text()
    dialog.folder.field.setText(str(tmp_path))
    assert not dialog.folder.problem.text()


def test_the_test_button_plays_c_major_to_the_player(
    program: RunningProgram, dialog: FirstRun
) -> None:
    dialog.next.click()
    assert "PSYCHOSCORE is open" in dialog.midi.port.text()
    dialog.midi.test.click()
    assert program.player.playing and program.player.programme.events() == score_events(c_major())
    assert {pitch % 12 for pitch in CHORD} == {0, 4, 7}
    dialog.skip.click()
    assert not program.player.playing and not program.session.hearing


def test_preview_that_is_off_is_said(program: RunningProgram, dialog: FirstRun) -> None:
    program.session.set_audio(False)
    assert "muted" in dialog.midi.sound.text()
    program.session.choose_port("")
    assert "No MIDI port" in dialog.midi.port.text()


def test_the_demo_opens_with_three_takes_that_play_without_a_model(
    program: RunningProgram, dialog: FirstRun
) -> None:
    program.session.hear_worker(99, ModelFailed("open", "There is no model open.", ""))
    for _ in range(3):
        dialog.next.click()
    assert not dialog.isVisible()
    session = program.session
    assert session.files.folder == session.files.documents / "The Letter (demo)"
    assert len(session.takes) == 3 and all(take.notes for take in session.takes)
    assert [take.starred for take in session.takes].count(True) == 1
    assert not any(take.stale for take in session.takes) and not session.dirty
    session.toggle_play()
    assert program.player.playing and program.player.programme.events()


def test_hearing_the_demo_ends_with_the_dialog(program: RunningProgram, dialog: FirstRun) -> None:
    dialog.next.click()
    dialog.next.click()
    dialog.demo.hear.click()
    assert program.session.hearing
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not program.session.hearing and program.session.files.folder is None


def test_back_returns_and_enter_goes_on(dialog: FirstRun) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.panes.currentWidget() is dialog.midi
    dialog.back.click()
    assert dialog.panes.currentWidget() is dialog.folder and not dialog.back.isVisible()
