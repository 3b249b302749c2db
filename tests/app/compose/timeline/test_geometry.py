"""The transforms of time and pitch, and the stack of rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.geometry import (
    LANE_HEIGHTS,
    MINIMUM_HEIGHT,
    MINIMUM_ROLL,
    PitchAxis,
    TimeAxis,
    stack_rows,
)

ticks = st.integers(0, 512 * 2880)
zooms = st.floats(1 / 480, 1.0)
scrolls = st.floats(0, 500_000)
positions = st.floats(0, 3000)


@given(ticks, zooms, scrolls)
def test_a_tick_returns_from_its_position(tick: int, zoom: float, scroll: float) -> None:
    axis = TimeAxis(zoom, scroll)
    assert axis.tick(axis.x(tick)) == pytest.approx(tick, abs=1e-3)


@given(zooms, scrolls, positions, st.floats(0.2, 5.0))
def test_zooming_keeps_what_is_under_the_pointer(
    zoom: float, scroll: float, x: float, factor: float
) -> None:
    axis = TimeAxis(zoom, scroll)
    assert axis.zoomed(factor, x).tick(x) == pytest.approx(axis.tick(x), rel=1e-6, abs=1e-3)


@given(st.integers(0, 127), st.floats(4, 28), st.floats(0, 3000))
def test_a_pitch_returns_from_the_middle_of_its_row(pitch: int, key: float, scroll: float) -> None:
    axis = PitchAxis(key, scroll)
    assert axis.pitch(axis.y(pitch) + key / 2) == pitch


@given(zooms, st.floats(-1e6, 1e6), st.integers(1, 1_000_000), st.floats(50, 3000))
def test_the_view_never_leaves_the_cue(zoom: float, scroll: float, end: int, width: float) -> None:
    axis = TimeAxis(zoom, scroll).limited(end, width)
    assert axis.scroll >= 0
    assert axis.x(0) <= 0
    assert axis.x(end) >= min(width - 26, axis.world(end)) - 1


@given(st.floats(0, 10_000), st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_a_scrolled_view_lies_on_device_pixels(scroll: float, ratio: float) -> None:
    device = TimeAxis(0.1, scroll).limited(10_000_000, 800, ratio).scroll * ratio
    assert device == pytest.approx(round(device), abs=1e-6)


@given(st.integers(1, 512 * 2880), st.floats(200, 3000))
def test_a_fitted_cue_is_all_in_view(end: int, width: float) -> None:
    axis = TimeAxis.fitting(end, width)
    assert axis.x(0) == 0
    assert axis.x(end) <= width or axis.zoom == 1 / 480


@given(st.integers(21, 108), st.integers(0, 60), st.integers(300, 900))
def test_fitted_pitches_are_all_in_view(low: int, span: int, height: int) -> None:
    high = min(low + span, 127)
    axis = PitchAxis.fitting(low, high, height).limited(height)
    assert axis.y(high) >= -1e-6
    assert axis.y(low) + axis.key <= height + 1e-6 or axis.key == 4.0


@pytest.mark.parametrize("height", [0, MINIMUM_HEIGHT, 640, 1200])
@pytest.mark.parametrize("maximised", [None, "trauma", "rsi_imaginary"])
def test_rows_lie_on_each_other_without_gaps(height: int, maximised: str | None) -> None:
    rows = stack_rows(height, maximised)
    assert rows[0].top == 0
    assert all(above.bottom == below.top for above, below in zip(rows, rows[1:], strict=False))
    assert rows[-1].bottom == max(height, MINIMUM_HEIGHT)
    assert min(row.height for row in rows if row.name == "roll") >= MINIMUM_ROLL


def test_a_maximised_lane_takes_its_height_from_the_roll() -> None:
    usual = {row.name: row.height for row in stack_rows(900)}
    large = {row.name: row.height for row in stack_rows(900, "entropy")}
    assert large["entropy"] > 2 * LANE_HEIGHTS["entropy"]
    assert usual["roll"] - large["roll"] == large["entropy"] - usual["entropy"]
