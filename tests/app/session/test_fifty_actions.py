"""Fifty mixed actions undone give the first state by its hash; redone, the last; also from disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.session import Session
from app.session.project_files import ProjectFiles
from engine.lanes import Lane
from engine.midi.file import midi_bytes
from engine.project.cue_folder import cue_text
from engine.project.cue_marks import (
    DialogueBlock,
    HitPoint,
    SceneBlock,
    Start,
    TakeLabel,
    TempoMark,
)
from engine.project.edits import (
    AddTake,
    AnyEdit,
    EditPedal,
    SetAsked,
    SetConfigValue,
    SetDialogue,
    SetDynamics,
    SetDynamicsController,
    SetEnding,
    SetHits,
    SetPerformance,
    SetPhrases,
    SetPianoMode,
    SetScenes,
    SetStart,
    SetTempo,
    SetUpbeat,
)
from engine.project.history import FILE_STEPS
from engine.project.playing_marks import DynamicMark
from engine.project.state import ProjectState
from engine.score import Control, Key, Metre, Note, Voice
from tests.app.recording_player import RecordingPlayer
from tests.engine.states import make_take

Act = Callable[[Session], object]
STEPS = 50


def state_hash(state: ProjectState) -> str:
    """All that a project is, as one number."""
    whole = hashlib.sha256(state.settings.to_json().encode())
    for cue in state.cues:
        whole.update(cue_text(cue).encode())
        for label in cue.takes:
            take = state.take(cue.id, label.id)
            whole.update(midi_bytes(take.score) if take else b"")
    return whole.hexdigest()


def takes_of(state: ProjectState) -> dict[str, tuple[bytes, tuple[Note, ...], tuple[Control, ...]]]:
    """The music of each take: its file's bytes, its notes and its pedal and controls."""
    found = {}
    for cue in state.cues:
        for label in cue.takes:
            take = state.take(cue.id, label.id)
            assert take is not None, f"{cue.number} {label.id} has no music"
            score = take.score
            found[f"{cue.id} {label.id}"] = (midi_bytes(score), score.notes, score.controls)
    return found


def _commit(make: Callable[[str], AnyEdit]) -> Act:
    return lambda session: session.commit(make(session.cue.id))


def _pedal(session: Session, number: int) -> None:
    take = session.takes[-1]
    strokes = [(0, 480 + number)]
    session.commit(EditPedal.of(session.state, session.cue.id, take.id, "draw", strokes))


def actions(number: int) -> tuple[Act, ...]:
    """A round of different actions; each round has other values."""
    share = number / 10
    note = Note(960 * number, 240, 90, 70, Voice.MELODY)
    dynamics = (DynamicMark(bar=1 + number, level=share),)
    scenes = (SceneBlock(first_bar=1, last_bar=1 + number, title="Elsinore"),)
    dialogue = (DialogueBlock(first=2, last=3 + share, text="Who's there?"),)
    return (
        lambda s: s.set_values({"trauma": share}),
        lambda s: s.set_lane("entropy", Lane("entropy", ((1.0, share), (4.0, 0.9)))),
        lambda s: s.edit_notes("draw", [], [note]),
        lambda s: _pedal(s, number),
        _commit(lambda c: SetHits(cue=c, hits=(HitPoint(bar=1 + share),), act="add")),
        _commit(lambda c: SetScenes(cue=c, scenes=scenes)),
        _commit(lambda c: SetDialogue(cue=c, dialogue=dialogue)),
        _commit(lambda c: SetEnding(cue=c, ending=("sting", "open", "thin_away")[number % 3])),
        _commit(lambda c: SetTempo(cue=c, tempo=(TempoMark(bar=1, bpm=60 + number, ramp=True),))),
        _commit(lambda c: SetPhrases(cue=c, phrases=(number, 4))),
        _commit(lambda c: SetStart(cue=c, start=Start(timecode=f"01:0{number}:00:00"))),
        _commit(lambda c: SetUpbeat(cue=c, upbeat_ticks=120 * number)),
        _commit(lambda c: SetPerformance(cue=c, amount=share)),
        _commit(lambda c: SetPianoMode(cue=c, on=number % 2 == 1)),
        _commit(lambda c: SetDynamics(cue=c, dynamics=dynamics)),
        _commit(lambda c: SetDynamicsController(cue=c, controller=(1, 11)[number % 2])),
        _commit(lambda c: SetAsked(cue=c, name="register", ranks=((number, share),))),
        _commit(lambda c: SetConfigValue(key="temperature.base_temperature", value=share)),
        lambda s: s.set_key(Key(number, "minor")),
        lambda s: s.set_metre(Metre(2 + number, 4)),
        lambda s: s.rename_take(s.takes[0].id, f"Restrained {number}"),
        lambda s: s.star_take(s.takes[0].id, number % 2 == 1),
        lambda s: s.duplicate_take(s.takes[0].id),
        lambda s: s.cue_acts.approve(s.cue.id, s.takes[-1].id),
        lambda s: s.cue_acts.set_status(s.cue.id, "review" if number % 2 else "work"),
        lambda s: s.cue_acts.duplicate(s.cue.id),
        lambda s: s.remove_cue(s.cues[-1].id),
    )


