from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.compose.temperature_card import TemperatureCard
from engine.profile import Profile
from engine.temperature import TemperatureSettings, temperature

Show = Callable[[QWidget], QWidget]
MINUS = "\N{MINUS SIGN}"
SETTINGS = TemperatureSettings()


@pytest.fixture
def card(show: Show) -> TemperatureCard:
    made = TemperatureCard()
    show(made)
    return made


def _put(card: TemperatureCard, profile: Profile, settings: TemperatureSettings = SETTINGS) -> None:
    card.set_temperature(temperature(profile, settings), (0.7, 0.8, 1.2, 0.4), settings)


def _rows(card: TemperatureCard) -> list[tuple[str, str]]:
    return [(row.name.text(), row.value.text()) for row in card.rows.values()]


def test_all_four_summands_stand_there(card: TemperatureCard) -> None:
    _put(card, Profile(0.8, 0.46, 0.37 + 0.62j))
    assert card.number.text() == "0.79"
    assert _rows(card) == [
        ("base", "0.70"),
        ("+ entropy × 0.5", "+0.23"),
        (f"{MINUS} trauma × 0.3", f"{MINUS}0.24"),
        ("RSI imag > 0.5", "+0.10"),
    ]
    assert card.clamp.text() == "clamp 0.40 – 1.50"


def test_summands_that_add_nothing_stand_there_too(card: TemperatureCard) -> None:
    _put(card, Profile(0, 0, 0.5j))
    assert [value for _, value in _rows(card)] == ["0.70", "+0.00", f"{MINUS}0.00", "+0.00"]


def test_a_clamped_value_says_what_it_was(card: TemperatureCard) -> None:
    _put(card, Profile(0, 1, 0.9j), TemperatureSettings(base_temperature=1.2))
    assert card.number.text() == "1.50"
    assert card.clamp.text() == "clamped from 1.80"
    assert card.clamp.property("tone") == "accent"


def test_a_limit_reached_exactly_is_not_clamped(card: TemperatureCard) -> None:
    _put(card, Profile(1, 0), TemperatureSettings(minimum=0.4))
    assert card.number.text() == "0.40"
    assert card.clamp.text() == "clamp 0.40 – 1.50"


def test_words_follow_the_settings(card: TemperatureCard) -> None:
    settings = TemperatureSettings(
        entropy_weight=-0.25, trauma_weight=-0.1, rsi_imaginary_threshold=0.3
    )
    _put(card, Profile(0.5, 0.4), settings)
    assert _rows(card)[1:] == [
        (f"{MINUS} entropy × 0.25", f"{MINUS}0.10"),
        ("+ trauma × 0.1", "+0.05"),
        ("RSI imag > 0.3", "+0.00"),
    ]


def test_hovering_a_summand_names_its_lane(card: TemperatureCard) -> None:
    named: list[str] = []
    card.summand_hovered.connect(named.append)
    middle = QPointF(5, 5)
    for row in card.rows.values():
        QApplication.sendEvent(row, QEnterEvent(middle, middle, middle))
        QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert named == ["base", "", "entropy", "", "trauma", "", "rsi_imaginary", ""]


def test_hovering_the_curve_reads_out_bar_and_value(card: TemperatureCard) -> None:
    _put(card, Profile())
    curve = card.curve
    plot = curve.width() - 34
    for bar, value in ((1, "0.70"), (3, "1.20"), (4, "0.40")):
        place = QPointF(26 + (bar - 0.5) / 4 * plot, 50).toPoint()
        QTest.mouseMove(curve, place)
        assert card.read_out.text().split() == ["bar", str(bar), value]
    QApplication.sendEvent(curve, QEvent(QEvent.Type.Leave))
    assert card.read_out.text() == "whole cue"


def test_a_shorter_curve_under_a_resting_pointer_is_no_error(card: TemperatureCard) -> None:
    _put(card, Profile())
    QTest.mouseMove(card.curve, QPointF(card.curve.width() - 9, 50).toPoint())
    card.set_temperature(temperature(Profile()), (0.7,), SETTINGS)
    card.curve.grab()
    assert card.read_out.text() == "whole cue"


def test_the_playhead_and_the_curve_are_drawn(card: TemperatureCard) -> None:
    empty = card.curve.grab().toImage()
    _put(card, Profile())
    first = card.curve.grab().toImage()
    assert first != empty
    card.set_playhead_bar(3.5)
    assert card.curve.grab().toImage() != first


def test_an_empty_cue_has_no_curve(card: TemperatureCard) -> None:
    card.set_temperature(temperature(Profile()), (), SETTINGS)
    QTest.mouseMove(card.curve, QPointF(80, 50).toPoint())
    assert card.read_out.text() == "whole cue"
