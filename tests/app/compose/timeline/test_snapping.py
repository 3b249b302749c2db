"""Grids of notes: steps of a bar, triplets, bars, none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.snapping import FREE_STEP, SNAPS, Snap
from engine.score import Metre

BARS = BarGrid((Metre(4, 4), Metre(7, 8), Metre(3, 4)))
BY_NAME = {snap.name: snap for snap in SNAPS}


@pytest.mark.parametrize(
    ("name", "tick", "nearest", "below"),
    [
        ("1/16", 170, 120, 120),
        ("1/16", 181, 240, 120),
        ("1/8T", 300, 320, 160),
        ("1/4T", 300, 320, 0),
        ("Bar", 900, 0, 0),
        ("Bar", 1200, 1920, 0),
        ("Bar", 1921, 1920, 1920),
        ("1/2", 3500, 3600, 2880),
        ("Off", 133, 133, 133),
    ],
)
def test_a_tick_goes_to_the_grid(name: str, tick: int, nearest: int, below: int) -> None:
    assert BY_NAME[name].nearest(BARS, tick) == nearest
    assert BY_NAME[name].below(BARS, tick) == below


@given(st.sampled_from(SNAPS), st.floats(0, 5039))
def test_the_nearest_line_is_near_and_stays_where_it_is(snap: Snap, tick: float) -> None:
    line = snap.nearest(BARS, tick)
    assert snap.nearest(BARS, line) == line
    assert snap.below(BARS, tick) <= tick
    assert abs(line - tick) <= (snap.step(BARS, tick) / 2 if snap.ticks is not None else 0.5)


def test_every_bar_line_is_on_every_grid() -> None:
    for snap in SNAPS:
        assert all(snap.nearest(BARS, start) == start for start in BARS.starts)


def test_without_a_grid_a_nudge_is_small_and_a_drawn_note_is_not() -> None:
    off = BY_NAME["Off"]
    assert off.step(BARS, 0) == FREE_STEP
    assert off.length(BARS, 0) == 120
    assert BY_NAME["Bar"].length(BARS, 2000) == Metre(7, 8).ticks
