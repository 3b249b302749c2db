"""Clocks, and ticks as seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.playing.clock import OfflineClock, RealClock, TempoLine
from engine.score import TempoMap

MAPS = st.lists(st.tuples(st.integers(1, 2000), st.floats(20, 400)), min_size=0, max_size=6).map(
    lambda steps: TempoMap(
        (
            (0, 100.0),
            *((sum(s for s, _ in steps[: i + 1]), bpm) for i, (_, bpm) in enumerate(steps)),
        )
    )
)


@given(MAPS, st.integers(-2000, 10_000))
def test_the_line_agrees_with_the_map_and_turns_back(tempo_map: TempoMap, tick: int) -> None:
    line = TempoLine(tempo_map)
    assert line.seconds(tick) == pytest.approx(tempo_map.seconds(tick), abs=1e-9)
    assert line.tick(line.seconds(tick)) == pytest.approx(tick, abs=1e-6)


def test_the_offline_clock_moves_only_when_slept_on_and_never_back() -> None:
    clock = OfflineClock(5.0)
    assert clock.now() == 5.0
    clock.sleep_until(7.5)
    clock.sleep_until(6.0)
    assert clock.now() == 7.5


def test_the_real_clock_never_wakes_before_the_moment() -> None:
    clock = RealClock()
    for wait in (0.0, 0.0001, 0.002):
        moment = clock.now() + wait
        clock.sleep_until(moment)
        assert clock.now() >= moment
