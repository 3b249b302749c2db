"""Bars as places in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.bars import BarGrid, Line
from engine.score import METRES, Metre

grids = st.lists(st.sampled_from(METRES), min_size=1, max_size=20).map(BarGrid)


@given(grids, st.floats(0, 1))
def test_a_tick_returns_from_its_bar(grid: BarGrid, share: float) -> None:
    tick = share * grid.end
    assert grid.tick(grid.bar(tick)) == pytest.approx(tick, abs=1e-6)


@given(grids)
def test_whole_bar_numbers_are_bar_lines(grid: BarGrid) -> None:
    for index, start in enumerate(grid.starts[:-1]):
        assert grid.bar(start) == index + 1
        assert grid.tick(index + 1) == start


@given(grids, st.floats(0, 1), st.floats(0.002, 1.0))
def test_snapping_goes_to_a_line_of_the_grid(grid: BarGrid, share: float, zoom: float) -> None:
    tick = grid.snapped(share * grid.end, zoom)
    index = grid.index(tick)
    beat = grid.metres[index].beat_ticks
    assert 0 <= tick <= grid.end
    assert tick == grid.end or (tick - grid.starts[index]) % beat == 0


def test_lines_become_finer_with_the_zoom() -> None:
    grid = BarGrid((Metre(4, 4), Metre(6, 8)))
    assert {line for _, line in grid.lines(0, grid.end, 0.01)} == {Line.BAR}
    near = dict(grid.lines(0, grid.end, 0.02))
    assert [tick for tick, line in near.items() if line is Line.BEAT] == [480, 960, 1440, 2640]
    assert near[0] is near[1920] is near[3360] is Line.BAR
    assert dict(grid.lines(0, grid.end, 0.2))[120] is Line.STEP


def test_labels_keep_their_distance() -> None:
    grid = BarGrid((Metre(),) * 16)
    assert grid.stride(0.05, 90) == 1
    assert grid.stride(0.02, 44) == 2
    assert grid.stride(0.02, 90) == 4
