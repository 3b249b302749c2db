"""The session without a window: undo is exact, a saved project is the same when reopened."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.session import ModelState, Session, Trouble
from app.session.gui_thread import GuiThread
from app.session.project_files import ProjectFiles
from engine.lanes import Lane
from engine.midi.file import read_provenance, read_score
from engine.score import Key, Metre, Note, Voice
from engine.take import BarComposed, NoteComposed, parse_provenance
from engine.worker import JobFailed, Worker
from tests.app.breathing import breathe
from tests.app.recording_player import RecordingPlayer
from tests.app.scripted_composer import ScriptedComposer
from tests.app.unperformed import unperformed

MakeSession = Callable[..., Session]


@pytest.fixture
def make(qt_app: QApplication, tmp_path: Path) -> Iterator[MakeSession]:
    """Makes sessions with a real worker; all of one test share a user folder."""
    workers: list[Worker] = []

    def made(gate: threading.Semaphore | None = None) -> Session:
        gui = GuiThread(QCoreApplication.instance())
        user = tmp_path / "user"
        session = Session(
            ProjectFiles(user, tmp_path / "documents"), user, RecordingPlayer(lambda reply: None)
        )
        worker = Worker(
            lambda name: ScriptedComposer(gate),
            lambda job, event: gui.post(lambda: session.hear_worker(job, event)),
        )
        workers.append(worker)
        worker.start()
        session.use_worker(worker)
        until(lambda: session.model.state is ModelState.READY)
        return unperformed(session)

    yield made
    for worker in workers:
        worker.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        breathe()


def generate(session: Session, seed: int = 7, takes: int = 1) -> None:
    session.generate(takes, seed)
    until(lambda: session.generation is None)


def troubles(session: Session) -> list[Trouble]:
    heard: list[Trouble] = []
    session.trouble_arose.connect(heard.append)
    return heard


def test_undo_and_redo_walk_through_exactly_the_same_states(make: MakeSession) -> None:
    session = make()
    states = [session.state]

    def remember() -> None:
        states.append(session.state)

    session.set_values({"trauma": 0.8})
    remember()
    session.set_lane("entropy", Lane("entropy", ((1.0, 0.2), (9.0, 0.9))))
    remember()
    generate(session)
    remember()
    session.rename_take(session.takes[0].id, "Restrained")
    remember()
    session.set_tempo(72.0)
    remember()
    session.add_cue()
    remember()
    for state in reversed(states[:-1]):
        session.undo_stack.undo()
        assert session.state == state
    for state in states[1:]:
        session.undo_stack.redo()
        assert session.state == state


def test_a_gesture_shows_at_once_and_is_one_step(make: MakeSession) -> None:
    session = make()
    curves = []
    session.cue_changed.connect(lambda: curves.append(session.asked.temperatures[0]))
    for value in (0.6, 0.7, 0.8):
        session.preview_values({"entropy": value})
    session.set_values({"entropy": 0.8})
    assert curves == pytest.approx([0.85, 0.9, 0.95])
    assert session.undo_stack.count() == 1
    session.preview_values({"entropy": 0.1})
    session.drop_preview()
    assert session.asked.lanes.profile.entropy == 0.8 and session.undo_stack.count() == 1


def test_moving_a_followed_slider_overrides_until_it_is_given_back(make: MakeSession) -> None:
    session = make()
    session.set_lane("trauma", Lane("trauma", ((1.0, 0.9),)))
    session.set_values({"trauma": 0.2})
    assert session.asked.lanes.profile_at(1).trauma == 0.2
    session.follow_lane("trauma")
    assert session.asked.lanes.profile_at(1).trauma == 0.9
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.asked.lanes.profile_at(1).trauma == 0.9
    assert session.undo_stack.count() == 3


def test_saved_and_reopened_it_is_equal_and_can_be_undone(
    make: MakeSession, tmp_path: Path
) -> None:
    session = make()
    session.set_values({"trauma": 0.8, "rsi_real": -0.25, "rsi_imaginary": 0.6})
    session.set_lane("entropy", Lane("entropy", ((1.0, 0.2), (9.0, 0.9))))
    session.set_key(Key(2, "minor"))
    session.set_metre(Metre(6, 8))
    generate(session, takes=2)
    session.star_take(session.takes[1].id, True)
    session.add_cue()
    assert session.rename_cue("1M2", "The letter")
    folder = tmp_path / "hamlet"
    assert session.dirty and session.save(folder) and not session.dirty
    assert json.loads((folder / "psychoscore.json").read_text()) == {"name": "hamlet"}
    again = make()
    assert again.open_project(folder)
    assert again.state == session.state and not again.dirty
    session.choose_cue(again.cue.id)
    assert [take.take for take in again.takes] == [take.take for take in session.takes]
    assert len(again.takes) == 2
    for _ in range(2):
        again.undo_stack.undo()
        session.undo_stack.undo()
    assert again.state == session.state and again.cues[1].title == ""
    assert again.files.recent()[0] == folder


def test_late_events_of_a_cancelled_job_are_dropped(make: MakeSession) -> None:
    session = make(threading.Semaphore(2))
    generations: list[bool] = []
    session.generate(1, 7)
    until(lambda: bool(session.composed()[1]))
    session.cancel()
    arrived: list[Note] = []
    session.note_arrived.connect(arrived.append)
    session.generation_changed.connect(lambda: generations.append(True))
    note = Note(0, 480, 60, 80, Voice.MELODY)
    for job in (1, 2, 3):
        session.hear_worker(job, NoteComposed(0, 1, note))
        session.hear_worker(job, BarComposed(0, 1, 0.7, (note,)))
    QTest.qWait(50)
    assert arrived == [] and generations == [] and session.takes == ()


def test_two_generations_give_two_takes_and_the_new_one_is_current(make: MakeSession) -> None:
    session = make()
    session.generate()
    until(lambda: session.generation is None)
    session.generate()
    until(lambda: session.generation is None)
    first, second = session.takes
    assert session.current_take == second
    assert first.take and second.take
    assert first.take.provenance.request.seed != second.take.provenance.request.seed
    assert (first.letter, second.letter) == ("A", "B")
    session.undo_stack.undo()
    assert session.current_take is not None and session.current_take.id == first.id


def test_a_failed_generation_is_told_and_leaves_nothing(make: MakeSession) -> None:
    session = make(threading.Semaphore(1))
    heard = troubles(session)
    session.generate(1, 7)
    until(lambda: bool(session.composed()[1]))
    job = session._composing._running.job
    session.hear_worker(job, JobFailed("Composing stopped: no memory.", "Close something."))
    assert heard == [Trouble("Composing stopped: no memory.", "Close something.")]
    assert session.generation is None and session.takes == ()
    session.cancel()


def test_autosave_survives_a_bad_end_with_and_without_a_folder(
    make: MakeSession, tmp_path: Path
) -> None:
    session = make()
    generate(session)
    session.autosave()
    after = make()
    assert after.files.draft() is not None and after.recover()
    assert [take.take for take in after.takes] == [take.take for take in session.takes]
    assert after.dirty
    assert after.save(tmp_path / "saved") and after.files.draft() is None
    after.set_values({"trauma": 0.1})
    after.autosave()
    once_more = make()
    assert once_more.open_project(tmp_path / "saved")
    assert once_more.files.recovery() is not None and once_more.recover()
    assert once_more.asked.lanes.profile.trauma == 0.1


def test_a_broken_project_is_told_and_the_open_one_stays(make: MakeSession, tmp_path: Path) -> None:
    session = make()
    session.set_values({"trauma": 0.9})
    before = session.state
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "psychoscore.json").write_text('{"name": ')
    heard = troubles(session)
    assert not session.open_project(broken)
    assert session.state == before and session.files.folder is None
    assert "psychoscore.json" in heard[0].message


def test_saving_into_another_project_is_refused(make: MakeSession, tmp_path: Path) -> None:
    session = make()
    assert session.save(tmp_path / "one")
    session.new_project()
    session.set_values({"trauma": 0.9})
    heard = troubles(session)
    assert not session.save(tmp_path / "one")
    assert "another project" in heard[0].message and session.dirty


def test_export_writes_the_notes_at_the_tempo_of_the_cue(make: MakeSession, tmp_path: Path) -> None:
    session = make()
    generate(session)
    session.set_tempo(72.0)
    path = session.exporting.hand_over(session.takes[0])
    take = session.takes[0].take
    assert path is not None and take is not None
    score, text = read_score(path), read_provenance(path)
    assert score.notes == take.score.notes and score.tempo_map.bpm(0) == pytest.approx(72, abs=0.01)
    assert text is not None and parse_provenance(text) == take.provenance


def test_cues_keep_their_own_takes_and_the_last_one_cannot_be_removed(make: MakeSession) -> None:
    session = make()
    generate(session)
    first = session.cue.id
    session.add_cue()
    assert session.cue.number == "1M2" and session.takes == ()
    session.choose_cue(first)
    assert len(session.takes) == 1
    session.remove_cue()
    session.remove_cue()
    assert [cue.number for cue in session.cues] == ["1M2"]


def test_a_number_that_is_taken_is_refused(make: MakeSession) -> None:
    session = make()
    session.add_cue()
    heard = troubles(session)
    assert not session.rename_cue("1m1", "Again")
    assert not session.rename_cue("not a number!", "Again")
    assert len(heard) == 2 and session.cue.number == "1M2"


def test_the_first_cue_is_made_by_what_the_user_sets(qt_app: QApplication, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"music": {"bars": 12, "performance": 0.6}}')
    files = ProjectFiles(tmp_path, tmp_path / "documents")
    session = Session(files, tmp_path, RecordingPlayer(lambda reply: None))
    assert (session.cue.bars, session.cue.performance) == (12, 0.6)
    session.add_cue()
    assert (session.cue.bars, session.cue.performance) == (12, 0.6)
