"""Pairs: seeded, on the grid, of every kind, and steered by their wish."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing.tokens import encode
from engine.data.labels import chord_class
from engine.data.synthetic.pair import Pair, compose, content, pairs
from engine.data.synthetic.wish import BARS
from engine.measuring.reference import Reference, estimate
from engine.measuring.texture import Texture
from engine.score import METRES, Mode, Voice

COUNT = 180


@pytest.fixture(scope="module")
def some() -> list[Pair]:
    return list(pairs(5, COUNT))


@pytest.fixture(scope="module")
def measured(some: list[Pair]) -> np.ndarray:
    """(COUNT, 4) the profiles that were measured."""
    reference = Reference.load()
    return np.array([estimate(pair.piece.score, reference).whole.values() for pair in some])


def _bars(pair: Pair) -> set[frozenset[tuple[int, int, int]]]:
    score = pair.piece.score
    assert score.key is not None
    tonic = score.key.tonic
    bars = zip(score.notes_by_bar(), score.starts, strict=False)
    return {content(notes, start, tonic) for notes, start in bars if notes}


def _rank(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values)).astype(float)


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(_rank(a), _rank(b))[0, 1])


def test_a_seed_and_a_number_make_the_same_pair_again(some: list[Pair]) -> None:
    assert compose(5, 17) == some[17]
    assert list(pairs(5, 2, first=3)) == some[3:5]
    assert compose(6, 17) != some[17]


def test_two_seeds_share_no_bar_in_95_of_100_cases(some: list[Pair]) -> None:
    shared = [bool(_bars(a) & _bars(b)) for a, b in zip(some, pairs(6, COUNT), strict=True)]
    assert np.mean(shared) <= 0.05


def test_every_note_lies_on_the_grid_and_survives_as_token(some: list[Pair]) -> None:
    for pair in some:
        score = pair.piece.score
        assert len(score.metres) == BARS
        assert list(score.notes) == sorted(score.notes, key=lambda n: (n.onset, n.voice, n.pitch))
        for note in score.notes:
            assert note.onset % 40 == 0 and note.duration % 40 == 0 and note.duration > 0
            assert note.onset >= 0 and note.end <= score.end
            assert 21 <= note.pitch <= 104 and 8 <= note.velocity <= 124
        encoded = encode(score)
        assert encoded.rounded == 0 and encoded.dropped == 0


def test_no_note_is_struck_while_it_sounds_in_its_voice(some: list[Pair]) -> None:
    for pair in some:
        ends: dict[tuple[int, Voice], int] = {}
        for note in pair.piece.score.notes:
            assert ends.get((note.pitch, note.voice), 0) <= note.onset
            ends[note.pitch, note.voice] = note.end


def test_all_metres_modes_textures_and_levels_occur(some: list[Pair]) -> None:
    assert {pair.wish.metre for pair in some} == set(METRES)
    assert {pair.wish.key.mode for pair in some} == {"major", "minor"}
    assert {texture for pair in some for texture in pair.wish.textures} == set(Texture)
    tempi = [pair.piece.tempo for pair in some]
    assert 40 <= min(tempi) < 50 and 180 < max(tempi) <= 200
    wishes = np.array([pair.wish.profile.values() for pair in some])
    for column, low in enumerate((0.0, 0.0, -1.0, -1.0)):
        counts, _ = np.histogram(wishes[:, column], bins=np.linspace(low, 1.0, 6))
        assert counts.min() > COUNT / 15
    loudness = np.array([np.mean([n.velocity for n in p.piece.score.notes]) for p in some])
    assert np.mean(loudness < 45) > 0.15 and np.mean(loudness > 85) > 0.15


def test_pieces_are_described_as_training_music(some: list[Pair]) -> None:
    pieces = [pair.piece for pair in some]
    assert len({piece.song for piece in pieces}) == len({piece.id for piece in pieces}) == COUNT
    for piece in pieces:
        assert (piece.source, piece.split, piece.provisional) == ("synthetic", "train", False)
        starts = [chord.start for chord in piece.chords]
        assert starts == sorted(set(starts)) and starts[0] == 0
        assert all(0 <= chord_class(chord.quality) < 8 for chord in piece.chords)


def test_the_chords_told_are_the_chords_that_sound(some: list[Pair]) -> None:
    full: list[bool] = []
    thin: list[bool] = []
    for pair in some:
        for chord in pair.piece.chords:
            struck = {n.pitch % 12 for n in pair.piece.score.notes if n.onset == chord.start}
            if struck:
                (full if len(struck) >= 3 else thin).append(chord.root in struck)
    assert np.mean(full) > 0.97
    assert np.mean(thin) > 0.45  # one or two tones: a line, a drone, a fifth
    assert len(full) > 600


@pytest.mark.parametrize(("column", "least"), [(0, 0.6), (1, 0.75), (2, 0.45), (3, 0.7)])
def test_the_wish_is_heard(
    some: list[Pair], measured: np.ndarray, column: int, least: float
) -> None:
    wished = np.array([pair.wish.profile.values()[column] for pair in some])
    assert _spearman(wished, measured[:, column]) > least


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_trauma_is_heard_where_the_mode_is_fixed(
    some: list[Pair], measured: np.ndarray, mode: Mode
) -> None:
    chosen = np.array([pair.wish.key.mode == mode for pair in some])
    wished = np.array([pair.wish.profile.trauma for pair in some])
    assert _spearman(wished[chosen], measured[chosen, 0]) > 0.35


def test_the_wishes_stay_apart(some: list[Pair], measured: np.ndarray) -> None:
    wished = np.array([pair.wish.profile.values() for pair in some])
    for a in range(4):
        for b in range(4):
            if a != b:
                assert abs(_spearman(wished[:, a], measured[:, b])) < 0.25


def test_few_bars_return_literally(some: list[Pair]) -> None:
    shares = []
    for pair in some:
        score = pair.piece.score
        bars = [
            frozenset((n.onset - start, n.duration, n.pitch, n.voice) for n in notes)
            for notes, start in zip(score.notes_by_bar(), score.starts, strict=False)
        ]
        copies = [bool(bar) and bar in bars[: max(i - 1, 0)] for i, bar in enumerate(bars)]
        shares.append(np.mean(copies))
    assert np.mean(np.array(shares) > 0.4) < 0.04
