"""`psychoscore data import` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.data.dataset import pieces_used, read_data_set
from engine.errors import PsychoscoreError
from tests.engine.data.daw import Part, beats, chords, line, write_daw
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


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "my cues"
    write_daw(
        folder / "a.mid", {"Flute": line(), "Kit": Part(beats().notes, 10), "[b]Pad": chords()}
    )
    write_daw(folder / "b.mid", {"Flute": line(40)})
    write_daw(folder / "c.mid", {"Flute": line(3)})
    return folder


def test_tracks_are_listed(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "import", str(exports), "--list-tracks", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["name"], row["files"], row["taken"]) for row in rows] == [
        ("Flute", 3, True), ("[b]Pad", 1, True), ("Kit", 1, False),
    ]  # fmt: skip
    assert main(["data", "import", str(exports), "--list-tracks"]) == 0
    out = capsys.readouterr().out
    assert "[b]Pad" in out and "left out: drums" in out


def test_a_track_whose_name_holds_a_comma_is_chosen_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_daw(tmp_path / "own" / "a.mid", {"Strings, low": chords(), "Flute": line(low=72)})
    out = tmp_path / "set"
    words = ["data", "import", str(tmp_path / "own"), "--track", "Strings, low", "--out", str(out)]
    assert main(words) == 0
    capsys.readouterr()
    assert read_data_set(out).left_out == (("folder/a.mid", "Flute was not chosen."),)
    assert pieces_used(out) == (("folder/a.mid", "train"),)
    (out / "shards.json").write_text("{}")
    with pytest.raises(PsychoscoreError, match="cannot be read"):
        pieces_used(out)


def test_what_is_left_out_of_files_is_in_report_and_data_set(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    words = ["data", "import", str(exports), "--tracks", "flute, kit", "--out", str(out)]
    assert main(words) == 0
    report = capsys.readouterr().out
    for sentence in ("Kit was left out: drums.", "[b]Pad was not chosen.", "It has only 3 notes."):
        assert sentence in report
    about = read_data_set(out)
    assert about.refused == (("folder/c.mid", "It has only 3 notes."),)
    assert ("folder/a.mid", "[b]Pad was not chosen.") in about.left_out
    rows = json.loads((out / "about.json").read_text())
    del rows["left_out"]
    (out / "about.json").write_text(json.dumps(rows))
    assert read_data_set(out).left_out == ()


def test_tracks_are_chosen_in_folders_alone(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", str(archive), "--tracks", "Piano"]) == 1
    assert "is no folder" in capsys.readouterr().err
    assert main(["data", "import", str(archive), "--list-tracks"]) == 1
    assert "holds no MIDI files" in capsys.readouterr().err
