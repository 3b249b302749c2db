from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.compose.psyche_column import PsycheColumn
from app.widgets.curve_glyph import Automation
from engine.lanes import Lane, Lanes
from engine.profile import Profile
from engine.temperature import TemperatureSettings, temperature, temperature_curve
from tests.app.pointer import Pointer

LANES = Lanes(
    Profile(0.5, 0.2, 0.1 + 0.1j),
    (Lane("trauma", ((1, 0.0), (5, 0.8))), Lane("rsi_imaginary", ((1, 0.0), (5, 1.0)))),
)
SETTINGS = TemperatureSettings()


class Bench:
    """The column in a window, with everything it said."""

    def __init__(self, show: Callable[[QWidget], QWidget]) -> None:
        self.column = PsycheColumn()
        self.said: list[tuple[object, ...]] = []
        for name in (
            "dimension_moved",
            "dimension_committed",
            "dimension_cancelled",
            "automation_requested",
            "rsi_moved",
            "rsi_committed",
            "rsi_cancelled",
        ):
            signal = getattr(self.column, name)
            signal.connect(lambda *values, name=name: self.said.append((name, *values)))
        self.window = show(self.column)

    def follow(self) -> None:
        self.column.set_profile(LANES.profile)
        self.column.set_lanes(LANES)
        curve = temperature_curve(LANES.profiles(range(1, 6)))
        self.column.set_temperature(temperature(LANES.profile_at(1)), curve, SETTINGS)

    def drag(self, name: str, share: float) -> Pointer:
        track = self.column.params[name].track
        return Pointer(track).press(40, 10).move(share * (track.width() - 10))


@pytest.fixture
def bench(show: Callable[[QWidget], QWidget]) -> Bench:
    return Bench(show)


def test_without_lanes_it_shows_the_profile(bench: Bench) -> None:
    profile = Profile(0.8, 0.46, 0.37 + 0.62j)
    bench.column.set_profile(profile)
    assert bench.column.displayed_profile() == profile
    assert bench.column.pad.value == 0.37 + 0.62j
    assert bench.column.rsi_text.text() == "+0.37 +0.62 i"
    assert bench.column.chip.text() == "manual"
    assert bench.column.temperature.number.text() == "0.79"
    assert bench.said == []


def test_lanes_drive_their_sliders_along_the_playhead(bench: Bench) -> None:
    bench.follow()
    bench.column.set_playhead_bar(3.0)
    assert bench.column.displayed_profile() == Profile(0.4, 0.2, 0.1 + 0.5j)
    assert bench.column.chip.text() == "automation"
    assert bench.column.params["trauma"].glyph.automation == Automation.FOLLOWING
    assert bench.column.params["entropy"].glyph.automation == Automation.NONE
    assert bench.column.temperature.number.text() == f"{0.7 + 0.1 - 0.12:.2f}"
    bench.column.set_playhead_bar(5.0)
    assert bench.column.displayed_profile() == Profile(0.8, 0.2, 0.1 + 1j)
    assert bench.said == []


def test_a_slider_reports_one_gesture(bench: Bench) -> None:
    bench.drag("entropy", 0.1).move(0).release()
    assert bench.said == [
        ("dimension_moved", "entropy", 0.6),
        ("dimension_committed", "entropy", 0.6),
    ]
    assert bench.column.displayed_profile().entropy == 0.6


def test_the_temperature_follows_the_hand(bench: Bench) -> None:
    pointer = bench.drag("trauma", 0.5)
    assert bench.column.temperature.number.text() == "0.65"
    pointer.release()


def test_moving_a_followed_slider_overrides_it(bench: Bench) -> None:
    bench.follow()
    pointer = bench.drag("trauma", 0.3)
    assert bench.column.params["trauma"].glyph.automation == Automation.OVERRIDDEN
    bench.column.set_playhead_bar(3.0)
    assert bench.column.displayed_profile().trauma == 0.3
    pointer.release()
    bench.column.set_playhead_bar(4.0)
    assert bench.column.displayed_profile() == Profile(0.3, 0.2, 0.1 + 0.75j)
    QTest.mouseClick(bench.column.params["trauma"].glyph, Qt.MouseButton.LeftButton)
    assert bench.said[-1] == ("automation_requested", "trauma")
    bench.column.set_overridden(())
    assert bench.column.displayed_profile().trauma == pytest.approx(0.6)


def test_a_drag_taken_back_follows_again(bench: Bench) -> None:
    bench.follow()
    bench.drag("trauma", 0.3)
    bench.column.set_playhead_bar(3.0)
    QTest.keyClick(bench.column.params["trauma"].track, Qt.Key.Key_Escape)
    assert bench.said[-1] == ("dimension_cancelled", "trauma", 0.0)
    assert bench.column.displayed_profile().trauma == 0.4
    assert bench.column.params["trauma"].glyph.automation == Automation.FOLLOWING


def test_a_muted_lane_does_not_act(bench: Bench) -> None:
    lanes = Lanes(Profile(trauma=0.9), (Lane("trauma", ((1, 0.1),), muted=True),))
    bench.column.set_profile(lanes.profile)
    bench.column.set_lanes(lanes)
    assert bench.column.displayed_profile().trauma == 0.9
    assert bench.column.chip.text() == "manual"


def test_an_override_ends_with_its_lane(bench: Bench) -> None:
    bench.follow()
    bench.column.set_overridden(["trauma"])
    bench.column.set_lanes(Lanes())
    bench.column.set_lanes(LANES)
    assert bench.column.displayed_profile().trauma == 0.0


def test_the_pad_moves_both_sliders(bench: Bench) -> None:
    pad = bench.column.pad
    pointer = Pointer(pad).press(30, 30)
    pointer.move((pad.width() - 16) / 8, -(pad.height() - 16) / 4)
    assert bench.column.params["rsi_real"].value == 0.25
    assert bench.column.params["rsi_imaginary"].field.text() == "+0.50"
    pointer.release()
    assert bench.said == [("rsi_moved", 0.25 + 0.5j), ("rsi_committed", 0.25 + 0.5j)]


def test_a_slider_moves_the_pad(bench: Bench) -> None:
    bench.drag("rsi_real", 0.25).release()
    assert bench.column.pad.value == 0.5
    assert bench.said[-1] == ("dimension_committed", "rsi_real", 0.5)


def test_waiting_steps_can_be_finished(bench: Bench) -> None:
    track = bench.column.params["entropy"].track
    track.setFocus()
    QTest.keyClick(track, Qt.Key.Key_Right)
    bench.column.finish_gestures()
    assert bench.said[-1] == ("dimension_committed", "entropy", 0.51)


def test_a_listener_may_answer_within_the_signal(bench: Bench) -> None:
    """The owner of the state answers a move by showing the whole new state at once."""
    column = bench.column

    def answer(name: str, value: float) -> None:
        profile = column.displayed_profile().replace(name, value)
        column.set_profile(profile)
        column.set_temperature(temperature(profile), (0.7,) * 4, SETTINGS)

    column.dimension_moved.connect(answer)
    column.dimension_committed.connect(answer)
    bench.drag("trauma", 0.2).move(28).release()
    assert [said[0] for said in bench.said].count("dimension_committed") == 1
    assert column.displayed_profile().trauma == bench.said[-1][2]


def test_it_fits_the_window_and_a_low_one_scrolls(bench: Bench) -> None:
    assert bench.column.width() == 304
    low = bench.column.widget().minimumSizeHint()
    assert low.height() <= 774
    assert low.width() <= 304 - 10, "beside a scroll bar"
