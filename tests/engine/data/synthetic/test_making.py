"""Synthetic pairs become a data set like any other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli.main import main
from engine.composing.conditions import SOURCES
from engine.data.dataset import read_data_set
from engine.data.shards import Shards
from engine.data.synthetic.making import synthesise
from engine.data.synthetic.pair import compose
from engine.errors import PsychoscoreError
from engine.midi.file import read_score
from models.conditioning import FIELD_INDEX


def test_pairs_are_written_labelled_and_described(tmp_path: Path) -> None:
    out = tmp_path / "pairs"
    list(synthesise(6, 3, out, midi=2))
    shards = Shards.open(out)
    assert len(shards.entries) == 6 and len({entry.song for entry in shards.entries}) == 6
    assert not shards.non_commercial
    assert shards.lineage == ("synthetic pairs (rules of this program, MIT)",)
    for entry in shards.entries:
        assert (entry.source, entry.split, entry.quadrant) == ("synthetic", "train", None)
        _, _, rows = shards.piece(entry)
        assert rows.shape[0] == 8
        assert (rows[:, FIELD_INDEX["source"]] == SOURCES.index("synthetic")).all()
        told = ("trauma", "entropy", "rsi_real", "rsi_imaginary", "texture", "chord_root", "mode")
        for name in told:
            assert not np.isnan(rows[:, FIELD_INDEX[name]]).any()
    found = read_data_set(out)
    assert (found.source, found.clips, found.bars, found.refused) == ("synthetic", 6, 48, ())
    assert sorted(each.name for each in (out / "midi").iterdir()) == ["000000.mid", "000001.mid"]
    notes = compose(3, 1).piece.score.notes
    read = read_score(out / "midi" / "000001.mid").notes
    assert sorted((n.onset, n.pitch) for n in read) == sorted((n.onset, n.pitch) for n in notes)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        list(synthesise(3, seed, tmp_path / name))
    a, b, c = ((tmp_path / name / "tokens.npy").read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(("count", "midi"), [(0, 0), (-1, 0), (1_000_001, 0), (1, -1)])
def test_numbers_out_of_range_are_refused(tmp_path: Path, count: int, midi: int) -> None:
    with pytest.raises(PsychoscoreError):
        list(synthesise(count, 1, tmp_path / "out", midi))
    assert not (tmp_path / "out").exists()


def test_the_command_prints_one_object_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["data", "synthesise", "--pairs", "2", "--seed", "9", "--json"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    began, finished = map(json.loads, capsys.readouterr().out.splitlines())
    assert began["event"] == "began" and "MIT" in began["licence"]
    assert (finished["event"], finished["used"], finished["bars"]) == ("finished", 2, 16)


def test_a_file_in_the_way_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["data", "synthesise", "--pairs", "1", "--out", str(tmp_path / "file" / "x")]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"
