"""The command that indexes what a model was trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.composing import vocabulary as v
from engine.composing.tokens import encode
from engine.data.shards import EncodedPiece, write_shards
from engine.evaluation.fit_copies import main
from engine.evaluation.known_music import FILE, KnownMusic
from models.conditioning import FIELDS
from tests.engine.data.miniature import emopia_zip
from tests.engine.evaluation.test_known import song
from tests.engine.tiny import tiny_checkpoint


def encoded(seed: int, split: str) -> EncodedPiece:
    found = encode(song(seed))
    tokens, bars = (np.array(each, dtype=np.uint16) for each in (found.tokens, found.bars))
    rows = np.zeros((15, len(FIELDS)), dtype=np.float32)
    name = f"song{seed}"
    return EncodedPiece(name, name, "folder", split, None, tokens, bars, rows)


@pytest.fixture(scope="module")
def data_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    pieces = [encoded(1, "train"), encoded(2, "train"), encoded(3, "validation")]
    names = tuple(field.name for field in FIELDS)
    written = write_shards(
        folder, pieces, lineage=(), non_commercial=False, vocabulary=v.SIZE, fields=names
    )
    assert len(list(written)) == 3
    return folder


def test_what_was_trained_on_is_known_and_nothing_else(data_set: Path, tmp_path: Path) -> None:
    checkpoint = tiny_checkpoint(tmp_path / "tiny")
    assert main([str(data_set), "--out", str(checkpoint)]) == 0
    known = KnownMusic.beside(checkpoint)
    assert known is not None
    assert [known.longest(song(seed)) for seed in (1, 2, 3)] == [60, 60, 0]


def test_an_archive_is_read_with_its_variants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = {
        f"Q1_song{number}_0": [
            (0.25 * at, 0.2, 50 + (7 * at * number) % 24, 70) for at in range(64)
        ]
        for number in range(1, 9)
    }
    archive = emopia_zip(tmp_path / "EMOPIA_1.0.zip", clips, validation=["Q1_song8_0"])
    checkpoint = tiny_checkpoint(tmp_path / "tiny")
    sizes = []
    for variants in ("0", "1"):
        words = [str(archive), "--variants", variants, "--out", str(checkpoint)]
        assert main(words) == 0
        sizes.append(int(capsys.readouterr().out.split(": ")[1].split()[0]))
    assert sizes[0] >= 1 and sizes[1] == 2 * sizes[0]


def test_what_cannot_be_read_is_one_sentence(
    data_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = tiny_checkpoint(tmp_path / "tiny")
    for words in ([tmp_path / "none", "--out", checkpoint], [data_set, "--out", tmp_path]):
        assert main(list(map(str, words))) == 1
        assert capsys.readouterr().err.startswith("fit_copies: ")
    assert not (checkpoint / FILE).exists()
