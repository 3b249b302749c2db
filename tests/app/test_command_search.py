"""Ctrl+K: every menu entry and setting by parts of its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.command_search import Command, CommandSearch, found
from engine.config.schema import leaves
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


@pytest.fixture
def search(program: RunningProgram) -> CommandSearch:
    QTest.keyClick(program.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    return program.window.findChildren(CommandSearch)[-1]


def nothing() -> None:
    pass


def test_the_nearest_is_first_and_what_cannot_act_comes_after() -> None:
    commands = [
        Command("Weight of entropy", "Setting, Temperature", "", nothing),
        Command("Base temperature", "Setting", "", nothing),
        Command("Tempo…", "Cue", "", nothing, enabled=False),
        Command("Tempo", "Setting, Music", "", nothing),
    ]
    names = [command.name for command in found(commands, "TEM")]
    assert names == ["Tempo", "Tempo…", "Base temperature", "Weight of entropy"]
    assert [command.name for command in found(commands, "temp wei")] == ["Weight of entropy"]
    assert found(commands, "xyz") == []


def test_every_menu_entry_and_every_setting_is_there(program: RunningProgram) -> None:
    commands = program.window.menus.commands()
    names = {command.name for command in commands}
    entries = [
        action.text().replace("&", "")
        for top in program.window.menuBar().actions()
        for action in top.menu().actions()
        if action.text() and action.menu() is None
    ]
    assert len(entries) > 30 and set(entries) <= names
    assert {leaf.title for leaf in leaves()} <= names
    generate = next(each for each in commands if each.name == "Generate")
    assert generate.keys == "Ctrl+G" and generate.place == "Cue"
    assert any(each.name == "Play, pause" and each.keys == "Space" for each in commands)


def test_typing_and_enter_does_it(program: RunningProgram, search: CommandSearch) -> None:
    QTest.keyClicks(search.field, "d minor")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert not search.isVisible()
    assert str(program.session.asked.key) == "Dm"


def test_a_setting_is_shown_where_it_can_be_changed(
    program: RunningProgram, search: CommandSearch
) -> None:
    QTest.keyClicks(search.field, "top-p")
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert program.window.pages.current == "presets"
    table = program.window.stack.currentWidget().table
    assert table.model.leaf(table.tree.currentIndex()).name == "generation.top_p"


def test_arrows_walk_and_a_grey_command_does_nothing(
    program: RunningProgram, search: CommandSearch
) -> None:
    QTest.keyClicks(search.field, "take")
    first = search.chosen
    QTest.keyClick(search.field, Qt.Key.Key_Down)
    assert search.chosen is not first
    QTest.keyClick(search.field, Qt.Key.Key_Up)
    assert search.chosen is first
    search.field.setText("Compose again with this seed")
    assert search.chosen is not None and not search.chosen.enabled
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert search.isVisible()


def test_nothing_found_is_said_and_esc_leaves(search: CommandSearch) -> None:
    search.field.setText("zzqx")
    assert search.chosen is None and search.nothing.isVisible()
    QTest.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.isVisible()
