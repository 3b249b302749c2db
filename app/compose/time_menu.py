"""Entries for the menu of a bar: metre and key from here, phrases, tempo."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.session.times import Times
from app.wording import key_name
from engine.score import METRES, Key, Mode


def add_time_entries(menu: QMenu, times: Times, bar: int) -> None:
    """What can be said of the time of a bar, from 1."""
    add_metres(menu.addMenu(f"Metre from bar {bar}"), times, bar, only=False)
    add_metres(menu.addMenu(f"Metre of bar {bar} only"), times, bar, only=True)
    _add_keys(menu.addMenu(f"Key from bar {bar}"), times, bar)
    if bar > 1 and times.begins_phrase(bar):
        join = menu.addAction("Join with the phrase before")
        join.triggered.connect(lambda _=False: times.join_phrases(bar))
    elif bar > 1:
        cut = menu.addAction(f"A phrase begins at bar {bar}")
        cut.triggered.connect(lambda _=False: times.split_phrase(bar))


def add_metres(menu: QMenu, times: Times, bar: int, *, only: bool) -> None:
    """All metres that can be composed; what holds is ticked."""
    here = times.metre_at(bar)
    for metre in METRES:
        action = menu.addAction(str(metre))
        _tick(action, metre == here)
        action.triggered.connect(
            lambda _=False, metre=metre: times.metre_from(bar, metre, only=only)
        )


def _add_keys(menu: QMenu, times: Times, bar: int) -> None:
    here = times.key_at(bar)
    same = menu.addAction("As before" if bar > 1 else "Free: the engine chooses")
    same.triggered.connect(lambda _=False: times.key_from(bar, None))
    modes: tuple[Mode, ...] = ("minor", "major")
    for mode in modes:
        keys = menu.addMenu(mode.capitalize())
        for tonic in range(12):
            key = Key(tonic, mode)
            action = keys.addAction(key_name(key))
            _tick(action, key == here)
            action.triggered.connect(lambda _=False, key=key: times.key_from(bar, key))


def _tick(action: QAction, on: bool) -> None:
    action.setCheckable(True)
    action.setChecked(on)
