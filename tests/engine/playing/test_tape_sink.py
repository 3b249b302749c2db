"""The sink of the other tests tells what it was told, and runs as fast as it should."""

from __future__ import annotations

import pytest

from engine.errors import PsychoscoreError
from engine.playing.clock import OfflineClock
from engine.playing.reference import Pcm
from tests.engine.playing.tape_sink import TapeSink


def test_it_runs_from_where_it_began_until_it_is_stopped() -> None:
    clock = OfflineClock(5.0)
    sink = TapeSink(clock, speed=2.0)
    assert not sink.sounding
    sink.start(10.0, -3.0)
    clock.sleep_until(6.0)
    assert sink.sounding and sink.position() == 12.0 and sink.gain_db == -3.0
    sink.stop()
    clock.sleep_until(9.0)
    assert sink.position() == 12.0 and not sink.sounding
    assert sink.told == [(5.0, "start", 10.0), (6.0, "stop", 12.0)]
    assert sink.starts == [10.0]


def test_a_broken_one_takes_nothing() -> None:
    with pytest.raises(PsychoscoreError, match="torn"):
        TapeSink(OfflineClock(), broken=True).load(Pcm("x", 1, 1))
