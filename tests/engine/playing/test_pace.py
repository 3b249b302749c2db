"""Ticks and moments by the music's own tempo and by a leader's."""

from __future__ import annotations

import pytest

from engine.playing.pace import Pace
from engine.score import TempoMap


def test_a_leader_sets_the_tempo_and_leaves_the_music_its_own() -> None:
    pace = Pace()
    pace.set_map(TempoMap(((0, 60.0), (480, 120.0))))
    pace.anchor(0.0, 10.0)
    assert pace.moment_of(960) == pytest.approx(11.5)
    pace.lead(240.0)
    pace.set_map(TempoMap(((0, 60.0),)))
    assert pace.moment_of(960) == pytest.approx(10.5)
    assert pace.tick_at(10.25) == pytest.approx(480)
    assert pace.own_tick(2.0) == pytest.approx(960)
    pace.lead(0)
    assert pace.moment_of(960) == pytest.approx(12.0)
    assert pace.apart(0, -480) == pytest.approx(1.0)


def test_no_moment_lies_before_the_anchor() -> None:
    pace = Pace()
    pace.anchor(-240.0, 10.0)
    assert pace.tick_at(9.0) == -240.0
