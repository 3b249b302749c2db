"""Why? is asked at the temperature and at a slider, and leads to the setting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.explained.why_sheet import WhySheet
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def test_the_sum_is_the_shown_number_and_show_leads_to_the_setting(
    program: RunningProgram,
) -> None:
    window, card = program.window, program.window.compose.psyche.temperature
    program.session.set_values({"entropy": 0.9})
    QTest.mouseClick(card.why, Qt.MouseButton.LeftButton)
    [sheet] = window.findChildren(WhySheet)
    assert sheet.equation.text() == "Temperature 1.00 = 0.70 + 0.45 - 0.15 + 0.00"
    assert card.number.text() == "1.00"
    assert any(each.sentence.startswith("0.90 from cue 1M1") for each in sheet.reasons)
    [show] = [
        button
        for button in sheet.findChildren(QPushButton)
        if button.accessibleName() == "Show the setting behind Base"
    ]
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    assert not sheet.isVisible() and window.pages.current == "presets"


def test_the_menu_of_a_slider_asks_too(program: RunningProgram) -> None:
    param = program.window.compose.psyche.params["trauma"]
    [why] = [each for each in param.context_menu().actions() if each.text() == "Why this value…"]
    why.trigger()
    [sheet] = program.window.findChildren(WhySheet)
    assert sheet.isVisible()
    sheet.close()
