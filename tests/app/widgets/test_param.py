from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.theme import tokens
from app.widgets.curve_glyph import Automation
from app.widgets.param import Param
from engine.profile import DIMENSION_BY_NAME
from tests.app.pointer import ALT, NONE, SHIFT, Pointer

TRAUMA, REAL = DIMENSION_BY_NAME["trauma"], DIMENSION_BY_NAME["rsi_real"]
Show = Callable[[QWidget], QWidget]


class Clock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A slider in a window, with everything it said."""

    def __init__(self, show: Show, param: Param, clock: Clock) -> None:
        self.param, self.clock = param, clock
        self.moved: list[float] = []
        self.committed: list[float] = []
        self.cancelled: list[float] = []
        param.value_moved.connect(self.moved.append)
        param.value_committed.connect(self.committed.append)
        param.move_cancelled.connect(self.cancelled.append)
        self.window = show(param)
        self.track = param.track
        self.pointer = Pointer(param.track)
        self.span = param.track.width() - 10

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.track, key, modifiers)


@pytest.fixture
def bench(show: Show) -> Bench:
    clock = Clock()
    return Bench(show, Param(TRAUMA, tokens.TRAUMA, clock=clock), clock)


def test_a_press_alone_changes_nothing(bench: Bench) -> None:
    bench.pointer.press(3, 10).release()
    assert bench.param.value == 0.5
    assert bench.moved == bench.committed == []


@pytest.mark.parametrize("start", [2, 130, 260])
def test_a_drag_is_relative_from_anywhere(bench: Bench, start: float) -> None:
    bench.pointer.press(start, 10).move(bench.span * 0.1).move(bench.span * 0.1)
    assert bench.committed == []
    bench.pointer.release()
    assert bench.param.value == 0.7
    assert bench.moved == [0.6, 0.7]
    assert bench.committed == [0.7]


def test_shift_is_ten_times_finer_and_does_not_jump(bench: Bench) -> None:
    bench.pointer.press(50, 10).move(bench.span * 0.2).move(bench.span * 0.05, 0, SHIFT).release()
    assert bench.moved == [0.7, 0.705]
    assert bench.param.field.text() == "0.705"


def test_the_ends_hold_and_the_handle_comes_back_with_the_pointer(bench: Bench) -> None:
    bench.pointer.press(50, 10).move(bench.span * 0.8)
    assert bench.param.value == 1.0
    bench.pointer.move(-bench.span * 0.2)
    assert bench.param.value == 1.0
    bench.pointer.move(-bench.span * 0.2).release()
    assert bench.param.value == 0.9


def test_escape_takes_a_drag_back(bench: Bench) -> None:
    escapes: list[bool] = []
    QShortcut(QKeySequence(Qt.Key.Key_Escape), bench.window, lambda: escapes.append(True))
    bench.pointer.press(50, 10).move(bench.span * 0.2)
    bench.key(Qt.Key.Key_Escape)
    bench.pointer.move(20).release()
    assert bench.param.value == 0.5
    assert bench.param.field.text() == "0.50"
    assert bench.cancelled == [0.5]
    assert bench.committed == escapes == []
    bench.key(Qt.Key.Key_Escape)
    assert escapes == [True]


def test_double_click_and_alt_click_reset(bench: Bench) -> None:
    bench.param.set_value(0.9)
    QTest.mouseDClick(bench.track, Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert bench.committed == [0.5]
    bench.param.set_value(0.1)
    bench.pointer.press(30, 10, ALT).release(ALT)
    assert bench.committed == [0.5, 0.5]


def test_the_wheel_counts_only_where_the_pointer_rests(bench: Bench) -> None:
    bench.pointer.enter()
    bench.clock.now = 0.1
    assert not bench.pointer.wheel(120)
    bench.clock.now = 0.2
    assert not bench.pointer.wheel(120), "scrolling on keeps it asleep"
    bench.clock.now = 0.36
    assert bench.pointer.wheel(120)
    assert bench.pointer.wheel(-240)
    assert bench.pointer.wheel(120, SHIFT)
    bench.param.finish_gesture()
    assert bench.moved == [0.51, 0.49, 0.491]
    assert bench.committed == [0.491]


def test_a_smooth_wheel_adds_up_to_notches(bench: Bench) -> None:
    bench.pointer.enter()
    bench.clock.now = 1.0
    for _ in range(8):
        assert bench.pointer.wheel(30)
    assert bench.moved == [0.51, 0.52]


def test_keys_step(bench: Bench) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        bench.key(key)
    bench.key(Qt.Key.Key_Right, SHIFT)
    bench.key(Qt.Key.Key_PageUp)
    bench.key(Qt.Key.Key_PageDown)
    assert bench.moved == [0.51, 0.52, 0.51, 0.5, 0.501, 0.601, 0.501]
    bench.param.finish_gesture()
    assert bench.committed == [0.501]


def test_home_and_end_win_over_window_shortcuts(bench: Bench) -> None:
    started: list[bool] = []
    QShortcut(QKeySequence(Qt.Key.Key_Home), bench.window, lambda: started.append(True))
    bench.track.setFocus()
    bench.key(Qt.Key.Key_End)
    bench.key(Qt.Key.Key_Home)
    assert bench.moved == [1.0, 0.0]
    assert started == []


def test_an_undo_shortcut_finds_the_burst_committed(bench: Bench) -> None:
    order: list[str] = []
    undo = QKeySequence(QKeySequence.StandardKey.Undo)
    QShortcut(undo, bench.window, lambda: order.append("undo"))
    bench.param.value_committed.connect(lambda _value: order.append("commit"))
    bench.track.setFocus()
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert order == ["commit", "undo"]


@pytest.mark.parametrize(("text", "value"), [("0,8", 0.8), ("25 %", 0.25), ("7", 1.0)])
def test_a_click_on_the_number_types(bench: Bench, text: str, value: float) -> None:
    QTest.mouseClick(bench.param.field, Qt.MouseButton.LeftButton)
    assert bench.param.field.selectedText() == "0.50"
    QTest.keyClicks(bench.param.field, text)
    QTest.keyClick(bench.param.field, Qt.Key.Key_Return)
    assert bench.committed == [value]
    assert bench.param.field.text() == f"{value:.2f}"
    assert bench.track.hasFocus()


def test_typing_nonsense_is_marked_and_left_without_harm(bench: Bench) -> None:
    bench.key(Qt.Key.Key_Return)
    assert bench.param.field.hasFocus()
    QTest.keyClicks(bench.param.field, "half")
    QTest.keyClick(bench.param.field, Qt.Key.Key_Return)
    assert bench.param.field.property("invalid") is True
    assert bench.param.field.hasFocus()
    QTest.keyClick(bench.param.field, Qt.Key.Key_Escape)
    assert bench.param.field.text() == "0.50"
    assert bench.param.field.property("invalid") is False
    assert bench.committed == []


def test_leaving_the_number_accepts_it(bench: Bench) -> None:
    bench.param.field.start_typing()
    QTest.keyClicks(bench.param.field, ".3")
    bench.track.setFocus()
    assert bench.committed == [0.3]


def test_a_value_from_outside_is_silent_and_spares_the_hand(bench: Bench) -> None:
    bench.param.set_value(0.25)
    assert bench.param.field.text() == "0.25"
    bench.pointer.press(50, 10).move(bench.span * 0.1)
    bench.param.set_value(0.9)
    assert bench.param.value == 0.35
    bench.pointer.release()
    bench.param.field.start_typing()
    QTest.keyClicks(bench.param.field, "0.6")
    bench.param.set_value(0.9)
    assert bench.param.field.text() == "0.6"
    assert bench.committed == [0.35]


def test_the_menu_does_what_it_says(bench: Bench) -> None:
    bench.param.set_value(0.8)
    actions = {action.text(): action for action in bench.param.context_menu().actions()}
    said = [text for text in actions if text]
    assert said[:4] == ["Reset to 0.50", "Type value", "Copy", "MIDI learn"]
    assert said[4:] == ["What Trauma does…", "Why this value…"]
    actions["Copy"].trigger()
    assert QGuiApplication.clipboard().text() == "0.8"
    actions["Reset to 0.50"].trigger()
    assert bench.committed == [0.5]
    actions["Type value"].trigger()
    assert bench.param.field.hasFocus()


def test_the_glyph_tells_and_gives_back(bench: Bench) -> None:
    asked: list[bool] = []
    bench.param.automation_requested.connect(lambda: asked.append(True))
    glyph = bench.param.glyph
    assert not glyph.isVisible()
    bench.param.set_automation(Automation.FOLLOWING)
    bright = glyph.grab().toImage()
    assert glyph.isVisible() and "following" in glyph.accessibleName()
    bench.param.set_automation(Automation.OVERRIDDEN)
    assert glyph.grab().toImage() != bright
    QTest.mouseClick(glyph, Qt.MouseButton.LeftButton)
    assert asked == [True]
    actions = {action.text(): action for action in bench.param.context_menu().actions()}
    actions["Back to automation"].trigger()
    assert asked == [True, True]


def test_everyday_words_and_spoken_names(bench: Bench) -> None:
    assert bench.track.accessibleName() == "Trauma"
    assert bench.track.accessibleDescription() == "0.50, calm to wounded"
    real = Param(REAL, tokens.RSI_REAL, "real")
    assert real.track.accessibleName() == "Return (real)"
    assert real.field.text() == "+0.00"


def test_the_focus_ring_is_seen(bench: Bench) -> None:
    bench.param.field.setFocus()
    without = bench.track.grab().toImage()
    bench.track.setFocus(Qt.FocusReason.TabFocusReason)
    assert bench.track.grab().toImage() != without


def _red_columns(param: Param, colour: str) -> list[int]:
    """The columns of the track's middle row that carry the colour, the handle left out."""
    picture = param.track.grab().toImage()
    ink = QColor(colour)
    row = picture.height() // 2
    return [
        x
        for x in range(picture.width())
        if abs(picture.pixelColor(x, row).hue() - ink.hue()) < 8
        and picture.pixelColor(x, row).saturation() > 60
    ]


def test_the_fill_starts_at_the_end_or_at_the_centre(show: Show) -> None:
    one, two = Param(TRAUMA, tokens.TRAUMA), Param(REAL, tokens.TRAUMA)
    show(one)
    show(two)
    one.set_value(0.5)
    two.set_value(-0.5)
    middle = one.track.width() // 2
    assert min(_red_columns(one, tokens.TRAUMA)) < 5
    assert max(_red_columns(one, tokens.TRAUMA)) <= middle + 1
    filled = _red_columns(two, tokens.TRAUMA)
    assert min(filled) > middle // 2 - 5
    assert max(filled) <= middle + 1
