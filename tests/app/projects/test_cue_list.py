"""The cue list, clicked and typed into; what is done there is undone from there too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.projects.cue_list import CueListSheet
from app.projects.cue_table import LENGTH, NUMBER, START, STATUS, TITLE
from tests.app.breathing import breathe
from tests.app.pointer import CONTROL
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.generate(takes=2)
        running.session.playback.stop()
        running.session.rename_cue("1M1", "Opening")
        running.session.add_cue()
        running.session.set_bars(4)
        yield running


@pytest.fixture
def sheet(program: RunningProgram) -> Iterator[CueListSheet]:
    program.window.sheets.cues()
    found = program.window.findChild(CueListSheet)
    assert found is not None
    program.window.sheets.cues()
    assert len(program.window.findChildren(CueListSheet)) == 1
    # A dialog says that it is active while its parent is: wait for itself.
    program.until(lambda: QApplication.activeWindow() is found)
    yield found
    found.close()


def column(sheet: CueListSheet, number: int) -> list[str]:
    return [row.cells[number] for row in sheet.model.rows]


def click(sheet: CueListSheet, row: int, number: int, *, twice: bool = False) -> None:
    place = sheet.table.visualRect(sheet.model.index(row, number)).center()
    QTest.mouseClick(sheet.table.viewport(), LEFT, pos=place)
    if twice:
        QTest.mouseDClick(sheet.table.viewport(), LEFT, pos=place)


def type_into(sheet: CueListSheet, number: int, text: str) -> None:
    at = sheet.table.currentIndex().row()
    sheet.table.setCurrentIndex(sheet.model.index(at, number))
    QTest.keyClick(sheet.table, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    for _ in range(3):
        breathe()


def test_a_double_click_and_enter_go_to_a_cue(program: RunningProgram, sheet: CueListSheet) -> None:
    assert column(sheet, NUMBER) == ["1M1", "1M2"]
    assert not sheet.go.isEnabled(), "it is open already"
    click(sheet, 0, TITLE)
    assert program.session.cue.number == "1M2" and sheet.go.isEnabled()
    click(sheet, 0, TITLE, twice=True)
    assert program.session.cue.number == "1M1"
    QTest.keyClick(sheet.table, Qt.Key.Key_Down)
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    assert program.session.cue.number == "1M2"


def test_a_header_orders_the_list(sheet: CueListSheet) -> None:
    header = sheet.table.horizontalHeader()

    def press(number: int) -> None:
        place = QPoint(header.sectionViewportPosition(number) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), LEFT, pos=place)

    press(LENGTH)
    assert column(sheet, NUMBER) == ["1M2", "1M1"]
    press(LENGTH)
    assert column(sheet, NUMBER) == ["1M1", "1M2"]
    assert sheet.chosen is not None and sheet.chosen.number == "1M2", "the choice stays"


def test_number_title_and_start_are_typed(program: RunningProgram, sheet: CueListSheet) -> None:
    type_into(sheet, TITLE, "The letter")
    type_into(sheet, START, "1:0:0:5")
    type_into(sheet, NUMBER, "1M0")
    assert column(sheet, NUMBER) == ["1M0", "1M1"]
    assert column(sheet, TITLE)[0] == "The letter" and column(sheet, START)[0] == "01:00:00:05"
    assert sheet.chosen is not None and sheet.chosen.number == "1M0"
    type_into(sheet, NUMBER, "1M1")
    assert sheet.trouble.isVisible() and "1M1" in sheet.trouble.text()
    assert column(sheet, NUMBER) == ["1M0", "1M1"]
    assert program.session.cue.title == "The letter"


def test_status_and_approved_take(program: RunningProgram, sheet: CueListSheet) -> None:
    assert not sheet.approved.isEnabled(), "a cue without takes has none to approve"
    click(sheet, 0, STATUS)
    QTest.keyClick(sheet.status, Qt.Key.Key_Down)
    assert column(sheet, STATUS) == ["In work", "Idea"]
    QTest.keyClick(sheet.approved, Qt.Key.Key_Down)
    first = program.session.cues[0]
    assert first.approved == first.takes[0].id and column(sheet, STATUS)[0] == "Approved"
    assert "1 approved" in sheet.total.text()
    [approve] = [each for each in sheet.menu().actions() if each.text() == "Approved take"]
    approve.menu().actions()[2].trigger()
    first = program.session.cues[0]
    assert first.approved == first.takes[1].id
    QTest.keyClick(sheet, Qt.Key.Key_Z, CONTROL)
    first = program.session.cues[0]
    assert first.approved == first.takes[0].id


def test_new_duplicate_delete_and_undo_by_keys(
    program: RunningProgram, sheet: CueListSheet
) -> None:
    before = program.session.state
    click(sheet, 0, NUMBER)
    QTest.keyClick(sheet, Qt.Key.Key_D, CONTROL)
    assert column(sheet, NUMBER) == ["1M1", "1M1-2", "1M2"]
    assert sheet.chosen is not None and sheet.chosen.number == "1M1-2"
    QTest.keyClick(sheet.table, Qt.Key.Key_Delete)
    assert column(sheet, NUMBER) == ["1M1", "1M2"]
    QTest.keyClick(sheet, Qt.Key.Key_N, CONTROL)
    assert column(sheet, NUMBER) == ["1M1", "1M2", "1M3"]
    for _ in range(3):
        QTest.keyClick(sheet, Qt.Key.Key_Z, CONTROL)
    assert program.session.state == before
    QTest.keyClick(sheet.table, Qt.Key.Key_Delete)
    QTest.keyClick(sheet.table, Qt.Key.Key_Delete)
    assert len(program.session.cues) == 1 and not sheet.delete.isEnabled()
