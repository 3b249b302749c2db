"""`psychoscore analyse` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.midi.file import write_midi
from tests.engine.measuring.pieces import score, song


def test_json_is_one_object_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cue.mid"
    write_midi(song(2, bars=4), path)
    assert main(["analyse", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and err == ""
    found = json.loads(out)
    assert found["file"] == str(path)
    assert len(found["bars"]) == 4


def test_the_table_names_every_bar_and_dimension(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    path = tmp_path / "cue.mid"
    write_midi(song(2, bars=4), path)
    assert main(["analyse", str(path)]) == 0
    out = capsys.readouterr().out
    for word in ("Trauma", "Entropy", "Return", "Estrangement", "Onsets", "Texture", "4 bars"):
        assert word in out


def test_an_empty_cue_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.mid"
    write_midi(score([], bars=2), path)
    assert main(["analyse", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attributes"]["texture"] == "silence"


@pytest.mark.parametrize("content", [b"", b"no music", b"MThd\x00\x00"])
def test_a_broken_file_is_one_sentence_and_exit_code_1(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.mid"
    path.write_bytes(content)
    assert main(["analyse", str(path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "broken.mid" in err and "Traceback" not in err
