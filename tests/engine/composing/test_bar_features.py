"""What the listening networks are given of a bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.composing.bar_features import FEATURES, Floats, bar_features, excerpt
from engine.composing.conditions import structure_rows
from engine.composing.tokens import encode
from engine.score import Key, Metre, Note, Score, Voice


def score(notes: tuple[Note, ...], bars: int, tonic: int = 0) -> Score:
    return Score(notes, (Metre(),) * bars, key=Key(tonic, "major"))


def heard(music: Score) -> Floats:
    encoded = encode(music)
    rows = structure_rows(music.metres, [120.0] * len(music.metres), music.key)
    tokens = np.array(encoded.tokens, dtype=np.uint16)
    return bar_features(tokens, np.array(encoded.bars, dtype=np.uint16), rows)


def value(features: Floats, name: str, bar: int = 0) -> float:
    return float(features[bar, FEATURES.index(name)])


CHORD = tuple(Note(0, 960, pitch, 100, Voice.ACCOMPANIMENT) for pitch in (48, 64, 67))
LINE = tuple(
    Note(1920 + 480 * i, 480, pitch, 40, Voice.MELODY) for i, pitch in enumerate((72, 71, 71, 76))
)


def test_a_bar_of_known_notes() -> None:
    found = heard(score(CHORD + LINE, 3))
    assert found.shape == (3, len(FEATURES))
    for degree in (0, 4, 7):
        assert abs(value(found, f"degree_{degree}") - 1 / 3) < 1e-6
    assert value(found, "bass_0") == 1.0
    # c-e and c-g lie a third and a fourth class apart, e-g a minor third.
    assert abs(value(found, "together_3") - 1 / 3) < 1e-6
    assert value(found, "loud_mean") > 0.75 > value(found, "loud_mean", 1)
    assert abs(value(found, "attacks", 1) - np.log1p(4 / 2.0)) < 1e-6
    assert abs(value(found, "top_repeats", 1) - 0.25) < 1e-6
    assert abs(value(found, "top_falls", 1) - 0.25) < 1e-6


def test_a_silent_bar_and_a_silent_piece_are_finite() -> None:
    assert np.isfinite(heard(score(CHORD, 2))).all()
    empty = heard(score((), 2))
    assert np.isfinite(empty).all()
    assert value(empty, "notes") == 0.0


def test_a_transposed_excerpt_gives_the_same_numbers() -> None:
    notes = CHORD + LINE
    for shift in (3, 9):
        moved = tuple(replace(note, pitch=note.pitch + shift) for note in notes)
        other = heard(score(moved, 2, tonic=shift))
        first, second = excerpt(heard(score(notes, 2)), 0, 2), excerpt(other, 0, 2)
        assert np.allclose(first, second, atol=1e-5)


def test_louder_and_faster_are_heard() -> None:
    loud = tuple(replace(note, velocity=120) for note in LINE)
    assert value(heard(score(loud, 2)), "loud_mean", 1) > value(
        heard(score(LINE, 2)), "loud_mean", 1
    )


def test_an_excerpt_counts_register_from_its_own_middle() -> None:
    high = tuple(replace(note, pitch=note.pitch + 12) for note in LINE)
    found = excerpt(heard(score(CHORD + high, 3)), 0, 3)
    register = found[:, FEATURES.index("register")]
    assert abs(register[:2].sum()) < 1e-6
    assert register[1] > 0 > register[0]
    assert register[2] == 0.0
