"""Performances on the bars that are found for them: what a bar lasts, what was moved."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.beats.find import Beats
from engine.data.beats.lay import bars_of, lay_on_found_beats
from engine.measuring.grid import seconds_at
from engine.score import Metre
from tests.engine.data.beats.performed import BALLAD, WALTZ, play, rubato


def beats_of(count: int, firsts: list[int], metre: str = "4/4", step: float = 0.5) -> Beats:
    marks = np.zeros(count, dtype=np.bool_)
    marks[firsts] = True
    return Beats(10.0 + step * np.arange(count), marks, Metre.parse(metre), 0.9)


def test_deviations_give_the_performance_back() -> None:
    played = play(BALLAD, tempo=84.0, clock=rubato(0.12, 12.0), jitter=0.012).performance
    laid = lay_on_found_beats(played)
    due = seconds_at(laid.tempo_map, np.array([note.onset for note in laid.notes]))
    again = np.sort(due + laid.deviations / 1000.0)
    assert len(laid.notes) + laid.dropped == len(played)
    assert laid.dropped <= 2
    # Up to where the first bar line lies in time.
    apart = again - played.onsets[: len(again)]
    np.testing.assert_allclose(apart, np.median(apart), atol=0.002)
    assert laid.moved_ms == pytest.approx(float(np.abs(laid.deviations).mean()), rel=1e-4)
    assert 3.0 < laid.moved_ms < 40.0


def test_a_steady_performance_is_hardly_moved() -> None:
    laid = lay_on_found_beats(play(BALLAD, tempo=72.0).performance)
    assert laid.tempo == pytest.approx(72.0, rel=0.005)
    assert laid.moved_ms < 5.0
    assert all(note.onset % 40 == note.duration % 40 == 0 for note in laid.notes)


def test_the_tempo_of_each_bar_is_kept() -> None:
    # From 80 bpm at first to about 100 at the end.
    laid = lay_on_found_beats(
        play(BALLAD, tempo=80.0, bars=20, clock=lambda at: 200.0 * np.log1p(at / 200.0)).performance
    )
    paces = [bpm for _, bpm in laid.tempo_map.marks]
    assert np.median(paces[:3]) == pytest.approx(82.0, rel=0.04)
    assert np.median(paces[-4:]) == pytest.approx(103.0, rel=0.05)


def test_a_waltz_lies_in_bars_of_three() -> None:
    laid = lay_on_found_beats(play(WALTZ, beats=3, bars=20, tempo=96.0).performance)
    assert laid.metres.count(Metre(3, 4)) >= len(laid.metres) - 1


def test_an_upbeat_gets_a_whole_bar() -> None:
    bars = bars_of(beats_of(12, [2, 6, 10]), first=10.0, last=15.5)
    assert bars.metres[:3] == (Metre(4, 4),) * 3
    assert bars.ticks(np.array([10.0, 11.0])).tolist() == [960.0, 1920.0]


def test_notes_before_the_first_beat_have_bars() -> None:
    bars = bars_of(beats_of(8, [0, 4]), first=8.7, last=13.5)
    assert bars.times[0] == 8.0
    assert bars.ticks(np.array([10.0])).tolist() == [1920.0]


def test_bars_cut_short_have_their_own_metre() -> None:
    bars = bars_of(beats_of(13, [0, 4, 7, 11]), first=10.0, last=16.0)
    assert [str(metre) for metre in bars.metres[:3]] == ["4/4", "3/4", "4/4"]


def test_a_single_beat_joins_the_bar_before() -> None:
    bars = bars_of(beats_of(13, [0, 4, 5, 9]), first=10.0, last=16.0)
    assert [str(metre) for metre in bars.metres[:2]] == ["5/4", "4/4"]


def test_compound_beats_are_dotted_quarters() -> None:
    bars = bars_of(beats_of(8, [0, 2, 4, 6], "6/8"), first=10.0, last=13.5)
    assert bars.metres[0] == Metre(6, 8)
    assert bars.ticks(np.array([10.5])).tolist() == [720.0]
    assert bars.tempo == pytest.approx(180.0)
