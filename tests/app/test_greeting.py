"""What meets the user at the beginning, and that it never stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.first_run.dialog import FirstRun
from engine.project.folder import create_project
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def first_runs(program: RunningProgram) -> list[FirstRun]:
    return [each for each in program.window.findChildren(FirstRun) if each.isVisible()]


def test_the_first_run_is_shown_once_and_skipped_with_esc(
    qt_app: QApplication, tmp_path: Path
) -> None:
    with running_program(tmp_path) as program:
        program.greeting.begin(None)
        (dialog,) = first_runs(program)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not first_runs(program)
    with running_program(tmp_path) as program:
        program.greeting.begin(None)
        assert not first_runs(program) and not program.window.starting.shown


def test_plain_begins_at_the_sliders(program: RunningProgram) -> None:
    program.greeting.begin(None, plain=True)
    assert not first_runs(program) and not program.window.starting.shown


def test_a_given_project_is_opened_and_nothing_else_is_shown(
    program: RunningProgram, tmp_path: Path
) -> None:
    create_project(tmp_path / "hamlet", "hamlet")
    program.greeting.begin(tmp_path / "hamlet")
    assert program.session.project_name == "hamlet"
    assert program.window.windowTitle().startswith("hamlet")
    assert not first_runs(program) and not program.window.starting.shown


def test_recent_projects_are_shown_and_esc_is_at_the_sliders(
    program: RunningProgram, tmp_path: Path
) -> None:
    create_project(tmp_path / "hamlet", "hamlet")
    program.session.open_project(tmp_path / "hamlet")
    program.session.new_project()
    program.greeting.begin(None)
    assert program.window.starting.shown and not program.window.compose.isVisible()
    QTest.keyClick(program.window, Qt.Key.Key_Escape)
    assert not program.window.starting.shown and program.window.compose.isVisible()
    assert program.session.files.folder is None


def test_lost_work_comes_before_everything_else(qt_app: QApplication, tmp_path: Path) -> None:
    create_project(tmp_path / "hamlet", "hamlet")
    with running_program(tmp_path) as before:
        before.session.set_values({"trauma": 0.9})
        before.session.autosave()
    with running_program(tmp_path) as program:
        program.greeting.begin(tmp_path / "hamlet")
        box = program.window.findChildren(QMessageBox)[-1]
        assert program.session.project_name == "Untitled"
        next(each for each in box.buttons() if each.text() == "Discard").click()
        assert program.session.project_name == "hamlet"


def test_the_help_menu_shows_the_first_run_again(program: RunningProgram) -> None:
    command = next(each for each in program.window.menus.commands() if each.name == "First steps")
    command.act()
    assert first_runs(program)
