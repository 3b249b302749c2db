"""Time code at the frame rates of film."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timecode import (
    FRAME_RATES,
    FrameRate,
    frame_number,
    frame_rate,
    timecode,
)

DROP = frame_rate("29.97 DF")


@pytest.mark.parametrize(
    ("seconds", "rate", "start", "text"),
    [
        (0.0, "24", "01:02:00:00", "01:02:00:00"),
        (40.0, "24", "01:02:00:00", "01:02:40:00"),
        (13.0 + 8 / 24, "24", "01:02:00:00", "01:02:13:08"),
        (60.06, "29.97", "00:00:00:00", "00:01:00:00"),
        (60.06, "29.97 DF", "00:00:00:00", "00:01:00;02"),
        (3600.0, "29.97 DF", "00:00:00:00", "01:00:00;00"),
        (-1.0, "25", "10:00:00:00", "09:59:59:00"),
    ],
)
def test_known_time_codes(seconds: float, rate: str, start: str, text: str) -> None:
    found = frame_rate(rate)
    assert timecode(seconds, found, frame_number(start, found)) == text


@given(st.sampled_from(FRAME_RATES), st.integers(0, 24 * 3600 * 23))
def test_a_frame_returns_from_its_time_code(rate: FrameRate, number: int) -> None:
    assert frame_number(timecode(0.0, rate, number), rate) == number


def test_drop_frame_counting_skips_two_numbers_but_not_each_tenth_minute() -> None:
    assert frame_number("00:01:00;02", DROP) == frame_number("00:00:59;29", DROP) + 1
    assert frame_number("00:10:00;00", DROP) == frame_number("00:09:59;29", DROP) + 1


def test_rates_are_found_by_number_and_label() -> None:
    assert frame_rate(23.976).label == "23.976"
    assert frame_rate(29.97).drop is False
    assert frame_rate("30 fps").label == "30"
    with pytest.raises(ValueError, match="no frame rate"):
        frame_rate(48)
    with pytest.raises(ValueError, match="not a time code"):
        frame_number("soon", DROP)
