"""Shards: what is written is read, and a folder that is no data set is a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from models.conditioning import FIELDS
from tests.engine.training.shard_folders import piece, shards


@pytest.fixture
def pieces() -> tuple:
    return piece(1, 5), piece(2, 3, split="validation"), piece(3, 4, source="emopia")


def refused(folder: Path) -> str:
    with pytest.raises(PsychoscoreError) as error:
        Shards.open(folder)
    assert str(folder) in str(error.value)
    return str(error.value)


def test_pieces_return_as_they_were_written(tmp_path: Path, pieces: tuple) -> None:
    quadrant = replace(pieces[2], quadrant="sad")
    data = shards(tmp_path, *pieces[:2], quadrant)
    assert [entry.id for entry in data.entries] == ["pop909/001", "pop909/002", "emopia/003"]
    assert [entry.quadrant for entry in data.entries] == [None, None, "sad"]
    for entry, written in zip(data.entries, (*pieces[:2], quadrant), strict=True):
        tokens, bars, rows = data.piece(entry)
        np.testing.assert_array_equal(tokens, written.tokens)
        np.testing.assert_array_equal(bars, written.bars)
        np.testing.assert_array_equal(rows, written.rows)
    assert data.lineage == ("nothing (MIT)",) and not data.non_commercial
    assert data.vocabulary == 320 and data.fields == tuple(each.name for each in FIELDS)
    assert [entry.id for entry in data.split("validation")] == ["pop909/002"]
    assert len(data.split("train", "validation")) == 3 and data.split("reranker") == ()


def test_the_arrays_cannot_be_changed(tmp_path: Path, pieces: tuple) -> None:
    data = shards(tmp_path, *pieces)
    with pytest.raises(ValueError, match="read-only"):
        data.tokens[0] = 1


def test_deviations_stand_beside_the_tokens_of_performances(tmp_path: Path, pieces: tuple) -> None:
    late = np.full(len(pieces[2].tokens), np.nan, dtype=np.float16)
    late[3] = -12.5
    data = shards(tmp_path, *pieces[:2], replace(pieces[2], deviations=late))
    assert data.deviations is not None and data.deviations.shape == data.tokens.shape
    assert np.flatnonzero(~np.isnan(data.deviations)).tolist() == [data.entries[2].token_start + 3]
    assert np.nanmin(data.deviations) == -12.5


def test_without_performances_there_are_no_deviations(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, replace(pieces[0], deviations=np.zeros(len(pieces[0].tokens), np.float16)))
    data = shards(tmp_path, *pieces)
    assert data.deviations is None and not (tmp_path / "deviations.npy").exists()


def test_deviations_of_another_length_do_not_fit(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, *pieces)
    np.save(tmp_path / "deviations.npy", np.zeros(3, dtype=np.float16))
    assert "do not fit" in refused(tmp_path)


def test_an_interrupted_writing_is_no_data_set(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, *pieces)
    from engine.data.shards import write_shards

    writing = write_shards(tmp_path, pieces, lineage=(), non_commercial=False, vocabulary=320,
                           fields=())  # fmt: skip
    next(writing)
    writing.close()
    assert "data import" in refused(tmp_path)


def test_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError):
        shards(tmp_path)
    refused(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", "{}", '{"entries": [{"id": 1}]}', "[" * 100_000, "\udcff"],
    ids=lambda text: text[:12],
)
def test_an_index_that_is_none(tmp_path: Path, pieces: tuple, text: str) -> None:
    shards(tmp_path, *pieces)
    (tmp_path / "shards.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    refused(tmp_path)


@pytest.mark.parametrize("name", ["tokens", "bars", "rows"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.6])
def test_arrays_that_are_cut_off_or_missing(
    tmp_path: Path, pieces: tuple, name: str, share: float
) -> None:
    shards(tmp_path, *pieces)
    path = tmp_path / f"{name}.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path)
    path.unlink()
    refused(tmp_path)


def test_pickled_arrays_are_not_loaded(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, *pieces)
    np.save(tmp_path / "tokens.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    refused(tmp_path)


@pytest.mark.parametrize("place", ["token_stop", "row_stop", "token_start", "row_start"])
@pytest.mark.parametrize("value", [10**9, -1, "5"])
def test_pieces_that_lie_outside_the_arrays(
    tmp_path: Path, pieces: tuple, place: str, value: object
) -> None:
    shards(tmp_path, *pieces)
    index = tmp_path / "shards.json"
    meta = json.loads(index.read_text())
    meta["entries"][2][place] = value
    index.write_text(json.dumps(meta))
    assert "emopia/003" in refused(tmp_path)


def test_another_version_of_the_format(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, *pieces)
    index = tmp_path / "shards.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"format": 2}))
    assert "format 2" in refused(tmp_path)


def test_arrays_that_do_not_fit_each_other(tmp_path: Path, pieces: tuple) -> None:
    shards(tmp_path, *pieces)
    good = {name: np.load(tmp_path / f"{name}.npy") for name in ("bars", "rows")}
    for name, bad in (("bars", good["bars"][:-1]), ("rows", good["rows"][:, :3])):
        np.save(tmp_path / f"{name}.npy", bad)
        assert "fit" in refused(tmp_path)
        np.save(tmp_path / f"{name}.npy", good[name])
    Shards.open(tmp_path)
