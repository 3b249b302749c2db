"""The chord weights can be fitted and measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.piece import Piece
from engine.errors import PsychoscoreError
from engine.measuring.fit_chords import agreement, fit_weights, main
from engine.score import Chord, Key, Metre, Note, Score, Voice

SHAPES = {"maj": (0, 4, 7), "min": (0, 3, 7), "min7": (0, 3, 7, 10)}
BAR = 1920


def piece(seed: int, shift: int = 0) -> Piece:
    """Sixteen bars, a chord in each, annotated `shift` semitones too high."""
    rng = np.random.default_rng(seed)
    notes: list[Note] = []
    chords: list[Chord] = []
    for bar in range(16):
        root, word = int(rng.integers(12)), list(SHAPES)[int(rng.integers(3))]
        chords.append(Chord((root + shift) % 12, word, BAR * bar))
        pitches = (36 + root, *(60 + root + step for step in SHAPES[word]))
        notes += [Note(BAR * bar, BAR, pitch, 80, Voice.ACCOMPANIMENT) for pitch in pitches]
    score = Score(tuple(sorted(notes)), (Metre(),) * 16, key=Key(0, "major"))
    return Piece("p", "p", "pop909", score, None, "train", 100.0, tuple(chords))


def test_what_is_fitted_agrees_with_what_it_has_not_seen() -> None:
    weights = fit_weights([piece(seed) for seed in range(6)], "six pieces", rounds=10)
    found = agreement([piece(7), piece(8)], weights)
    assert min(found.root, found.third, found.quality) > 0.97


def test_agreement_is_a_share_of_the_annotated_time() -> None:
    assert agreement([piece(1)]).root > 0.97
    assert agreement([piece(1, shift=1)]).root == 0.0
    half = agreement([piece(1), piece(1, shift=1)])
    assert half.root == pytest.approx(agreement([piece(1)]).root / 2)
    with pytest.raises(PsychoscoreError, match="No validation songs"):
        agreement([])


def test_another_archive_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.zip")]) == 1
    assert "none.zip" in capsys.readouterr().err
