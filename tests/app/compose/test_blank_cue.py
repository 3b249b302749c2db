"""A cue without takes can be drawn into: the first note makes a take of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.compose.test_note_editing import check_all_agree, drag, notes, spot
from tests.app.pointer import CONTROL
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def test_the_pencil_makes_a_take_and_goes_on_in_it(program: RunningProgram) -> None:
    empty_roll = program.window.compose.timeline.empty_roll
    assert empty_roll.isVisible()
    QTest.keyClick(program.window, Qt.Key.Key_B)
    assert not empty_roll.isVisible()
    drag(program, spot(program, 480, 60), spot(program, 1440, 60))
    [take] = program.session.takes
    assert (take.title, take.stale) == ("By hand", False)
    assert take.about == "by hand  ·  1 note"
    assert take.take and not take.take.provenance.non_commercial
    check_all_agree(program)
    drag(program, spot(program, 1920, 64), spot(program, 2400, 64))
    assert len(notes(program)) == 2 and len(program.session.takes) == 1
    for _ in range(2):
        QTest.keyClick(program.window, Qt.Key.Key_Z, CONTROL)
    assert program.session.takes == () and program.session.undo_stack.count() == 2


def test_a_note_from_another_cue_is_pasted_into_an_empty_one(program: RunningProgram) -> None:
    session, timeline = program.session, program.window.compose.timeline
    program.generate()
    timeline.setFocus()
    QTest.keyClick(timeline, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(timeline, Qt.Key.Key_C, CONTROL)
    session.add_cue()
    QTest.keyClick(timeline, Qt.Key.Key_V, CONTROL)
    [take] = session.takes
    assert take.notes and session.undo_stack.history.undo_text == "Paste Notes"


def test_a_cue_whose_takes_were_drawn_saves_and_opens(
    program: RunningProgram, tmp_path: Path
) -> None:
    session = program.session
    QTest.keyClick(program.window, Qt.Key.Key_B)
    drag(program, spot(program, 0, 67), spot(program, 960, 67))
    drawn = notes(program)
    assert session.save(tmp_path / "film") and session.open_project(tmp_path / "film")
    assert notes(program) == drawn
