"""Moments of messages that are fetched late, and ports that nobody may follow."""

from __future__ import annotations

import random

import pytest

from engine.errors import PsychoscoreError
from engine.playing.clock import OfflineClock
from engine.playing.inputs import RtMidiInputs, Stamps
from engine.playing.protocol import PortChoice


def test_stamps_are_as_even_as_the_driver_took_them_in() -> None:
    stamps, chance = Stamps(), random.Random(1)
    moments = []
    for index in range(2000):
        came = 50.0 + index * 0.02
        moments.append(stamps.moment(0.0 if not index else 0.02, came + chance.uniform(0, 0.005)))
    errors = [moment - 50.0 - index * 0.02 for index, moment in enumerate(moments)][200:]
    assert max(errors) < 0.0005
    assert min(errors) >= 0.0


def test_a_clock_that_drifts_is_kept_up_with() -> None:
    stamps = Stamps()
    for index in range(20_000):
        came = 50.0 + index * 0.02
        moment = stamps.moment(0.02 * (1 - 3e-5), came + 0.001)
    assert moment == pytest.approx(came, abs=0.005)


def test_no_message_comes_later_than_it_is_fetched() -> None:
    stamps = Stamps()
    assert stamps.moment(0.0, 5.0) == 5.0
    assert stamps.moment(0.5, 5.2) == 5.2
    assert stamps.moment(0.1, 5.4) <= 5.4


@pytest.mark.parametrize("name", ["PSYCHOSCORE", "PSYCHOSCORE:PSYCHOSCORE", "psychoscore-01:x 1"])
def test_our_own_port_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(PsychoscoreError, match="run in a circle"):
        RtMidiInputs(OfflineClock()).open(PortChoice("named", name))
