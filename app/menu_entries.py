"""Entries of menus: how one is added, and how all of them are found again by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.command_search import Command

Act = Callable[[], object]


def add(menu: QMenu, text: str, act: Act, keys: str = "") -> QAction:
    """An entry that does `act`; `keys` are its shortcuts, with spaces between them."""
    action = menu.addAction(text)
    if keys:
        action.setShortcuts([QKeySequence(each) for each in keys.split()])
    action.triggered.connect(lambda _checked=False: act())
    return action


def tick(action: QAction, on: bool) -> None:
    """Give an entry a tick, or the place for one."""
    action.setCheckable(True)
    action.setChecked(on)


def commands_of(bar: QMenuBar) -> Iterator[Command]:
    """All entries as commands, as they stand now."""
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            yield from _in_menu(menu, _plain(top.text()))


def _in_menu(menu: QMenu, place: str) -> Iterator[Command]:
    # Menus that depend on the moment are filled, and others greyed, when they are about to show.
    menu.aboutToShow.emit()
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _in_menu(inner, f"{place}, {_plain(action.text())}")
        elif action.text():
            yield command_of(action, place)


def command_of(action: QAction, place: str) -> Command:
    """One entry as a command that can be found by its name."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Command(_plain(action.text()), place, keys, action.trigger, action.isEnabled())


def _plain(text: str) -> str:
    return text.replace("&", "")


def menu_entries(bar: QMenuBar) -> list[str]:
    """The texts of all entries, for tests and for the sheet of keys."""
    found: list[str] = []
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            found += [action.text() for action in menu.actions() if action.text()]
    return found
