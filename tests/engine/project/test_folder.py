"""Projects on disk: equal after save and reopen, and never spoiled."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError
from engine.files import make_folder
from engine.project.cue import new_cue
from engine.project.cue_marks import TakeLabel
from engine.project.edits import (
    AddTake,
    RemoveCue,
    RemoveTake,
    RenameCue,
    RenameTake,
    SetSeed,
    StarTake,
)
from engine.project.folder import create_project, is_project, open_project, save_project
from engine.project.state import ProjectState
from tests.engine.forked import give_up_root, killed_while, sentence_of
from tests.engine.states import make_project, make_take, projects

HAMLET = '{"name": "hamlet", "temperature": {"base_temperature": 0.6}}'


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@settings(max_examples=15)
@given(projects(), projects())
def test_everything_is_equal_after_save_and_reopen(
    first: ProjectState, second: ProjectState
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "hamlet"
        for state in (first, second, first):
            save_project(folder, state)
            assert open_project(folder) == state
            before = contents(folder)
            save_project(folder, state)
            assert contents(folder) == before


def test_a_new_project_has_its_folders_and_holds_only_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "hamlet"
    state = create_project(folder, "hamlet")
    assert open_project(folder) == state
    assert is_project(folder) and not is_project(tmp_path)
    assert (folder / "psychoscore.json").read_text() == '{\n  "name": "hamlet"\n}\n'
    assert {each.name for each in folder.iterdir()} == {
        "psychoscore.json",
        "cues",
        "themes",
        "runs",
    }
    with pytest.raises(PsychoscoreError, match="holds a project already"):
        create_project(folder, "again")


def test_a_bare_settings_file_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "psychoscore.json").write_text(HAMLET)
    state = open_project(tmp_path)
    assert (state.name, state.cues) == ("hamlet", ())
    save_project(tmp_path, state)
    assert (tmp_path / "psychoscore.json").read_text() == HAMLET


def test_cues_lie_in_folders_that_tell_number_and_title(tmp_path: Path) -> None:
    state = make_project()
    save_project(tmp_path, state)
    cues = tmp_path / "cues"
    assert {each.name for each in cues.iterdir()} == {"1M3 The letter", "Q12"}
    inside = {each.name for each in (cues / "1M3 The letter").iterdir()}
    assert inside == {"cue.json", "takes", "exports", "autosave"}
    takes = {each.name for each in (cues / "1M3 The letter" / "takes").iterdir()}
    assert takes == {"take-0.mid", "take-1.mid"}


def test_settings_of_a_project_hold_nothing_inherited(tmp_path: Path) -> None:
    save_project(tmp_path, make_project())
    text = (tmp_path / "psychoscore.json").read_text()
    assert text == '{\n  "name": "hamlet",\n  "preset": "tragedy"\n}\n'


def test_cues_may_swap_their_numbers(tmp_path: Path) -> None:
    state = make_project()
    save_project(tmp_path, state)
    one, two = state.cues
    state = RenameCue(cue=one.id, number="X", title="").apply(state)
    state = RenameCue(cue=two.id, number="1M3", title="The letter").apply(state)
    state = RenameCue(cue=one.id, number="Q12", title="").apply(state)
    save_project(tmp_path, state)
    assert open_project(tmp_path) == state
    assert {each.name for each in (tmp_path / "cues").iterdir()} == {"1M3 The letter", "Q12"}
    assert len(list((tmp_path / "cues" / "Q12" / "takes").glob("*.mid"))) == 2


def test_a_take_never_overwrites_another(tmp_path: Path) -> None:
    state = make_project(takes=1)
    cue = state.cues[0].id
    save_project(tmp_path, state)
    file = tmp_path / "cues" / "1M3 The letter" / "takes" / "take-0.mid"
    before = file.read_bytes()
    for other in ("take-1", "take-0"):
        label = TakeLabel(id=other)
        state = AddTake(cue=cue, label=label, take=make_take(pitch=71)).apply(state)
        save_project(tmp_path, state)
    assert file.read_bytes() == before
    assert len(list(file.parent.glob("*.mid"))) == 2


def test_titles_and_stars_leave_the_midi_files_alone(tmp_path: Path) -> None:
    state = make_project()
    save_project(tmp_path, state)
    takes = tmp_path / "cues" / "1M3 The letter" / "takes"
    before = contents(takes)
    cue = state.cues[0].id
    state = RenameTake(cue=cue, take="take-0", title="The one").apply(state)
    state = StarTake(cue=cue, take="take-1", starred=True).apply(state)
    save_project(tmp_path, state)
    assert contents(takes) == before
    assert open_project(tmp_path) == state


def test_what_leaves_the_project_is_kept_aside_and_can_come_back(tmp_path: Path) -> None:
    state = make_project()
    save_project(tmp_path, state)
    cue = state.cues[0]
    takes = tmp_path / "cues" / "1M3 The letter" / "takes"
    less = RemoveTake(cue=cue.id, take="take-0").apply(state)
    save_project(tmp_path, less)
    assert open_project(tmp_path) == less
    assert (takes / ".removed" / "take-0.mid").exists()
    save_project(tmp_path, state)
    assert open_project(tmp_path) == state
    assert not (takes / ".removed" / "take-0.mid").exists()
    none = RemoveCue(cue=cue.id).apply(state)
    save_project(tmp_path, none)
    assert open_project(tmp_path) == none
    (tmp_path / "cues" / ".removed" / "1M3 The letter" / "exports" / "mix.mid").touch()
    assert (tmp_path / "cues" / ".removed" / "1M3 The letter" / "takes" / "take-1.mid").exists()
    save_project(tmp_path, state)
    assert open_project(tmp_path) == state
    assert (tmp_path / "cues" / "1M3 The letter" / "exports" / "mix.mid").exists()


@pytest.mark.parametrize("damage", ["missing", "broken", "foreign"])
def test_a_take_that_cannot_be_read_keeps_its_label_and_its_file(
    tmp_path: Path, damage: str
) -> None:
    state = make_project()
    save_project(tmp_path, state)
    file = tmp_path / "cues" / "1M3 The letter" / "takes" / "take-0.mid"
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"no midi" if damage == "broken" else file.read_bytes()[:14])
    damaged = file.read_bytes() if file.exists() else None
    found = open_project(tmp_path)
    assert found.cues == state.cues
    cue = found.cues[0].id
    assert found.take(cue, "take-0") is None and found.take(cue, "take-1") is not None
    changed = SetSeed(cue=cue, seed=77).apply(found)
    save_project(tmp_path, changed)
    assert open_project(tmp_path) == changed
    assert (file.read_bytes() if file.exists() else None) == damaged


@pytest.mark.parametrize("file", ["psychoscore.json", "cues/1M3 The letter/cue.json"])
@pytest.mark.parametrize("content", ['{"name": }', '{"nummer": "1M3"}', "", "{" * 99, "[NaN]"])
def test_a_broken_file_is_named_and_never_overwritten(
    tmp_path: Path, file: str, content: str
) -> None:
    state = make_project()
    save_project(tmp_path, state)
    path = tmp_path / file
    path.write_text(content)
    before = contents(tmp_path)
    for action in (
        lambda: open_project(tmp_path),
        lambda: save_project(tmp_path, SetSeed(cue=state.cues[0].id, seed=9).apply(state)),
    ):
        with pytest.raises(PsychoscoreError) as caught:
            action()
        assert str(caught.value).startswith(f"{path}, line 1, column ")
        assert contents(tmp_path) == before


def test_no_project_is_said(tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match="it has no psychoscore.json"):
        open_project(tmp_path)
    with pytest.raises(PsychoscoreError, match="There is no folder"):
        open_project(tmp_path / "none")


def test_a_cue_folder_that_was_copied_is_said(tmp_path: Path) -> None:
    save_project(tmp_path, make_project())
    shutil.copytree(tmp_path / "cues" / "Q12", tmp_path / "cues" / "Q12 copy")
    with pytest.raises(PsychoscoreError, match="hold the same cue"):
        open_project(tmp_path)


def test_paths_in_files_are_never_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.mid"
    state = make_project(takes=1)
    save_project(tmp_path / "project", state)
    takes = tmp_path / "project" / "cues" / "1M3 The letter" / "takes"
    shutil.copy(takes / "take-0.mid", outside)
    cue_file = takes.parent / "cue.json"
    for path in ("../../../../outside", str(outside), "a/b", "..", "C:\\x", "take\\u0000"):
        text = cue_file.read_text()
        cue_file.write_text(text.replace("take-0", path.replace("\\x", "\\\\x")))
        with pytest.raises(PsychoscoreError, match=r"takes\.0\.id"):
            open_project(tmp_path / "project")
        cue_file.write_text(text)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter."""
    with TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def _close(folder: Path, *, closed: bool) -> None:
    for each in [folder, *folder.rglob("*")]:
        if each.is_dir():
            each.chmod(0o555 if closed else 0o755)


