"""Edited notes: exact, pure, undone without a trace, and on disk as in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PsychoscoreError
from engine.midi.overlaps import cut_overlaps
from engine.project.autosave import read_history, recover_project, save_all, write_autosave
from engine.project.cue_folder import cue_folders
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddTake, EditNotes, RemoveTake, edit_json, parse_edit
from engine.project.folder import create_project, open_project
from engine.project.history import FILE_STEPS, History
from engine.project.note_edits import changed_notes, note_place
from engine.project.state import ProjectState
from engine.score import Control, Note, Voice
from tests.engine.states import make_project, make_take

START = make_project()
CUE = START.cues[0].id
HIGH = Note(240, 240, 72, 90, Voice.MELODY)

NOTES = st.builds(
    Note,
    st.integers(0, 15).map(lambda step: step * 120),
    st.integers(1, 8).map(lambda step: step * 120),
    st.integers(60, 64),
    st.integers(1, 127),
    st.sampled_from(Voice),
)
CHANGES = st.lists(st.tuples(st.randoms(), st.lists(NOTES, max_size=4)), max_size=12)


def notes_of(state: ProjectState, take: str = "take-0") -> tuple[Note, ...]:
    found = state.take(CUE, take)
    assert found is not None
    return found.score.notes


def edit(state: ProjectState, removed: list[Note], added: list[Note]) -> EditNotes:
    return EditNotes.of(state, CUE, "take-0", "move", removed, added)


@given(CHANGES)
def test_any_sequence_of_edits_undone_gives_the_first_state_and_redone_the_last(
    changes: list[tuple[object, list[Note]]],
) -> None:
    history, state = History(), START
    states = [state]
    for chance, added in changes:
        standing = list(notes_of(state))
        removed = [note for note in standing if chance.random() < 0.5]  # type: ignore[attr-defined]
        state = history.do(state, parse_edit(edit_json(edit(state, removed, added))))
        states.append(state)
    for expected in reversed(states[:-1]):
        state = history.undo(state)
        assert state == expected
    for expected in states[1:]:
        state = history.redo(state)
        assert state == expected


@given(st.lists(NOTES, max_size=12), st.lists(NOTES, max_size=6))
def test_changed_notes_are_sorted_without_overlaps_and_hold_what_was_added(
    before: list[Note], added: list[Note]
) -> None:
    standing = cut_overlaps(before)
    removed = standing[::2]
    after = changed_notes(standing, map(note_place, removed), added)
    assert after == cut_overlaps(after)
    assert {(n.onset, n.pitch) for n in added} <= {(n.onset, n.pitch) for n in after}
    assert changed_notes(after, map(note_place, removed), added) == after


def test_an_added_note_takes_the_place_of_one_that_begins_with_it() -> None:
    old, new = Note(0, 960, 60, 50, Voice.MELODY), Note(0, 240, 60, 99, Voice.BASS)
    assert changed_notes([old], [], [new]) == (new,)
    late = Note(480, 240, 60, 70, Voice.BASS)
    assert changed_notes([old], [], [late]) == (replace(old, duration=480), late)


def test_provenance_counts_the_edits_and_forgets_the_match() -> None:
    take = make_take()
    heard = replace(take, provenance=replace(take.provenance, match=0.8))
    pedal = replace(heard, score=replace(heard.score, controls=(Control(0, 64, 127),)))
    state = START.with_take(CUE, "take-0", pedal)
    for count in (1, 2):
        state = edit(state, [], [replace(HIGH, onset=count * 480)]).apply(state)
        edited = state.take(CUE, "take-0")
        assert edited is not None
        assert (edited.provenance.edits, edited.provenance.match) == (count, None)
        assert edited.score.controls == pedal.score.controls
        assert edited.provenance.request == take.provenance.request
    assert state.cue(CUE).label("take-1") == START.cue(CUE).label("take-1")


def test_a_take_that_is_gone_or_broken_cannot_be_edited() -> None:
    change = edit(START, [], [HIGH])
    with pytest.raises(PsychoscoreError, match="no take take-0 any more"):
        change.apply(RemoveTake(cue=CUE, take="take-0").apply(START))
    with pytest.raises(PsychoscoreError, match="missing or broken"):
        change.apply(START.without_take(CUE, "take-0"))


def saved(folder: Path, state: ProjectState, history: History) -> tuple[ProjectState, History]:
    save_all(folder, state, history)
    opened = open_project(folder)
    return opened, read_history(folder, opened)


def test_edits_survive_saving_reopening_and_undoing_across_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "hamlet"
    create_project(folder, "hamlet")
    history = History()
    state, history = saved(folder, START, history)
    first = {path.name: path.read_bytes() for path in folder.glob("cues/*/takes/*.mid")}
    one = history.do(state, edit(state, list(notes_of(state)[:1]), [HIGH]))
    two = history.do(one, edit(one, [HIGH], [replace(HIGH, pitch=74)]))
    opened, found = saved(folder, two, history)
    assert notes_of(opened) == notes_of(two)
    assert opened.cue(CUE) == two.cue(CUE)
    undone = found.undo(opened)
    assert notes_of(undone) == notes_of(one)
    undone = found.undo(undone)
    assert notes_of(undone) == notes_of(state) and undone.cue(CUE) == state.cue(CUE)
    again, found = saved(folder, undone, found)
    assert notes_of(again) == notes_of(state)
    now = {path.name: path.read_bytes() for path in folder.glob("cues/*/takes/*.mid")}
    assert now == first
    redone = found.redo(found.redo(again))
    assert notes_of(redone) == notes_of(two)
    final, _ = saved(folder, redone, found)
    assert notes_of(final) == notes_of(two)


def test_no_version_is_lost_and_only_the_named_one_lies_among_the_takes(tmp_path: Path) -> None:
    folder = tmp_path / "hamlet"
    create_project(folder, "hamlet")
    history = History()
    state, history = saved(folder, START, history)
    for step in range(3):
        state = history.do(state, edit(state, [], [replace(HIGH, onset=step * 480)]))
        write_autosave(folder, state)
    assert recover_project(folder).take(CUE, "take-0") == state.take(CUE, "take-0")
    opened, _ = saved(folder, state, history)
    (_, place) = cue_folders(folder)[CUE]
    stems = {path.stem for path in (place / "takes").glob("*.mid")}
    assert stems == {label.stem for label in opened.cue(CUE).takes}
    kept = {path.stem for path in (place / "takes" / ".removed").glob("*.mid")}
    assert "take-0" in kept and len(kept) == 3


def test_the_base_of_a_long_history_keeps_its_notes(tmp_path: Path) -> None:
    folder = tmp_path / "hamlet"
    create_project(folder, "hamlet")
    history = History()
    fresh = AddTake(cue=CUE, label=TakeLabel(id="fresh"), take=make_take(seed=3))
    state = history.do(START, fresh)
    states = [state]
    for step in range(FILE_STEPS + 5):
        note = Note(step * 10, 10, 80, 1 + step % 127, Voice.MELODY)
        change = EditNotes.of(state, CUE, "fresh", "draw", [], [note])
        state = history.do(state, change)
        states.append(state)
    opened, found = saved(folder, state, history)
    assert found.undo_count == FILE_STEPS
    for expected in reversed(states[5:-1]):
        opened = found.undo(opened)
        assert notes_of(opened, "fresh") == notes_of(expected, "fresh")
    assert found.undo_count == 0
