from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.compose.rsi_pad import RsiPad
from engine.temperature import TemperatureSettings
from tests.app.pointer import CONTROL, NONE, SHIFT, Pointer

Show = Callable[[QWidget], QWidget]


class Bench:
    """A pad in a window, with everything it said."""

    def __init__(self, show: Show) -> None:
        self.pad = RsiPad()
        self.moved: list[complex] = []
        self.committed: list[complex] = []
        self.cancelled: list[complex] = []
        self.pad.moved.connect(self.moved.append)
        self.pad.committed.connect(self.committed.append)
        self.pad.cancelled.connect(self.cancelled.append)
        show(self.pad)
        self.pointer = Pointer(self.pad)
        self.unit_x = (self.pad.width() - 16) / 2
        self.unit_y = (self.pad.height() - 16) / 2

    def move(self, real: float, imag: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.pointer.move(real * self.unit_x, -imag * self.unit_y, modifiers)


@pytest.fixture
def bench(show: Show) -> Bench:
    return Bench(show)


def test_a_drag_moves_both_parts_and_commits_once(bench: Bench) -> None:
    bench.pointer.press(20, 20)
    bench.move(0.2, 0.3)
    bench.move(0.1, 0.1)
    bench.pointer.release()
    assert bench.moved == [0.2 + 0.3j, 0.3 + 0.4j]
    assert bench.committed == [0.3 + 0.4j]


def test_shift_is_fine(bench: Bench) -> None:
    bench.pointer.press(20, 20)
    bench.move(0.25, -0.5, SHIFT)
    assert bench.moved == [0.025 - 0.05j]


def test_control_holds_the_axis_that_moved_first(bench: Bench) -> None:
    bench.pointer.press(20, 20)
    bench.move(0.2, 0.01, CONTROL)
    bench.move(0.0, 0.4, CONTROL)
    assert bench.pad.value == 0.2
    bench.move(0.0, 0.4)
    assert bench.pad.value == 0.2 + 0.4j
    bench.pointer.release()
    bench.pointer.press(20, 20)
    bench.move(0.01, -0.2, CONTROL)
    assert bench.pad.value == 0.2 + 0.2j


def test_it_stays_inside(bench: Bench) -> None:
    bench.pointer.press(20, 20)
    bench.move(3, 3)
    bench.pointer.release()
    assert bench.committed == [1 + 1j]


def test_escape_restores(bench: Bench) -> None:
    bench.pad.set_value(0.1 + 0.1j)
    bench.pointer.press(20, 20)
    bench.move(0.5, 0.5)
    QTest.keyClick(bench.pad, Qt.Key.Key_Escape)
    bench.pointer.release()
    assert bench.pad.value == 0.1 + 0.1j
    assert bench.cancelled == [0.1 + 0.1j]
    assert bench.committed == []


def test_double_click_is_the_origin(bench: Bench) -> None:
    bench.pad.set_value(0.4 - 0.4j)
    QTest.mouseDClick(bench.pad, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert bench.committed == [0j]


def test_arrows_step(bench: Bench) -> None:
    bench.pad.setFocus()
    QTest.keyClick(bench.pad, Qt.Key.Key_Right)
    QTest.keyClick(bench.pad, Qt.Key.Key_Up)
    QTest.keyClick(bench.pad, Qt.Key.Key_Left, SHIFT)
    QTest.keyClick(bench.pad, Qt.Key.Key_Down, SHIFT)
    assert bench.moved == [0.01, 0.01 + 0.01j, 0.009 + 0.01j, 0.009 + 0.009j]
    bench.pad.gesture.finish()
    assert bench.committed == [0.009 + 0.009j]


def test_a_value_from_outside_is_silent_and_spares_the_hand(bench: Bench) -> None:
    bench.pad.set_value(0.5j)
    bench.pointer.press(20, 20)
    bench.pad.set_value(0.9)
    assert bench.pad.value == 0.5j
    assert bench.moved == []
    assert bench.pad.accessibleDescription() == "+0.00 +0.50 i"


def test_path_and_threshold_are_drawn(bench: Bench) -> None:
    plain = bench.pad.grab().toImage()
    bench.pad.set_trajectory([-0.5 - 0.5j, 0.2j, 0.5 + 0.5j])
    with_path = bench.pad.grab().toImage()
    assert with_path != plain
    bench.pad.set_settings(TemperatureSettings(rsi_imaginary_threshold=0.2))
    assert bench.pad.grab().toImage() != with_path


def test_the_path_grows_brighter(bench: Bench) -> None:
    bench.pad.set_value(-0.9j)
    bench.pad.set_trajectory([complex(step / 20, 0.25) for step in range(-18, 19)])
    picture = bench.pad.grab().toImage()
    row = round(8 + (1 - 0.25) / 2 * (bench.pad.height() - 16))

    def brightness(real: float) -> int:
        x = round(8 + (real + 1) / 2 * (bench.pad.width() - 16))
        return max(picture.pixelColor(x, row + dy).lightness() for dy in (-1, 0, 1))

    assert brightness(-0.8) < brightness(0.2) < brightness(0.8)
