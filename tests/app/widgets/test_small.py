"""Segmented control, lamp, buttons, chip and card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.widgets.buttons import RoundButton, push_button, tool_button
from app.widgets.card import Card
from app.widgets.chip import Chip
from app.widgets.lamp import Lamp, LampState
from app.widgets.segmented import Segmented

Show = Callable[[QWidget], QWidget]
PAGES = (("compose", "Compose"), ("presets", "Presets"), ("training", "Training"))


def test_segments_choose_one(show: Show) -> None:
    control = Segmented(PAGES, "Page")
    chosen: list[str] = []
    control.chosen.connect(chosen.append)
    show(control)
    assert control.current == "compose"
    QTest.mouseClick(control.button("training"), Qt.MouseButton.LeftButton)
    assert control.current == "training"
    control.set_current("presets")
    assert control.current == "presets"
    assert chosen == ["training"]


def test_segments_follow_the_arrows(show: Show) -> None:
    control = Segmented(PAGES, "Page")
    chosen: list[str] = []
    control.chosen.connect(chosen.append)
    show(control)
    control.button("compose").setFocus()
    QTest.keyClick(control.button("compose"), Qt.Key.Key_Right)
    assert chosen == ["presets"]
    assert control.button("presets").hasFocus()


def test_the_lamp_flashes_only_while_its_port_is_open(qt_app: QApplication) -> None:
    lamp = Lamp()
    lamp.pulse()
    assert not lamp.lit
    lamp.set_state(LampState.OPEN)
    still = lamp.grab().toImage()
    lamp.pulse()
    assert lamp.lit
    assert lamp.grab().toImage() != still
    lamp.set_state(LampState.LOST)
    assert not lamp.lit
    assert lamp.toolTip() == "MIDI port: lost"


def test_lamp_states_look_different(qt_app: QApplication) -> None:
    lamp = Lamp()
    pictures = []
    for state in LampState:
        lamp.set_state(state)
        pictures.append(lamp.grab().toImage())
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[i + 1 :])


def test_buttons_say_their_name_and_keys(qt_app: QApplication) -> None:
    button = tool_button("loop", "Loop", "L", checkable=True)
    assert button.accessibleName() == "Loop"
    assert button.toolTip() == "Loop (L)"
    assert push_button("Generate", "primary", "note").property("kind") == "primary"


def test_the_round_button_shows_its_state(show: Show) -> None:
    button = RoundButton()
    show(button)
    off = button.grab().toImage()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    assert button.grab().toImage() != off


def test_a_card_and_its_chip(qt_app: QApplication) -> None:
    card, chip = Card("Takes"), Chip("manual")
    card.add_to_header(chip)
    card.body.addWidget(QLabel("inside"))
    grey = chip.grab().toImage()
    chip.set_tone("good")
    assert chip.grab().toImage() != grey
    assert card.accessibleName() == "Takes"
