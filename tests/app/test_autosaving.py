"""Unsaved work is kept again and again, and when the composer turns to another program."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.autosaving import Autosaving
from tests.app.breathing import breathe


def test_it_keeps_when_the_program_loses_the_focus(qt_app: QApplication) -> None:
    kept: list[str] = []
    autosaving = Autosaving(qt_app, lambda: kept.append("kept"))
    qt_app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert kept == []
    qt_app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert kept == ["kept"]
    autosaving.stop()
    qt_app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert kept == ["kept"]


def test_it_keeps_again_and_again(qt_app: QApplication) -> None:
    kept: list[str] = []
    autosaving = Autosaving(qt_app, lambda: kept.append("kept"), interval_ms=1)
    for _ in range(2000):
        breathe()
        if len(kept) > 2:
            break
    autosaving.stop()
    assert len(kept) > 2
