"""What the sliders do, reached from the sliders, and heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.explained.sheet import ENDS, Explained, example
from app.explained.words import EXPLANATIONS
from app.keys_sheet import KeysSheet
from engine.playing.events import score_events
from engine.profile import DIMENSION_BY_NAME
from tests.app.running_program import RunningProgram, running_program


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path) -> Iterator[RunningProgram]:
    with running_program(tmp_path) as running:
        yield running


def sheet(program: RunningProgram) -> Explained:
    return program.window.findChildren(Explained)[-1]


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_help_explains_the_slider_that_has_the_keyboard(
    program: RunningProgram, key: Qt.Key
) -> None:
    track = program.window.compose.psyche.params["rsi_imaginary"].track
    track.setFocus()
    QTest.keyClick(track, key)
    assert sheet(program).current == "rsi_imaginary"


def test_help_elsewhere_shows_the_keys(program: RunningProgram) -> None:
    program.window.transport.loop.setFocus()
    QTest.keyClick(program.window.transport.loop, Qt.Key.Key_F1)
    assert program.window.findChild(KeysSheet) is not None
    assert program.window.findChild(Explained) is None


def test_the_menu_of_a_slider_leads_there(program: RunningProgram) -> None:
    menu = program.window.compose.psyche.params["entropy"].context_menu()
    next(each for each in menu.actions() if each.text() == "What Entropy does…").trigger()
    assert sheet(program).current == "entropy"


def test_examples_are_heard_and_stopped_and_the_take_comes_back(program: RunningProgram) -> None:
    program.generate()
    take = program.session.current_take
    assert take is not None and take.take is not None
    program.window.sheets.explain("trauma")
    low, high = (sheet(program).examples["trauma", end] for end in ENDS)
    QTest.mouseClick(low.button, Qt.MouseButton.LeftButton)
    assert program.player.programme.events() == score_events(low.take.score)
    assert (low.button.text(), high.button.text()) == ("Stop", "Hear")
    QTest.mouseClick(high.button, Qt.MouseButton.LeftButton)
    assert program.player.programme.events() == score_events(high.take.score)
    assert (low.button.text(), high.button.text()) == ("Hear", "Stop")
    QTest.mouseClick(high.button, Qt.MouseButton.LeftButton)
    assert not program.session.hearing and high.button.text() == "Hear"
    low.button.click()
    sheet(program).reject()
    assert not program.session.hearing
    assert program.player.programme.events() == score_events(take.take.score)


@pytest.mark.parametrize("name", DIMENSION_BY_NAME)
def test_the_two_examples_differ_in_their_dimension_alone(name: str) -> None:
    low, high = (example(name, end) for end in ENDS)
    assert low is not None and high is not None and name in EXPLANATIONS
    asked = [take.provenance.request for take in (low, high)]
    assert asked[0].seed == asked[1].seed and asked[0].key == asked[1].key
    first, second = (each.lanes.profile_at(1) for each in asked)
    assert first.get(name) < 0.1 and second.get(name) >= 0.9
    assert {each for each in DIMENSION_BY_NAME if first.get(each) != second.get(each)} == {name}
    assert low.provenance.model == high.provenance.model == "open"
    assert not low.provenance.non_commercial and low.score.notes and high.score.notes
