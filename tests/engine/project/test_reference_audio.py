"""Reference audio of a cue: files in the project, edits, and names that lead nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.errors import PsychoscoreError
from engine.project.cue import Cue, new_cue
from engine.project.cue_folder import cue_text
from engine.project.edits import SetReferenceAudio, edit_json, parse_edit
from engine.project.folder import ProjectState, create_project, open_project, save_project
from engine.project.reference_audio import (
    FOLDER,
    ReferenceAudio,
    audio_path,
    carry,
    copy_in,
    is_audio,
)

AUDIO = ReferenceAudio(file="temp.wav", offset_seconds=-1.5, gain_db=-6.0, muted=True)


def _state(tmp_path: Path) -> tuple[Path, ProjectState, Cue]:
    cue = new_cue("1M1")
    folder = tmp_path / "film"
    state = create_project(folder, "film").with_cue(cue)
    return folder, state, cue


def test_it_is_saved_and_an_old_cue_has_none(tmp_path: Path) -> None:
    folder, state, cue = _state(tmp_path)
    edit = SetReferenceAudio(cue=cue.id, reference=AUDIO, act="add")
    save_project(folder, edit.apply(state))
    assert open_project(folder).cue(cue.id).reference == AUDIO
    assert "reference" not in json.loads(cue_text(cue))


def test_the_edit_survives_json_and_can_take_it_away(tmp_path: Path) -> None:
    _, state, cue = _state(tmp_path)
    laid = SetReferenceAudio(cue=cue.id, reference=AUDIO, act="replace")
    again = parse_edit(edit_json(laid))
    assert again == laid and laid.text == "Replace Reference Audio"
    gone = SetReferenceAudio(cue=cue.id, act="remove")
    assert gone.apply(laid.apply(state)).cue(cue.id) == cue


@pytest.mark.parametrize(
    "name",
    ["../x.wav", "/etc/x.wav", "a/b.wav", "a\\b.wav", "C:x.wav", ".wav", "..wav", "x", "x.sh",
     "", "a\0.wav", "x.wav/", "a" * 200 + ".wav"],
)  # fmt: skip
def test_a_name_that_is_a_path_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        ReferenceAudio(file=name)


@pytest.mark.parametrize(
    "values",
    [{"gain_db": 40}, {"offset_seconds": 1e9}, {"gain_db": float("nan")}, {"speed": 2}],
)
def test_values_out_of_range_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        ReferenceAudio(file="a.wav", **values)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(b"x")
    (tmp_path / "film" / FOLDER).mkdir(parents=True)
    (tmp_path / "film" / FOLDER / "link.wav").symlink_to(secret)
    with pytest.raises(PsychoscoreError, match="not in the project"):
        audio_path(tmp_path / "film", "link.wav")
    with pytest.raises(PsychoscoreError, match="not in the project"):
        audio_path(tmp_path / "film", "gone.wav")


def test_copies_have_names_of_their_own_and_equal_files_one(tmp_path: Path) -> None:
    project = tmp_path / "film"
    for folder, data in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Temp.WAV").write_bytes(data)
    names = [copy_in(tmp_path / folder / "Temp.WAV", project) for folder in "abc"]
    assert names == ["Temp.wav", "Temp 2.wav", "Temp.wav"]
    assert audio_path(project, "Temp 2.wav").read_bytes() == b"two"


def test_odd_names_become_plain_ones(tmp_path: Path) -> None:
    odd = tmp_path / "..a:b? \n.flac"
    odd.write_bytes(b"x")
    name = copy_in(odd, tmp_path / "film")
    assert ReferenceAudio(file=name).file == name == "a_b_ _.flac"


def test_what_is_no_audio_is_not_copied(tmp_path: Path) -> None:
    script = tmp_path / "a.sh"
    script.write_bytes(b"x")
    assert not is_audio(script)
    with pytest.raises(PsychoscoreError, match=r"a\.sh is no audio file"):
        copy_in(script, tmp_path / "film")
    with pytest.raises(PsychoscoreError, match="could not be copied"):
        copy_in(tmp_path / "gone.wav", tmp_path / "film")
    assert not (tmp_path / "film" / FOLDER / "gone.wav").exists()


def test_a_project_that_moves_takes_its_audio_along(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(b"one")
    old, new = tmp_path / "old", tmp_path / "new"
    name = copy_in(source, old)
    carry([name, name, "gone.wav"], old, new)
    carry([name], old, new)
    assert audio_path(new, name).read_bytes() == b"one"
    (new / FOLDER / name).write_bytes(b"two")
    with pytest.raises(PsychoscoreError, match="another file"):
        carry([name], old, new)
