"""One themed application for all widget tests, and a window that each test may fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.theme import apply_theme


@pytest.fixture(scope="session")
def qt_app() -> QApplication:
    """The themed application; there can be only one in a process."""
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    apply_theme(made)
    return made


@pytest.fixture
def show(qt_app: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """Puts a widget into an active window of its own and gives the window."""
    windows: list[QWidget] = []

    def put(widget: QWidget, width: int = 320, height: int = 0) -> QWidget:
        window = QWidget()
        QVBoxLayout(window).addWidget(widget)
        window.resize(width, height or window.sizeHint().height())
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        windows.append(window)
        return window

    yield put
    for window in windows:
        window.close()
        window.deleteLater()
