"""Closing the window while a run is alive: keep training, pause, cancel, or stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.training.leaving import living_runs, settle_runs
from engine.training.run_folder import RunFolder
from engine.user_data import runs_folder
from tests.app.running_program import running_program


@pytest.fixture
def living(tmp_path: Path) -> Iterator[RunFolder]:
    run = RunFolder.create(tmp_path / "runs" / "run-1", {"name": "dark"}, {})
    with run.held():
        yield run


def question(window: QWidget) -> QMessageBox:
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    return box


def click(box: QMessageBox, words: str) -> None:
    (button,) = [each for each in box.buttons() if each.text() == words]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("words", "told", "goes"),
    [
        ("Keep training", (), True),
        ("Pause", ("pause",), True),
        ("Cancel run", ("stop",), True),
        ("Back", (), False),
    ],
)
def test_each_answer_does_what_it_says(
    qt_app: QApplication, living: RunFolder, words: str, told: tuple[str, ...], goes: bool
) -> None:
    window = QWidget()
    left: list[bool] = []
    settle_runs(window, living.path.parent, lambda: left.append(True))
    box = question(window)
    assert box.text() == "Run 1 is still training."
    default = box.defaultButton()
    assert default is not None and default.text() == "Keep training"
    assert not left
    click(box, words)
    assert living.taken_requests() == told
    assert bool(left) is goes and living.alive()


def test_without_a_living_run_nobody_is_asked(qt_app: QApplication, tmp_path: Path) -> None:
    RunFolder.create(tmp_path / "run-1", {"name": "done"}, {})
    left: list[bool] = []
    window = QWidget()
    settle_runs(window, tmp_path, lambda: left.append(True))
    assert left and window.findChild(QMessageBox) is None and living_runs(tmp_path) == ()


def test_the_window_asks_before_it_closes(qt_app: QApplication, tmp_path: Path) -> None:
    with running_program(tmp_path) as program:
        run = RunFolder.create(runs_folder() / "run-7", {"name": "dark"}, {})
        agreed: list[bool] = []
        program.window.closing_agreed.connect(lambda: agreed.append(True))
        with run.held():
            program.window.close()
            box = question(program.window)
            assert "Run 7" in box.text() and not agreed and program.window.isVisible()
            click(box, "Keep training")
        program.until(lambda: bool(agreed))
        assert run.taken_requests() == ()
