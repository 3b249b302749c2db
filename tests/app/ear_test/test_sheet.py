"""The ear test by clicks: composed behind everything, blind, kept with the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ear_test.sheet import EarTestSheet
from engine.trust import Heard
from tests.app.running_program import RunningProgram, running_program

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        running.composer.metrics = {"Q5.trauma": 0.5, "Q5.entropy": 0.1}
        running.session.use_model("open")
        running.until(lambda: bool(running.session.model.metrics))
        yield running


def opened(program: RunningProgram) -> EarTestSheet:
    program.window.sheets.ear_test()
    sheet = program.window.findChildren(EarTestSheet)[-1]
    program.until(lambda: sheet.plays[0].isEnabled())
    return sheet


def judge(program: RunningProgram, sheet: EarTestSheet, *, right: bool) -> None:
    test = program.session.ear_test
    program.until(lambda: test.clips is not None)
    pair = test.pair
    assert pair is not None
    for button in sheet.plays:
        QTest.mouseClick(button, LEFT)
    first = pair.high_first == right
    QTest.mouseClick(sheet.answers[0 if first else 1], LEFT)


def test_both_clips_are_heard_before_an_answer_counts(program: RunningProgram) -> None:
    sheet = opened(program)
    test = program.session.ear_test
    assert sheet.question.text().startswith("Which is more ")
    assert not sheet.answers[0].isEnabled()
    QTest.mouseClick(sheet.answers[0], LEFT)
    assert test.number == 0
    QTest.mouseClick(sheet.plays[0], LEFT)
    assert program.session.hearing and not sheet.answers[0].isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_2)
    assert sheet.answers[0].isEnabled()
    QTest.mouseClick(sheet.answers[0], LEFT)
    assert test.number == 1 and not program.session.hearing
    assert sheet.place.text().startswith("Pair 2 of 24")
    sheet.reject()


def test_answers_are_kept_with_the_model_and_shown_by_the_meter(
    program: RunningProgram, tmp_path: Path
) -> None:
    meters = program.window.compose.trust.meters
    assert "Not yet heard by people" in meters["trauma"].toolTip()
    sheet = opened(program)
    for _ in range(24):
        pair = program.session.ear_test.pair
        assert pair is not None
        judge(program, sheet, right=pair.name == "trauma")
    assert sheet.results["trauma"].text() == "Trauma: the more wounded in 6 of 6 pairs"
    assert sheet.results["entropy"].text().endswith("in 0 of 6 pairs")
    QTest.mouseClick(sheet.close_button, LEFT)
    files = list((tmp_path / "user" / "hearing").glob("*.json"))
    assert [file.stem for file in files] == [program.session.model.hash]
    assert len(json.loads(files[0].read_text())["answers"]) == 24
    assert program.session.ear_test.store.heard(files[0].stem)["trauma"] == Heard(6, 6)
    assert "Heard: in 6 of 6 blind pairs" in meters["trauma"].toolTip()
    # No take, no undo step: the test leaves the cue alone.
    assert not program.session.takes and not program.session.undo_stack.canUndo()


def test_a_generation_goes_first_and_the_test_goes_on(program: RunningProgram) -> None:
    sheet = opened(program)
    program.generate(seed=5)
    assert len(program.session.takes) == 1
    for _ in range(2):
        judge(program, sheet, right=True)
    sheet.reject()
    assert sum(each.told for each in _heard(program).values()) == 2


def test_a_sheet_that_is_closed_at_once_keeps_nothing(
    program: RunningProgram, tmp_path: Path
) -> None:
    sheet = opened(program)
    sheet.reject()
    assert not program.session.ear_test.running
    assert not (tmp_path / "user" / "hearing").exists()


def _heard(program: RunningProgram) -> dict[str, Heard]:
    return dict(program.session.ear_test.store.heard(program.session.model.hash))
