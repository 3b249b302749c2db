"""Takes are read when somebody wants them, also after saving has moved their files."""

from __future__ import annotations

from pathlib import Path

from engine.project.autosave import read_history, save_all
from engine.project.edits import RemoveCue, RemoveTake, RenameCue, StarTake
from engine.project.folder import create_project, open_project, save_project
from engine.project.history import History
from engine.project.shelf import Shelf, Unread
from engine.project.state import ProjectState
from engine.take import Take
from tests.engine.states import make_project, make_take


def saved(folder: Path) -> ProjectState:
    create_project(folder, "hamlet")
    state = make_project(takes=3)
    save_project(folder, state)
    return state


def shelf(state: ProjectState) -> Shelf:
    [found] = state.takes.values()
    assert isinstance(found, Shelf)
    return found


def test_opening_reads_no_take_and_showing_one_reads_that_one(tmp_path: Path) -> None:
    state = saved(tmp_path)
    cue = state.cues[0].id
    opened = open_project(tmp_path)
    assert shelf(opened).waiting == 3
    assert opened.take(cue, "take-1") == state.take(cue, "take-1")
    assert shelf(opened).waiting == 2
    edited = StarTake(cue=cue, take="take-0", starred=True).apply(opened)
    edited = RemoveTake(cue=cue, take="take-0").apply(edited)
    assert edited != opened and shelf(edited).waiting == 1
    save_project(tmp_path, edited)
    assert shelf(edited).waiting == 1, "saving writes what is new and reads nothing"
    assert open_project(tmp_path) == edited


def test_a_take_is_found_after_its_cue_was_renamed_and_removed(tmp_path: Path) -> None:
    state = saved(tmp_path)
    cue = state.cues[0].id
    opened = open_project(tmp_path)
    renamed = RenameCue(cue=cue, number="9M9", title="Elsewhere").apply(opened)
    save_project(tmp_path, renamed)
    assert opened.take(cue, "take-0") == state.take(cue, "take-0")
    save_project(tmp_path, RemoveTake(cue=cue, take="take-1").apply(renamed))
    assert opened.take(cue, "take-1") == state.take(cue, "take-1")
    save_project(tmp_path, RemoveCue(cue=cue).apply(renamed))
    assert opened.take(cue, "take-2") == state.take(cue, "take-2")


def test_another_folder_gets_every_take(tmp_path: Path) -> None:
    state = saved(tmp_path / "one")
    save_project(tmp_path / "two", open_project(tmp_path / "one"))
    again = open_project(tmp_path / "two")
    assert again == state and shelf(again).waiting == 0  # to compare them is to read them


def test_a_broken_take_has_no_notes_and_can_be_saved_elsewhere(tmp_path: Path) -> None:
    state = saved(tmp_path / "one")
    cue = state.cues[0].id
    [file] = (tmp_path / "one").glob("cues/*/takes/take-1.mid")
    file.write_bytes(b"no music")
    opened = open_project(tmp_path / "one")
    save_project(tmp_path / "two", opened)
    assert opened.take(cue, "take-1") is None and opened.take(cue, "take-2") is not None
    assert len(list((tmp_path / "two").glob("cues/*/takes/*.mid"))) == 2


def test_the_history_of_an_opened_project_reads_nothing(tmp_path: Path) -> None:
    state, history = saved(tmp_path), History()
    cue = state.cues[0].id
    after = history.do(state, RemoveTake(cue=cue, take="take-0"))
    save_all(tmp_path, after, history)
    opened = open_project(tmp_path)
    again = read_history(tmp_path, opened)
    assert shelf(opened).waiting == 2 and again.undo_count == 1
    before = again.undo(opened)
    assert shelf(before).waiting == 3
    assert before.take(cue, "take-0") == state.take(cue, "take-0")


def test_shelves_are_equal_by_their_takes() -> None:
    reads: list[Take] = []

    def read() -> Take:
        reads.append(make_take(seed=1))
        return reads[-1]

    one = Shelf({"a": Unread(read)})
    assert one == one.with_take("b", make_take()).without("b") and not reads
    assert one == {"a": make_take(seed=1)} and len(reads) == 1
    assert one != {"a": make_take(seed=2)} and one != {"b": make_take(seed=1)}
    assert len(reads) == 1, "it is read once"
