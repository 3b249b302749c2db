"""Find tempo: made-up hits on the beats of a known tempo, and hits that no tempo meets at once."""

from __future__ import annotations

import pytest

from engine.errors import PsychoscoreError
from engine.project.finding_tempo import find_tempi
from engine.score import Metre
from engine.timecode import frame_rate

RATE = frame_rate("25")
FOUR = (Metre(),) * 16


def beat(number: float, bpm: float) -> float:
    return number * 60 / bpm


@pytest.mark.parametrize("bpm", [72.0, 96.0, 133.0])
def test_the_tempo_that_the_hits_were_made_at_is_among_the_best(bpm: float) -> None:
    hits = [beat(number, bpm) for number in (8, 19, 30, 47)]
    fits = find_tempi(hits, FOUR, RATE, around=bpm)
    assert fits[0].bpm == bpm and fits[0].hits == 4
    assert [each.bar for each in fits[0].landings] == [3.0, 5.75, 8.5, 12.75]
    assert [each.beat for each in fits[0].landings] == [1, 4, 3, 4]
    assert fits[0].worst_frames < 1e-6
    assert all(fit.hits >= later.hits for fit, later in zip(fits, fits[1:], strict=False))


def test_a_near_miss_is_told_with_its_error() -> None:
    hits = [beat(8, 90), beat(24, 90), beat(40, 90) + 2 / 25]
    fit = next(each for each in find_tempi(hits, FOUR, RATE, around=90) if each.bpm == 90)
    assert (fit.hits, fit.near_misses) == (2, 1)
    assert fit.landings[2].error_frames == pytest.approx(-2.0)
    assert fit.landings[2].is_near and not fit.landings[2].is_hit


def test_compound_beats_are_dotted_quarters_and_parts_cut_them() -> None:
    metres = (Metre(6, 8),) * 8
    third = [2 * 1.5 * 60 / 90 + 60 / 90 / 2]
    whole = find_tempi(third, metres, RATE, low=90, high=90)
    assert whole == []
    fit = find_tempi(third, metres, RATE, low=90, high=90, parts=3)[0]
    assert fit.hits == 1 and fit.landings[0].beat == pytest.approx(4 / 3, abs=1e-3)


def test_hits_behind_the_last_bar_still_land() -> None:
    fit = find_tempi([beat(20, 60)], (Metre(3, 4),), RATE, low=60, high=60)[0]
    assert fit.landings[0].bar == pytest.approx(1 + 20 / 3)


def test_nothing_to_hit_and_ranges_that_are_none() -> None:
    assert find_tempi([], FOUR, RATE) == []
    with pytest.raises(PsychoscoreError, match="must ascend"):
        find_tempi([3.0], FOUR, RATE, low=120, high=60)
    with pytest.raises(PsychoscoreError, match="too many"):
        find_tempi([1.0] * 600, FOUR, RATE)
