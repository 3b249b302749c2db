"""`psychoscore export`: the window's Export dialog without a window."""

from __future__ import annotations

import json
from pathlib import Path

import mido
import pytest

from engine.cli.main import main
from engine.midi.file import midi_bytes, read_score
from engine.midi.layout import MidiLayout
from engine.project.edits import SetPerformance
from engine.project.folder import open_project, save_project
from engine.rendering.audio_file import read_tags
from tests.engine.states import make_project, make_take


@pytest.fixture(autouse=True)
def own_user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "hamlet"
    folder.mkdir()
    save_project(folder, make_project())
    return folder


def words(project: Path, *more: str) -> list[str]:
    return ["export", "--project", str(project), "--cue", "1M3", *more]


def test_takes_of_a_project(project: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert main(words(project, "--format", "midi", "--out", out)) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["1M3 The letter A.mid", "1M3 The letter B.mid"]
    read = read_score(tmp_path / "out" / names[0])
    assert read.notes == make_take().score.notes
    plain = str(tmp_path / "plain")
    wish = words(project, "--take", "b", "--format", "midi0", "--without-provenance")
    assert main([*wish, "--out", plain]) == 0
    (file,) = (tmp_path / "plain").iterdir()
    assert file.name.endswith("B.mid") and mido.MidiFile(file).type == 0
    assert b"seed" not in file.read_bytes()


def test_notes_and_spotting(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for kind in ("musicxml", "stems", "spotting"):
        assert main(words(project, "--format", kind, "--take", "A", "--out", str(out))) == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "1M3 The letter A stems",
        "1M3 The letter A.musicxml",
        "hamlet spotting notes.csv",
    ]


def test_files_as_audio_with_progress_and_the_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = "Non-commercial use only: composed with EMOPIA (CC BY-NC-SA 4.0)."
    source = tmp_path / "cue.mid"
    source.write_bytes(midi_bytes(make_take().score, None, "", MidiLayout(notice=notice)))
    out = tmp_path / "out"
    asked = ["export", str(source), "--format", "wav", "--out", str(out), "--json"]
    assert main(asked) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["event"] for row in rows} == {"rendering", "written"}
    assert rows[-1]["path"] == str(out / "cue.wav") and rows[-1]["lufs"] <= -17.9
    tags = read_tags(out / "cue.wav")
    assert tags is not None and notice in tags.comment


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--take", "Z"], "no take Z"),
        (["--cue", "9M9"], "no cue 9M9"),
        (["--cue", "Q12"], "no takes yet"),
    ],
)
def test_what_is_not_there_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(words(project, "--format", "midi", *more)) == 1
    assert said in capsys.readouterr().err


def test_words_that_do_not_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "cue.mid"
    source.write_bytes(midi_bytes(make_take().score))
    assert main(["export", "--format", "midi"]) == 1
    assert main(["export", str(source), "--format", "stems"]) == 1
    assert main(["export", str(source), "--format", "wav", "--cue", "1M1"]) == 1
    assert main(["export", str(source), "--format", "tape"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_performed_or_quantised(project: Path, tmp_path: Path) -> None:
    state = open_project(project)
    cue = next(each for each in state.cues if each.number == "1M3")
    save_project(project, SetPerformance(cue=cue.id, amount=1.0).apply(state))
    written = [tmp_path / name for name in ("default", "performed", "quantised")]
    for folder, more in zip(written, ([], ["--performed"], ["--quantised"]), strict=True):
        wish = words(project, "--format", "midi", "--take", "A", "--out", str(folder), *more)
        assert main(wish) == 0
    default, performed, quantised = (
        read_score(next(folder.glob("*.mid"))).notes for folder in written
    )
    assert default == performed != quantised == make_take().score.notes
