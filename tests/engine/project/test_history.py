"""Undo and redo, merging of gestures, and what survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.project.cue_marks import TakeLabel
from engine.project.edits import (
    AddTake,
    RemoveTake,
    SetConfigValue,
    SetLane,
    SetProfileValue,
    SetSeed,
    Several,
)
from engine.project.folder import ProjectState
from engine.project.history import FILE_STEPS, History
from engine.take import Take
from tests.engine.states import make_project, make_take

START = make_project()
CUE = START.cues[0].id


def no_take(cue_id: str, label: TakeLabel) -> Take | None:
    return START.take(cue_id, label.id)


def seeds(history: History, state: ProjectState, count: int) -> ProjectState:
    for seed in range(1, count + 1):
        state = history.do(state, SetSeed(cue=CUE, seed=seed + 1000))
    return state


def test_undo_and_redo_are_exact() -> None:
    history = History()
    one = history.do(START, SetSeed(cue=CUE, seed=1))
    two = history.do(one, RemoveTake(cue=CUE, take="take-0"))
    assert (history.undo_text, history.redo_text) == ("Delete Take", "")
    assert history.undo(two) == one
    assert history.undo(one) == START
    assert history.undo(START) == START
    assert (history.undo_count, history.redo_count) == (0, 2)
    assert history.redo(START) == one
    assert history.redo(one) == two
    assert history.redo(two) == two


def test_a_new_edit_forgets_what_could_be_redone() -> None:
    history = History()
    one = history.do(START, SetSeed(cue=CUE, seed=1))
    history.undo(one)
    history.do(START, SetSeed(cue=CUE, seed=2))
    assert (history.undo_count, history.redo_count) == (1, 0)


def test_an_edit_that_fails_changes_nothing() -> None:
    history = History()
    one = history.do(START, SetSeed(cue=CUE, seed=1))
    history.undo(one)
    with pytest.raises(PsychoscoreError):
        history.do(START, SetProfileValue(cue=CUE, name="trauma", value=2))
    assert (history.undo_count, history.redo_count) == (0, 1)


def test_edits_of_one_gesture_are_one_step() -> None:
    history, state = History(), START
    for value in (0.1, 0.2, 0.3):
        edit = SetProfileValue(cue=CUE, name="trauma", value=value)
        state = history.do(state, edit, "drag 1")
    assert history.undo_count == 1
    assert state.cue(CUE).profile.trauma == 0.3
    state = history.do(state, SetProfileValue(cue=CUE, name="trauma", value=0.4), "drag 2")
    assert history.undo_count == 2
    back = history.undo(state)
    assert back.cue(CUE).profile.trauma == 0.3
    assert history.undo(back) == START
    assert history.redo(START) == back


def test_a_gesture_over_two_dimensions_merges_without_loss() -> None:
    history, state = History(), START
    for value in (0.1, 0.2, 0.3):
        for name in ("rsi_real", "rsi_imaginary"):
            edit = SetProfileValue(cue=CUE, name=name, value=value)  # type: ignore[arg-type]
            state = history.do(state, edit, "pad")
    assert history.undo_count == 1
    undone = history.undo(state)
    assert undone == START
    assert history.redo(undone) == state
    assert state.cue(CUE).profile.rsi_real == state.cue(CUE).profile.rsi_imaginary == 0.3


def test_a_long_gesture_stays_short() -> None:
    history, state = History(), START
    for step in range(5000):
        edit = SetLane(cue=CUE, name="trauma", points=((1, step / 5000),))
        state = history.do(state, edit, "draw")
    assert history.undo_count == 1
    assert history.redo(history.undo(state)) == state


def test_no_more_than_the_limit_is_kept() -> None:
    history = History(limit=5)
    state = seeds(history, START, 8)
    assert history.undo_count == 5
    for _ in range(5):
        state = history.undo(state)
    assert state.cue(CUE).seed == 1003


def test_steps_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history = History()
    added = AddTake(cue=CUE, label=TakeLabel(id="new"), take=make_take(seed=3))
    one = history.do(START, added)
    two = history.do(one, SetConfigValue(key="name", value="Macbeth"))
    three = history.do(two, RemoveTake(cue=CUE, take="take-0"))
    history.undo(three)
    history.to_file(path, two)
    found = History.from_file(path, two, no_take)
    assert (found.undo_count, found.redo_count) == (2, 1)
    assert found.redo(two) == three
    assert found.undo(three) == two
    assert found.undo(two) == one
    assert found.undo(one) == START


def test_the_last_hundred_survive(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history = History()
    state = seeds(history, START, FILE_STEPS + 20)
    history.to_file(path, state)
    found = History.from_file(path, state, no_take)
    assert found.undo_count == FILE_STEPS
    for _ in range(FILE_STEPS):
        state = found.undo(state)
    assert state.cue(CUE).seed == 1020


def test_a_gesture_survives_as_one_step(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history, state = History(), START
    for name in ("trauma", "entropy"):
        edit = SetProfileValue(cue=CUE, name=name, value=0.2)  # type: ignore[arg-type]
        state = history.do(state, edit, "both")
    history.to_file(path, state)
    found = History.from_file(path, state, no_take)
    assert found.undo_count == 1
    assert found.undo(state) == START


def test_a_history_that_leads_elsewhere_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history = History()
    state = seeds(history, START, 3)
    history.to_file(path, state)
    assert History.from_file(path, START, no_take).undo_count == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 9}', b"\xff", b"{" * 100_000])
def test_a_broken_history_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content)
    assert History.from_file(path, START, no_take).undo_count == 0
    assert History.from_file(tmp_path / "none", START, no_take).undo_count == 0


def test_several_cannot_be_empty() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Several(edits=())
