"""Bar and beat, seconds and time code, as people write them."""

from __future__ import annotations

import pytest

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.places import (
    Place,
    beat_text,
    frames_late,
    frames_text,
    frames_words,
    nearest_timecode,
    read_place,
)
from engine.project.cue_marks import Start
from engine.project.picture_clock import PictureClock
from engine.score import Metre, TempoMap

METRES = (Metre(), Metre(3, 4), Metre(6, 8), Metre())
CLOCK = PictureClock(METRES, TempoMap(((0, 60.0),)), Start(timecode="01:00:00:00", frame_rate="24"))


@pytest.mark.parametrize(
    ("text", "tick"),
    [
        ("1", 0),
        ("2.3", 1920 + 960),
        ("3.2", 1920 + 1440 + 720),
        ("1.1.120", 120),
        ("2 s", 960),
        ("1,5s", 720),
        ("0:02.5", 1200),
        ("01:00:02:12", 1200),
    ],
)
def test_a_place_is_read_in_all_its_forms(text: str, tick: int) -> None:
    assert read_place(text, CLOCK).tick == tick


def test_a_typed_time_code_is_kept_as_such() -> None:
    assert read_place("1:00:02:12", CLOCK) == Place(1200, "01:00:02:12")
    assert read_place("2.3", CLOCK).timecode is None


@pytest.mark.parametrize("text", ["", "x", "0", "5", "2.4", "99 s", "00:59:00:00", "1:2:3"])
def test_what_is_no_place_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        read_place(text, CLOCK)


def test_a_written_place_is_read_again() -> None:
    bars = BarGrid(METRES)
    for tick in (0, 480, 500, 1920, 3360 + 720, bars.end - 1):
        assert read_place(beat_text(tick, bars), CLOCK).tick == tick


def test_frames_are_counted_from_the_picture() -> None:
    assert nearest_timecode(CLOCK, 960) == "01:00:02:00"
    assert nearest_timecode(CLOCK, 960 + 9) == "01:00:02:00"
    assert nearest_timecode(CLOCK, 960 + 11) == "01:00:02:01"
    assert frames_late(CLOCK, 960, "01:00:01:20") == pytest.approx(4)
    assert frames_late(CLOCK, 960, "01:00:02:06") == pytest.approx(-6)


def test_frames_in_words() -> None:
    assert [frames_text(late) for late in (0.2, 3.2, -7.9)] == ["", "+3 f", "-8 f"]
    assert [frames_words(late) for late in (0.0, 1.0, -2.5)] == [
        "on its frame",
        "1.0 frame late",
        "2.5 frames early",
    ]
