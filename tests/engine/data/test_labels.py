"""Pieces as training examples: people have the last word, chords stand where they sound."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT
from engine.composing.tokens import encode
from engine.data.emopia import QUADRANTS
from engine.data.labels import Measures, chord_class, label_piece, write_chords
from engine.data.piece import Chord, Mood, Piece
from engine.score import Key, Metre, Score
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX
from tests.engine.training.shard_folders import random_score

BARS = 4


def measured(score: Score) -> Measures:
    """Profiles that climb from 0 to 1, ranks of a half, and the bar's number as its texture."""
    bars = len(score.metres)
    profiles = np.tile(np.linspace(0, 1, bars, dtype=np.float32)[:, None], (1, 4))
    ranks = np.full((bars, len(ATTRIBUTE_NAMES)), 0.5, dtype=np.float32)
    return profiles, ranks, np.arange(bars)


def piece(quadrant: Mood | None = None, *, provisional: bool = False,
          chords: tuple[Chord, ...] = ()) -> Piece:  # fmt: skip
    return Piece(
        "emopia/1", "song", "emopia", random_score(1, BARS), quadrant, "train", 100.0,
        chords, provisional,
    )  # fmt: skip


def test_what_is_measured_stands_in_the_rows() -> None:
    made = label_piece(piece(), measured)
    assert made.rows.shape[0] == BARS and made.rows.dtype == np.float32
    np.testing.assert_allclose(made.rows[:, PROFILE_AT], measured(random_score(1, BARS))[0])
    assert (made.rows[:, ATTRIBUTES_AT] == 0.5).all()
    assert made.rows[:, FIELD_INDEX["texture"]].tolist() == [0, 1, 2, 3]
    assert (made.rows[:, FIELD_INDEX["source"]] == 1).all()
    assert (made.rows[:, FIELD_INDEX["mode"]] == 0).all()
    encoded = encode(random_score(1, BARS))
    assert tuple(made.tokens) == encoded.tokens and tuple(made.bars) == encoded.bars
    assert made.tokens.dtype == made.bars.dtype == np.uint16


@pytest.mark.parametrize("mood", list(QUADRANTS))
def test_a_human_label_bounds_trauma_and_entropy(mood: Mood) -> None:
    rows = label_piece(piece(mood), measured).rows
    quadrant = QUADRANTS[mood]
    for name, (low, high) in (("trauma", quadrant.trauma), ("entropy", quadrant.entropy)):
        column = rows[:, FIELD_INDEX[name]]
        np.testing.assert_allclose(column, np.linspace(low, high, BARS), rtol=1e-5)
    # Of return and estrangement nobody was asked.
    np.testing.assert_allclose(rows[:, FIELD_INDEX["rsi_real"]], np.linspace(0, 1, BARS), rtol=1e-5)


def test_a_sad_clip_is_wounded_and_still() -> None:
    rows = label_piece(piece("sad"), measured).rows
    assert rows[:, FIELD_INDEX["trauma"]].min() >= 0.69
    assert rows[:, FIELD_INDEX["entropy"]].max() <= 0.31


def test_the_labellers_own_arrays_stay_as_they_were() -> None:
    kept = measured(random_score(1, BARS))
    before = kept[0].copy()
    label_piece(piece("tense"), lambda _: kept)
    np.testing.assert_array_equal(kept[0], before)


def test_guessed_bars_say_nothing_of_return_and_estrangement() -> None:
    rows = label_piece(piece(provisional=True), measured).rows
    for name in ("rsi_real", "rsi_imaginary", "return", "estrangement"):
        assert np.isnan(rows[:, FIELD_INDEX[name]]).all()
    assert not np.isnan(rows[:, FIELD_INDEX["trauma"]]).any()


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("maj", 0), ("maj/3", 0), ("maj6", 0), ("maj6(9)", 0), ("6", 0), ("min", 1), ("min/5", 1),
        ("min6", 1), ("7", 2), ("7/b7", 2), ("9", 2), ("11", 2), ("13", 2), ("maj7", 3),
        ("maj7/5", 3), ("maj9", 3), ("min7", 4), ("min7/b3", 4), ("min9", 4), ("dim", 5),
        ("dim7", 5), ("hdim7", 5), ("hdim7/b3", 5), ("aug", 6), ("aug(7)", 6), ("sus2", 7),
        ("sus4", 7), ("sus4(b7)", 7), ("sus4(b7,9)", 7),
    ],
)  # fmt: skip
def test_chord_words(word: str, number: int) -> None:
    assert chord_class(word) == number


def test_chords_stand_at_the_bar_line_and_at_its_half() -> None:
    score = Score((), (Metre(4, 4), Metre(3, 4), Metre(4, 4)), key=Key(2, "major"))
    chords = (Chord(2, "maj", 0), Chord(9, "7", 960), Chord(None, "", 1920), Chord(11, "min", 2640))
    rows = label_piece(piece(), measured).rows[:3]
    rows[:, FIELD_INDEX["chord_root"] : FIELD_INDEX["half_chord_quality"] + 1] = np.nan
    write_chords(rows, score, chords)
    found = rows[:, FIELD_INDEX["chord_root"] : FIELD_INDEX["half_chord_quality"] + 1].tolist()
    free = float("nan")
    wanted = [[0, 0, 7, 2], [free, free, 9, 1], [9, 1, 9, 1]]
    np.testing.assert_array_equal(found, wanted)


def test_a_chord_a_little_late_still_counts_for_its_bar_line() -> None:
    score = Score((), (Metre(), Metre()), key=Key(0))
    rows = label_piece(piece(), measured).rows[:2]
    write_chords(rows, score, (Chord(0, "maj", 0), Chord(7, "maj", 1935)))
    assert rows[:, FIELD_INDEX["chord_root"]].tolist() == [0, 7]
