"""Unsaved work is found again, and nothing of it is left after a save."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from engine.errors import PsychoscoreError
from engine.project.autosave import (
    discard_autosave,
    find_recovery,
    read_history,
    recover_project,
    save_all,
    write_autosave,
)
from engine.project.cue import new_cue
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddCue, AddTake, RemoveCue, RemoveTake, SetConfigValue, SetSeed
from engine.project.folder import open_project, save_project
from engine.project.history import History
from engine.project.state import ProjectState
from tests.engine.states import make_project, make_take, projects

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@settings(max_examples=12)
@given(projects(), projects())
def test_recovered_work_is_equal(saved: ProjectState, unsaved: ProjectState) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        save_project(folder, saved)
        write_autosave(folder, unsaved)
        assert open_project(folder) == saved
        assert recover_project(folder) == unsaved


def test_an_autosave_is_named_until_the_work_is_saved(tmp_path: Path) -> None:
    state = make_project()
    save_all(tmp_path, state, History())
    assert find_recovery(tmp_path) is None
    cue = state.cues[0].id
    changed = SetConfigValue(key="name", value="Macbeth").apply(state)
    changed = AddTake(cue=cue, label=TakeLabel(id="new"), take=make_take(seed=4)).apply(changed)
    changed = AddCue(cue=new_cue("3M1", "New")).apply(changed)
    changed = RemoveCue(cue=state.cues[1].id).apply(changed)
    write_autosave(tmp_path, changed, NOW)
    found = find_recovery(tmp_path)
    assert found is not None
    assert (found.folder, found.name, found.saved_at) == (tmp_path, "Macbeth", NOW)
    assert (tmp_path / "cues" / "1M3 The letter" / "autosave" / "cue.json").exists()
    assert open_project(tmp_path) == state
    assert recover_project(tmp_path) == changed
    save_all(tmp_path, changed, History())
    assert find_recovery(tmp_path) is None
    assert not list((tmp_path / "cues").glob("*/autosave/cue.json"))
    assert open_project(tmp_path) == changed


def test_a_second_autosave_takes_the_place_of_the_first(tmp_path: Path) -> None:
    state = make_project(takes=0)
    save_project(tmp_path, state)
    new = AddCue(cue=new_cue("3M1")).apply(state)
    write_autosave(tmp_path, SetSeed(cue=state.cues[0].id, seed=1).apply(new))
    write_autosave(tmp_path, new)
    assert recover_project(tmp_path) == new
    assert len(list((tmp_path / "cues").glob("*/autosave/cue.json"))) == 1


def test_discarded_work_is_not_offered_again(tmp_path: Path) -> None:
    state = make_project()
    save_project(tmp_path, state)
    write_autosave(tmp_path, SetSeed(cue=state.cues[0].id, seed=1).apply(state))
    discard_autosave(tmp_path)
    assert find_recovery(tmp_path) is None
    assert open_project(tmp_path) == state


def test_a_broken_autosave_is_said(tmp_path: Path) -> None:
    save_project(tmp_path, make_project())
    write_autosave(tmp_path, make_project())
    path = tmp_path / "autosave" / "project.json"
    path.write_text('{"saved_at": 3}')
    with pytest.raises(PsychoscoreError, match=r"project\.json, line 1"):
        find_recovery(tmp_path)
    path.write_text('{"saved_at": "noon", "settings": {}, "cues": []}')
    with pytest.raises(PsychoscoreError, match="saved_at is no date"):
        find_recovery(tmp_path)


def test_history_survives_save_and_reopen_also_past_a_removed_take(tmp_path: Path) -> None:
    start = make_project()
    save_all(tmp_path, start, History())
    history = History()
    cue = start.cues[0].id
    one = history.do(start, RemoveTake(cue=cue, take="take-0"))
    two = history.do(one, SetSeed(cue=cue, seed=12))
    save_all(tmp_path, two, history)
    opened = open_project(tmp_path)
    assert opened == two
    found = read_history(tmp_path, opened)
    assert found.undo_count == 2
    assert found.undo(found.undo(opened)) == start


def test_history_past_a_removed_cue_is_found_again(tmp_path: Path) -> None:
    start = make_project()
    save_all(tmp_path, start, History())
    history = History()
    one = history.do(start, RemoveCue(cue=start.cues[0].id))
    save_all(tmp_path, one, history)
    opened = open_project(tmp_path)
    found = read_history(tmp_path, opened)
    assert found.undo(opened) == start
