"""Offsets lie on frames and under the cue; gains never ask for more than full scale."""

from __future__ import annotations

import pytest

from engine.reference_audio.alignment import FARTHEST_SECONDS, level_db, limited, on_frame
from engine.timecode import FRAME_RATES


@pytest.mark.parametrize("rate", FRAME_RATES, ids=str)
@pytest.mark.parametrize("seconds", [0.0, 1.2345, -3.21, 3599.987])
def test_the_nearest_frame(rate: object, seconds: float) -> None:
    found = on_frame(seconds, rate)  # type: ignore[arg-type]
    frames = found * rate.per_second  # type: ignore[attr-defined]
    assert abs(frames - round(frames)) < 1e-3
    assert abs(found - seconds) <= 0.5 / rate.per_second + 1e-6  # type: ignore[attr-defined]


def test_some_of_it_stays_under_the_cue() -> None:
    assert limited(3.0, 10.0, 60.0) == 3.0
    assert limited(70.0, 10.0, 60.0) == 59.9
    assert limited(-20.0, 10.0, 60.0) == -9.9
    assert limited(-1e9, 1e9, 60.0) == -FARTHEST_SECONDS


def test_levels() -> None:
    assert level_db(0.0, -12.0) == -12.0
    assert level_db(6.0, -12.0) == -6.0
    assert level_db(12.0, -3.0) == 0.0