@pytest.fixture
def session(qt_app: QApplication, tmp_path: Path) -> Session:
    user = tmp_path / "user"
    made = Session(ProjectFiles(user, tmp_path), user, RecordingPlayer(lambda reply: None))
    made.commit(SetConfigValue(key="name", value="film"))  # else saving gives it its folder's
    for name in ("a", "b"):
        made.commit(AddTake(cue=made.cue.id, label=TakeLabel(id=name), take=make_take()))
    return made


def test_fifty_actions_undone_and_redone(session: Session, tmp_path: Path) -> None:
    first, began = state_hash(session.state), session.undo_stack.index()
    for act in (*actions(1), *actions(2))[:STEPS]:
        act(session)
    assert session.undo_stack.index() - began == STEPS, "each was one step"
    last = state_hash(session.state)
    for _ in range(STEPS):
        session.undo_stack.undo()
    assert state_hash(session.state) == first
    for _ in range(STEPS):
        session.undo_stack.redo()
    assert state_hash(session.state) == last
    told, music = [cue_text(cue) for cue in session.state.cues], takes_of(session.state)
    assert session.save(tmp_path / "film") and session.open_project(tmp_path / "film")
    assert [cue_text(cue) for cue in session.state.cues] == told
    assert takes_of(session.state) == music, "each take has its notes, controls and bars"
    assert state_hash(session.state) == last
    assert session.undo_stack.count() >= STEPS, "undo survives a restart"
    for _ in range(STEPS):
        session.undo_stack.undo()
    assert state_hash(session.state) == first
    for _ in range(STEPS):
        session.undo_stack.redo()
    assert state_hash(session.state) == last


def test_the_hundred_steps_that_a_file_keeps_lead_back_after_a_restart(
    session: Session, tmp_path: Path
) -> None:
    states = [session.state]
    for number in range(1, 6):
        for act in actions(number):
            begun = session.undo_stack.index()
            act(session)
            if session.undo_stack.index() > begun:
                states.append(session.state)
    assert len(states) > FILE_STEPS + 1
    kept = [state_hash(each) for each in states[-FILE_STEPS - 1 :: 20]]
    assert session.save(tmp_path / "film") and session.open_project(tmp_path / "film")
    assert session.undo_stack.index() == FILE_STEPS
    for before in kept[-2::-1]:
        for _ in range(20):
            session.undo_stack.undo()
        assert state_hash(session.state) == before
    assert session.undo_stack.index() == 0, "nothing older is undone by half"


def test_a_note_behind_the_last_bar_is_the_same_after_a_restart(
    session: Session, tmp_path: Path
) -> None:
    session.edit_notes("draw", [], [Note(5000, 240, 90, 70, Voice.MELODY)])
    edited = session.current_take
    assert edited and edited.take and len(edited.take.score.metres) == 3
    assert session.save(tmp_path / "film") and session.open_project(tmp_path / "film")
    again = session.current_take
    assert again and again.take == edited.take