def test_a_read_only_project_opens_and_is_not_changed(open_folder: Path) -> None:
    state = make_project()
    save_project(open_folder, state)
    before = contents(open_folder)
    changed = SetSeed(cue=state.cues[0].id, seed=9).apply(state)
    _close(open_folder, closed=True)

    def opens() -> None:
        assert open_project(open_folder) == state

    opened = sentence_of(opens, before=give_up_root)
    said = sentence_of(lambda: save_project(open_folder, changed), before=give_up_root)
    made = sentence_of(lambda: make_folder(open_folder / "x"), before=give_up_root)
    _close(open_folder, closed=False)
    assert opened == ""
    assert said.endswith("cue.json could not be saved: you may not write there. Save it elsewhere.")
    assert "could not be made: you may not write there" in made
    assert contents(open_folder) == before


def test_kill_while_saving_leaves_old_or_new_files_and_every_take(tmp_path: Path) -> None:
    old = make_project(takes=2)
    cue = old.cues[0].id
    added = AddTake(cue=cue, label=TakeLabel(id="more"), take=make_take(seed=3)).apply(old)
    added = RenameCue(cue=cue, number="1M4", title="Later").apply(added)
    new = ProjectState(OwnSettings({"name": "Macbeth"}), added.cues, added.takes)
    save_project(tmp_path, old)

    def both() -> None:
        for state in (new, old):
            save_project(tmp_path, state)

    chance = random.Random(7)
    for _ in range(20):
        killed_while(both, chance.uniform(0.001, 0.06))
        found = open_project(tmp_path)
        assert found.settings in (old.settings, new.settings)
        assert found.cue(cue) in (old.cue(cue), new.cue(cue))
        for label in found.cue(cue).takes:
            assert found.take(cue, label.id) is not None
        save_project(tmp_path, old)
        assert open_project(tmp_path) == old


def test_two_cues_of_one_number_cannot_be() -> None:
    with pytest.raises(PsychoscoreError, match="Two cues have the number 1M1"):
        ProjectState(cues=(new_cue("1M1"), new_cue("1m1")))
