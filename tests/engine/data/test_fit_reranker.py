"""Fitting a reranker on miniature music."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import fit_reranker
from engine.data.fit_reranker import collect, cross_validate, fit, main, pieces_of
from engine.errors import PsychoscoreError
from engine.evaluation.evaluator import MOODS
from engine.listener import load_listener
from engine.measuring.reference import Reference
from tests.engine.evaluation.clips import easy_piece
from tests.engine.training.miniature import pop909_archive


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_reranker, "STEPS", 40)


def test_moods_that_are_easy_are_learned() -> None:
    pieces = [easy_piece(MOODS[song % 4], song, 0, split="reranker") for song in range(12)]
    examples = collect(pieces, Reference.load())
    metrics = cross_validate(examples)
    assert metrics["area_low_valence"] > 0.8
    assert metrics["error_entropy"] < 0.2
    network = fit(examples, np.ones(len(examples.fold), dtype=np.bool_))
    heard = network(examples.bars, examples.mask)[:, 1].numpy()
    agitated = np.array([piece.quadrant in ("happy", "tense") for piece in pieces])
    assert heard[agitated].min() > heard[~agitated].max()


def test_it_hears_the_validation_songs_alone_and_writes_a_card(tmp_path: Path) -> None:
    archive = pop909_archive(tmp_path / "POP909.zip")
    assert {piece.song for piece in pieces_of(archive, None)} == {"pop909/029"}
    assert main([str(tmp_path / "out"), str(archive)]) == 0
    card = load_listener(tmp_path / "out", "reranker").card
    assert card.lineage == ("POP909, validation songs and variants of them (MIT)",)
    assert (card.licence, card.non_commercial) == ("MIT", False)


def test_what_cannot_be_read_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.zip").write_bytes(b"no zip")
    assert main([str(tmp_path / "out"), str(tmp_path / "no.zip")]) == 1
    assert "no.zip" in capsys.readouterr().err
    with pytest.raises(PsychoscoreError, match="no songs for the reranker"):
        collect([], Reference.load())
