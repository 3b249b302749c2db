"""Recent projects as cards: opened, located, removed; and gone at the first sign of work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.projects.recent_card import RecentCard, when_text
from app.projects.start_page import StartPage
from engine.project.folder import create_project
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    """With two recent projects: `gone`, which is gone, and before it `hamlet` with a take."""
    with running_program(tmp_path) as running:
        create_project(tmp_path / "hamlet", "Hamlet")
        create_project(tmp_path / "gone", "Gone")
        running.session.open_project(tmp_path / "hamlet")
        running.generate()
        running.session.save()
        running.session.open_project(tmp_path / "gone")
        running.session.new_project()
        shutil.move(tmp_path / "gone", tmp_path / "moved")
        yield running


@pytest.fixture
def page(program: RunningProgram) -> StartPage:
    starting = program.window.starting
    starting.show()
    assert starting.page is not None
    page = starting.page
    program.until(lambda: all(card.about.text() for card in page.cards))
    return page


def test_cards_tell_name_take_and_time(page: StartPage) -> None:
    gone, hamlet = page.cards
    assert gone.missing and not hamlet.missing
    assert hamlet.name.text() == "Hamlet" and hamlet.about.text() == "1M1  ·  16 bars  ·  00:38"
    assert hamlet.when.text().startswith("Today")
    assert hamlet.accessibleName() == "Project Hamlet"


def test_the_first_card_has_the_keyboard_or_where_it_is_missing_its_button(
    program: RunningProgram, page: StartPage
) -> None:
    assert page.cards[0].locate.hasFocus()
    page.cards[0].remove.click()
    assert page.cards[0].folder.name == "hamlet" and page.cards[0].hasFocus()


def test_a_click_opens_a_project(program: RunningProgram, page: StartPage) -> None:
    QTest.mouseClick(page.cards[1], Qt.MouseButton.LeftButton)
    assert program.session.project_name == "Hamlet" and program.session.takes
    assert not program.window.starting.shown and program.window.compose.isVisible()


def test_the_keyboard_alone_opens_a_project(program: RunningProgram, page: StartPage) -> None:
    for _ in range(10):
        if page.cards[1].hasFocus():
            break
        QTest.keyClick(program.window.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(page.cards[1], Qt.Key.Key_Return)
    assert program.session.project_name == "Hamlet"


def test_a_missing_project_opens_nothing_and_can_be_removed(
    program: RunningProgram, page: StartPage
) -> None:
    gone = page.cards[0]
    QTest.mouseClick(gone, Qt.MouseButton.LeftButton)
    assert program.window.starting.shown
    assert gone.locate.isVisible() and not page.cards[1].locate.isVisible()
    gone.remove.click()
    assert [card.folder.name for card in page.cards] == ["hamlet"]
    assert [folder.name for folder in program.session.files.recent()] == ["hamlet"]


def test_a_missing_project_is_found_where_it_lies_now(
    program: RunningProgram, page: StartPage, tmp_path: Path
) -> None:
    page.cards[0].locate.click()
    dialog = program.window.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(tmp_path / "moved"))
    dialog.reject()
    assert program.session.project_name == "Gone"
    names = [folder.name for folder in program.session.files.recent()]
    assert names == ["moved", "hamlet"]


def test_new_and_work_lead_to_the_desk(program: RunningProgram, page: StartPage) -> None:
    page.new.click()
    assert not program.window.starting.shown and program.session.files.folder is None
    program.window.starting.show()
    program.session.generate(1, 3)
    assert not program.window.starting.shown
    program.until(lambda: program.session.generation is None)


def test_choosing_a_page_leaves(program: RunningProgram, page: StartPage) -> None:
    QTest.keyClick(program.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not program.window.starting.shown and program.window.pages.current == "presets"


def test_a_broken_project_says_why(qt_app: QApplication, tmp_path: Path) -> None:
    from engine.project.glance import glance

    (tmp_path / "psychoscore.json").write_text('{"nam": 1}')
    card = RecentCard(tmp_path)
    card.show_glance(glance(tmp_path))
    assert not card.missing and "nam" in card.toolTip() and card.about.text()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 5, 9, 4), "Today, 09:04"),
        (datetime(2026, 3, 4, 23, 59), "Yesterday, 23:59"),
        (datetime(2026, 2, 1, 9, 4), "1 February"),
        (datetime(2025, 11, 24, 9, 4), "24 November 2025"),
    ],
)
def test_when(moment: datetime, text: str) -> None:
    assert when_text(moment, datetime(2026, 3, 5, 12, 0)) == text
