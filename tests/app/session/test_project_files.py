"""Nothing is lost: vanished folders, two windows of one project, a window that was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.session import Session, Trouble
from app.session.project_files import ProjectFiles
from engine.project.cue import new_cue
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AddCue, AddTake, RemoveTake
from engine.project.folder import open_project
from engine.score import Note, Voice
from engine.take import Take
from tests.app.recording_player import RecordingPlayer
from tests.engine.states import make_take

SECOND = new_cue("2M1", "The letter")
ROOT = Path(__file__).resolve().parents[3]
TAKES = {"a": make_take(seed=1), "b": make_take(seed=2), "c": make_take(seed=3)}


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path) -> Session:
    """A saved project, opened again: nobody has looked at the takes of its second cue."""
    made = new_session(tmp_path)
    made.commit(AddCue(cue=SECOND))
    for name, take in TAKES.items():
        made.commit(AddTake(cue=SECOND.id, label=TakeLabel(id=name), take=take))
    assert made.save(tmp_path / "film")
    made.new_project()
    opened = new_session(tmp_path)
    assert opened.open_project(tmp_path / "film")
    return opened


def new_session(folder: Path) -> Session:
    user = folder / "user"
    return Session(ProjectFiles(user, folder), user, RecordingPlayer(lambda reply: None))


def troubles(session: Session) -> list[Trouble]:
    heard: list[Trouble] = []
    session.trouble_arose.connect(heard.append)
    return heard


def music(folder: Path) -> dict[str, Take | None]:
    state = open_project(folder)
    labels = state.cue(SECOND.id).takes
    return {label.id: state.take(SECOND.id, label.id) for label in labels}


def seen(session: Session) -> list[Take | None]:
    """The takes of the second cue, as a window shows them."""
    session.choose_cue(SECOND.id)
    return [take.take for take in session.takes]


def test_saving_as_takes_along_what_nobody_has_looked_at(session: Session, tmp_path: Path) -> None:
    session.commit(RemoveTake(cue=SECOND.id, take="a"))
    assert session.save(tmp_path / "other")
    shutil.rmtree(tmp_path / "film")
    session.undo_stack.undo()
    assert seen(session) == list(TAKES.values())
    assert session.save() and music(tmp_path / "other") == TAKES


def test_a_take_nobody_looked_at_comes_back_with_its_folder(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "film").rename(tmp_path / "play")
    heard = troubles(session)
    assert seen(session) == [None, None, None] and not session.save()
    assert "film is gone" in heard[-1].message
    (tmp_path / "play").rename(tmp_path / "film")
    assert session.save() and seen(session) == list(TAKES.values())


def test_a_folder_that_was_renamed_is_told_and_nothing_is_lost(
    session: Session, tmp_path: Path
) -> None:
    assert seen(session) == list(TAKES.values())
    session.edit_notes("draw", [], [Note(960, 240, 90, 70, Voice.MELODY)])
    edited = session.takes[2].take
    (tmp_path / "film").rename(tmp_path / "play")
    heard = troubles(session)
    assert not session.save() and session.dirty
    assert f"{tmp_path / 'film'} is gone" in heard[-1].message and "Save As" in heard[-1].hint
    session.autosave()
    assert not (tmp_path / "film").exists(), "no stump is made in its place"
    draft = session.files.draft()
    assert draft is not None and edited is not None
    (tmp_path / "play").rename(tmp_path / "film")
    assert session.save() and not session.dirty
    assert music(tmp_path / "film") == {**TAKES, "c": edited}


def test_files_that_vanished_unread_are_named_and_the_rest_is_saved(
    session: Session, tmp_path: Path
) -> None:
    [lost] = (tmp_path / "film").glob("cues/*/takes/a.mid")
    kept = lost.rename(tmp_path / "a.mid")
    heard = troubles(session)
    assert session.save(tmp_path / "other")
    assert "Take 2M1 A has no music any more" in heard[-1].message
    assert music(tmp_path / "other") == {**TAKES, "a": None}
    # Put back, it is there again.
    [place] = (tmp_path / "other").glob("cues/2M1*/takes")
    shutil.copy(kept, place / "a.mid")
    assert session.open_project(tmp_path / "other")
    assert seen(session) == list(TAKES.values())


OTHER_WINDOW = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.session import Session
from app.session.project_files import ProjectFiles
from tests.app.recording_player import RecordingPlayer
app = QCoreApplication([])
folder = Path(sys.argv[1])
user = folder / "user"
session = Session(ProjectFiles(user, folder), user, RecordingPlayer(lambda reply: None))
if len(sys.argv) > 2:
    assert session.open_project(folder / sys.argv[2])
session.set_values({"trauma": 0.9})
session.autosave()
print("ready", flush=True)
time.sleep(60)
"""


@contextmanager
def other_window(*argv: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has changed a project and autosaved it; killed at the end."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_WINDOW, *map(str, argv)],
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_two_windows_of_one_project_and_one_that_was_killed(
    session: Session, tmp_path: Path
) -> None:
    session.new_project()
    heard = troubles(session)
    with other_window(tmp_path, "film"):
        assert not session.open_project(tmp_path / "film")
        assert "film is open in another window" in heard[-1].message
        assert session.files.folder is None
    assert session.open_project(tmp_path / "film"), "a killed window stands in nobody's way"
    assert session.files.recovery() is not None and session.recover()
    assert session.asked.lanes.profile.trauma == 0.9 and session.dirty
    assert seen(session) == list(TAKES.values())


def test_two_windows_without_a_folder_keep_their_work_apart(
    qt_app: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "user").mkdir()
    with other_window(tmp_path):
        mine = new_session(tmp_path)
        assert mine.files.draft() is None, "the work of a window that is open is not lost work"
        mine.set_values({"trauma": 0.1})
        mine.autosave()
        mine.discard_changes()
    after = new_session(tmp_path)
    assert after.files.draft() is not None and after.recover()
    assert after.asked.lanes.profile.trauma == 0.9
