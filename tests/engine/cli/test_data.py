"""`psychoscore data import` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from tests.engine.data.miniature import Played, emopia_zip, write_zip

TUNE: list[Played] = [(i * 0.25, 0.2, 48 + i % 24, 80) for i in range(48)]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    clips = {"Q1_a_0": TUNE, "Q3_b_0": TUNE, "Q3_c_0": TUNE[:3]}
    return emopia_zip(tmp_path / "EMOPIA_2.2.zip", clips)


def test_the_report_names_licence_moods_and_reasons(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", str(archive)]) == 0
    out = capsys.readouterr().out
    for word in ("CC BY-NC-SA", "happy", "sad", "refused  emopia/Q3_c_0", "3 notes", "provisional"):
        assert word in out


def test_json_is_one_object_a_line(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "shards"
    assert main(["data", "import", str(archive), "--out", str(out), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["event"] for row in rows] == ["began", "used", "used", "refused", "finished"]
    assert rows[-1]["out"] == str(out)
    assert (out / "shards.json").exists()


def test_a_bare_name_is_looked_for_in_the_data_folder(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", "EMOPIA_2.2.zip"]) == 1
    monkeypatch.setenv("PSYCHOSCORE_DATA", str(archive.parent))
    assert main(["data", "import", "EMOPIA_2.2.zip"]) == 0
    capsys.readouterr()


def test_bombs_and_wrong_files_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bomb = write_zip(tmp_path / "bomb.zip", {"Q1_a_0.mid": b"\0" * 3_000_000})
    text = tmp_path / "text.zip"
    text.write_text("hello")
    for path in (bomb, text, tmp_path / "none.zip", tmp_path / "nowhere"):
        assert main(["data", "import", str(path)]) == 1
        out, err = capsys.readouterr()
        assert out == "" and path.name in err and err.count("\n") == 1
    assert main(["data", "import"]) == 2
