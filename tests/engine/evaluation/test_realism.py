"""Overlapped areas with known answers, and rows of clips that are or are not like the data."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.realism import FEATURES, feature_table, overlapped_area, realism_rows
from engine.score import Key, Metre, Note, Score, Voice

RNG = np.random.default_rng


def test_equal_samples_overlap_wholly_and_strangers_not_at_all() -> None:
    sample = RNG(1).normal(size=200)
    assert overlapped_area(sample, sample) == pytest.approx(1.0)
    assert overlapped_area(sample, sample + 50) < 0.01


def test_two_normal_distributions_a_deviation_apart() -> None:
    # The overlap of N(0, 1) and N(1, 1) is 2 * Phi(-1/2) = .617.
    found = overlapped_area(RNG(1).normal(size=4000), RNG(2).normal(size=4000) + 1)
    assert found == pytest.approx(0.617, abs=0.03)


def test_constant_samples_can_be_compared() -> None:
    same = np.full(5, 2.0)
    assert overlapped_area(same, same) == pytest.approx(1.0)
    assert overlapped_area(same, np.full(5, 3.0)) < 0.01


def chord_score(key: int) -> Score:
    """Two bars of a triad in quarters, the second a tone higher."""
    notes = [
        Note(beat * 480, 480, 60 + key + step + (2 if beat >= 4 else 0), 80, Voice.INNER)
        for beat in range(8)
        for step in (0, 4, 7)
    ]
    return Score(tuple(notes), (Metre(), Metre()), key=Key(key, "major"))


def test_features_of_a_known_score_are_the_same_in_every_key() -> None:
    table = feature_table([chord_score(0), chord_score(5), Score((), (Metre(),))])
    assert table.shape == (2, len(FEATURES))
    np.testing.assert_allclose(table[0], table[1])
    named = dict(zip(FEATURES, table[0], strict=True))
    assert named["notes a quarter"] == 3
    assert named["gap between attacks"] == named["note length"] == 0.0
    assert named["pitch"] == pytest.approx(60 + 11 / 3 + 1)
    assert named["pitch classes a bar"] == 3
    assert named["velocity"] == 80
    assert named["polyphony"] == pytest.approx(3)


def tables(shift: float) -> tuple[np.ndarray, np.ndarray, list[str]]:
    real = RNG(3).normal(size=(120, len(FEATURES))) + 10
    composed = RNG(4).normal(size=(60, len(FEATURES))) + 10 + shift
    return composed, real, [f"song {at // 3}" for at in range(120)]


def test_music_of_the_same_kind_is_as_near_as_real_music() -> None:
    overlap, gap = realism_rows(*tables(0.0), "pop909")
    assert overlap.value == pytest.approx(1.0, abs=0.05) and overlap.passed is True
    assert overlap.interval is not None and overlap.interval[0] < 1.0 < overlap.interval[1] + 0.1
    assert gap.value is not None and gap.value < 0.05 and gap.passed is True


def test_music_of_another_kind_is_not() -> None:
    overlap, gap = realism_rows(*tables(3.0), "pop909")
    assert overlap.value is not None and overlap.value < 0.3 and overlap.passed is False
    assert gap.value == pytest.approx(0.3, abs=0.05) and gap.passed is False
