"""Beats and bars of hand-made performances whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.beats.find import Beats, find_beats
from engine.data.grid import Performance
from engine.errors import PsychoscoreError
from engine.score import Metre
from tests.engine.data.beats.performed import (
    BALLAD,
    SYNCOPATED,
    WALTZ,
    Played,
    f_measure,
    play,
    rubato,
)


def found(played: Played) -> Beats:
    each = played.performance
    return find_beats(each.onsets, each.pitches, each.velocities, each.ends - each.onsets)


def scores(played: Played) -> tuple[float, float]:
    """F of beats and of downbeats."""
    beats = found(played)
    return (
        f_measure(played.beats, beats.times),
        f_measure(played.downbeats, beats.times[beats.downbeats]),
    )


@pytest.mark.parametrize("tempo", [66.0, 90.0, 100.0])
def test_a_steady_ballad(tempo: float) -> None:
    beats, downbeats = scores(play(BALLAD, tempo=tempo))
    assert beats > 0.97
    assert downbeats > 0.9


def test_times_are_exact_to_a_few_milliseconds() -> None:
    played = play(BALLAD, tempo=87.3, jitter=0.004)
    times = found(played).times
    apart = np.abs(times[:, None] - played.beats).min(axis=1)
    assert np.median(apart) < 0.004


def test_a_clumsy_hand_is_followed() -> None:
    beats, downbeats = scores(play(BALLAD, tempo=80.0, jitter=0.015))
    assert beats > 0.95
    assert downbeats > 0.85


def test_rubato_is_followed() -> None:
    # 15 % faster and slower within twelve seconds.
    beats, downbeats = scores(play(BALLAD, tempo=84.0, bars=20, clock=rubato(0.15, 12.0)))
    assert beats > 0.95
    assert downbeats > 0.85


def test_a_slow_turn_of_tempo_does_not_change_the_level() -> None:
    played = play(BALLAD, tempo=84.0, bars=20, clock=rubato(0.15, 40.0))
    assert len(found(played).times) == pytest.approx(len(played.beats), abs=3)


def test_a_waltz_has_bars_of_three() -> None:
    played = play(WALTZ, beats=3, bars=20, tempo=96.0)
    assert found(played).metre == Metre(3, 4)
    beats, downbeats = scores(played)
    assert beats > 0.95
    assert downbeats > 0.9


def test_a_melody_against_the_beat_does_not_lead_astray() -> None:
    beats, downbeats = scores(play(SYNCOPATED, tempo=88.0))
    assert beats > 0.95
    assert downbeats > 0.85


@pytest.mark.parametrize("skip", [1.0, 2.5, 3.5])
def test_a_start_off_the_bar_line(skip: float) -> None:
    beats, downbeats = scores(play(BALLAD, tempo=90.0, skip=skip))
    assert beats > 0.95
    assert downbeats > 0.85


def test_order_of_notes_and_origin_of_time_do_not_matter() -> None:
    each = play(BALLAD, tempo=95.0).performance
    order = np.random.default_rng(1).permutation(len(each))
    lengths = each.ends - each.onsets
    first = find_beats(each.onsets, each.pitches, each.velocities, lengths)
    second = find_beats(
        each.onsets[order] + 100.0, each.pitches[order], each.velocities[order], lengths[order]
    )
    np.testing.assert_allclose(second.times, first.times + 100.0, atol=0.006)
    assert second.metre == first.metre


def test_beats_ascend_and_cover_the_notes() -> None:
    played = play(SYNCOPATED, tempo=101.0, jitter=0.02)
    beats = found(played)
    assert (np.diff(beats.times) > 0.2).all()
    assert beats.times[0] <= played.performance.onsets[0] + 0.05
    assert beats.times[-1] >= played.performance.onsets[-1] - 0.05
    assert beats.downbeats.any() and 0.0 <= beats.confidence <= 1.0


def test_golden_numbers() -> None:
    # They move with resources/beats.json and with nothing else.
    played = play(BALLAD, tempo=84.0, bars=20, clock=rubato(0.15, 12.0), jitter=0.01)
    beats = found(played)
    assert len(beats.times) == 81
    np.testing.assert_allclose(
        beats.times[[0, 10, 40, 70]], [0.005, 6.975, 28.774, 50.252], atol=0.002
    )
    assert np.flatnonzero(beats.downbeats)[:4].tolist() == [0, 4, 8, 12]
    assert beats.confidence == pytest.approx(0.8898, abs=0.002)
    np.testing.assert_allclose(beats.evidence, [2.971, 0.268, 0.0, 0.954], atol=0.003)


def test_steady_music_is_surer_than_notes_at_random() -> None:
    rng = np.random.default_rng(5)
    onsets = np.sort(rng.uniform(0.0, 40.0, 200))
    loose = find_beats(
        onsets, rng.integers(40, 80, 200), rng.integers(40, 100, 200), np.full(200, 0.3)
    )
    assert found(play(BALLAD)).confidence > loose.confidence + 0.2


def test_too_few_onsets_are_an_error() -> None:
    chord = Performance(np.zeros(9), np.ones(9), np.arange(60, 69), np.full(9, 80))
    with pytest.raises(PsychoscoreError, match="1 onsets are too few"):
        find_beats(chord.onsets, chord.pitches, chord.velocities, chord.ends)
