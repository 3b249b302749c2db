"""Bars, seconds and time code of a cue, there and back."""

from __future__ import annotations

import pytest

from engine.config.schema import Settings
from engine.project.cue import new_cue
from engine.project.cue_marks import Fermata, HitPoint, MetreMark, Start, TempoMark
from engine.project.picture_clock import PictureClock, hits_on_picture
from engine.score import Metre

CUE = new_cue("1M3", bars=12).replace(
    start=Start(timecode="01:00:00:00", frame_rate="24"),
    tempo=(TempoMark(bar=1, bpm=60, ramp=True), TempoMark(bar=5, bpm=90)),
    fermatas=(Fermata(bar=6.5),),
    metres=(MetreMark(bar=3, metre=Metre(3, 4)),),
)
CLOCK = PictureClock.of(CUE, Settings())


@pytest.mark.parametrize("bar", [1, 2.25, 3, 4 + 1 / 3, 6.5, 7, 12, 14.5])
def test_seconds_and_bars_are_inverse(bar: float) -> None:
    assert CLOCK.bar_of_seconds(CLOCK.seconds_of_bar(bar)) == pytest.approx(bar, abs=1e-3)


def test_time_code_counts_from_the_start() -> None:
    assert CLOCK.timecode_of_bar(1) == "01:00:00:00"
    assert CLOCK.seconds_of_timecode("01:00:02:12") == 2.5
    assert CLOCK.bar_of_timecode("00:59:59:00") < 1
    assert CLOCK.timecode_of_bar(CLOCK.bar_of_timecode("01:00:07:05")) == "01:00:07:05"


def test_a_hit_with_a_time_code_stays_on_the_picture_when_the_tempo_changes() -> None:
    hits = (
        HitPoint(bar=2, title="bar"),
        HitPoint(bar=3, title="door", timecode="01:00:04:00"),
        HitPoint(bar=4, title="outside", timecode="01:59:00:00"),
    )
    slow = CUE.replace(hits=hits, tempo=(TempoMark(bar=1, bpm=60),), fermatas=(), metres=())
    assert [(h.title, h.bar) for h in hits_on_picture(slow, Settings())] == [
        ("bar", 2.0),
        ("door", 2.0),
        ("outside", 4.0),
    ]
    fast = slow.replace(tempo=(TempoMark(bar=1, bpm=120),))
    assert [h.bar for h in hits_on_picture(fast, Settings())] == [2.0, 3.0, 4.0]
    assert PictureClock.of(fast, Settings()).hit_seconds(hits[1]) == 4.0
