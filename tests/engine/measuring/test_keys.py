"""The key finder on scales, cadences and windows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.measuring.keys import find_key, find_key_scores, pitch_class_weights
from engine.score import Key, Mode, Note, Voice

CADENCES: dict[Mode, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),
    "minor": ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)),
}


def chords(rows: Iterable[tuple[int, ...]], tonic: int = 0, start: int = 0) -> list[Note]:
    return [
        Note(start + 480 * index, 480, 60 + tonic + step, 80, Voice.ACCOMPANIMENT)
        for index, chord in enumerate(rows)
        for step in chord
    ]


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_a_cadence_tells_its_key(tonic: int, mode: Mode) -> None:
    assert find_key(chords(CADENCES[mode], tonic)) == Key(tonic, mode)


def test_a_window_tells_its_own_key() -> None:
    notes = chords(CADENCES["major"]) + chords(CADENCES["minor"], 6, start=1920)
    assert find_key_scores(notes, 0, 1920)[0][0] == Key(0, "major")
    assert find_key_scores(notes, 1920, 3840)[0][0] == Key(6, "minor")


def test_scores_are_ordered_correlations() -> None:
    scores = [score for _, score in find_key_scores(chords(CADENCES["major"]))]
    assert len(scores) == 24
    assert scores == sorted(scores, reverse=True)
    assert -1.0 <= scores[-1] < 0.0 < scores[0] <= 1.0


def test_loud_and_long_notes_weigh_more() -> None:
    notes = [
        Note(0, 960, 60, 100, Voice.MELODY),
        Note(0, 480, 62, 100, Voice.MELODY),
        Note(0, 480, 64, 50, Voice.MELODY),
    ]
    weights = pitch_class_weights(notes)
    assert weights[0] == pytest.approx(2 * weights[2]) == pytest.approx(4 * weights[4])


def test_silence_has_a_key_of_last_resort() -> None:
    assert find_key([]) == Key(0, "major")


@given(
    st.lists(st.tuples(st.integers(30, 90), st.integers(1, 127)), min_size=3), st.integers(1, 11)
)
def test_transposition_moves_the_tonic_alone(played: list[tuple[int, int]], step: int) -> None:
    notes = [Note(40 * i, 480, p, v, Voice.MELODY) for i, (p, v) in enumerate(played)]
    higher = [Note(n.onset, 480, n.pitch + step, n.velocity, n.voice) for n in notes]
    (first, best), (_, second) = find_key_scores(notes)[:2]
    if best - second > 1e-6:
        assert find_key(higher) == Key((first.tonic + step) % 12, first.mode)
