"""A take as it is played in its cue: what changes with which setting, and what never does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from engine.config.schema import Settings
from engine.performance.dynamics import level_velocity
from engine.performance.pedalling import pedal_strokes
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import HitPoint, TempoMark
from engine.project.documents import ExportWish
from engine.project.edits import (
    EditPedal,
    SetDynamics,
    SetDynamicsController,
    SetPerformance,
    SetPianoMode,
)
from engine.project.history import History
from engine.project.played import played_score, played_takes
from engine.project.playing_marks import DynamicMark
from engine.score import Metre, Note, Score, Voice
from engine.take import Take
from tests.engine.states import make_project, make_take

SETTINGS = Settings()


def music() -> Take:
    notes = tuple(
        Note(beat * 480, 400, pitch, 70, voice)
        for beat in range(16)
        for pitch, voice in ((72 + beat % 3, Voice.MELODY), (48, Voice.BASS))
    )
    ordered = tuple(sorted(notes, key=lambda note: (note.onset, note.voice, note.pitch)))
    return replace(make_take(), score=Score(ordered, (Metre(),) * 4))


def cue(**changes: object) -> Cue:
    return new_cue("1M1", bars=4).replace(**{"performance": 0.0, **changes})


def test_old_files_are_played_as_written() -> None:
    old = json.loads(new_cue("1M1").model_dump_json())
    for name in ("performance", "piano", "dynamics", "dynamics_controller"):
        del old[name]
    loaded = Cue.model_validate_json(json.dumps(old))
    assert (loaded.performance, loaded.piano, loaded.dynamics) == (0.0, False, ())


def test_at_zero_the_notes_are_exactly_those_that_are_written() -> None:
    take = music()
    assert played_score(take, cue(), SETTINGS).notes == take.score.notes


def test_quantised_is_written_time_whatever_the_amount() -> None:
    take, wished = music(), cue(performance=1.0)
    assert played_score(take, wished, SETTINGS, quantised=True).notes == take.score.notes
    assert played_score(take, wished, SETTINGS).notes != take.score.notes


def test_the_tempo_is_the_cues_own() -> None:
    wished = cue(tempo=(TempoMark(bar=1, bpm=61),))
    assert played_score(music(), wished, SETTINGS).tempo_map.bpm(0) == 61


def test_what_stands_at_a_hit_is_not_moved() -> None:
    take = music()
    hits = (HitPoint(bar=2.5), HitPoint(bar=3.25, kind="avoid"))
    played = played_score(take, cue(performance=1.0, hits=hits), SETTINGS)
    at_hit = [note for note in take.score.notes if note.onset == 1920 + 960]
    assert set(at_hit) <= set(played.notes) and len(at_hit) == 2
    avoided = [note for note in take.score.notes if note.onset == 2 * 1920 + 480]
    assert not set(avoided) <= set(played.notes)


def test_drawn_dynamics_hold_in_both_times_and_controllers_follow() -> None:
    marks = (DynamicMark(bar=2, level=1.0),)
    wished = cue(dynamics=marks, dynamics_controller=11)
    played = played_score(music(), wished, SETTINGS, quantised=True)
    bar = [note.velocity for note in played.notes if 1920 <= note.onset < 3840]
    assert set(bar) == {round(level_velocity(1.0))}
    sent = {control.onset: control.value for control in played.controls}
    assert sent[0] < sent[1920] == 124 > sent[3840]
    assert {control.controller for control in played.controls} == {11}


def test_notation_takes_written_time() -> None:
    takes, wished = [("A", music())], cue(performance=1.0)
    written = played_takes(takes, wished, SETTINGS, ExportWish("musicxml"))
    played = played_takes(takes, wished, SETTINGS, ExportWish("midi"))
    quantised = played_takes(takes, wished, SETTINGS, ExportWish("midi", performed=False))
    assert written[0][1].score.notes == quantised[0][1].score.notes == music().score.notes
    assert played[0][1].score.notes != music().score.notes


def test_every_edit_of_playing_is_undone_and_redone() -> None:
    start = make_project()
    cue_id = start.cues[0].id
    history, state = History(), start
    for edit in (
        SetPerformance(cue=cue_id, amount=0.8),
        SetPianoMode(cue=cue_id, on=True),
        SetDynamics(cue=cue_id, dynamics=(DynamicMark(bar=1, level=0.2),)),
        SetDynamicsController(cue=cue_id, controller=1),
        EditPedal.of(start, cue_id, "take-0", "draw", [(0, 480), (600, 900)]),
    ):
        state = history.do(state, edit)
    found = state.take(cue_id, "take-0")
    assert found is not None and pedal_strokes(found.score) == ((0, 480), (600, 900))
    assert found.score.notes == make_take(number=0).score.notes
    assert state.cues[0].label("take-0").stem != "take-0"
    last = state
    while history.undo_count:
        state = history.undo(state)
    assert state == start
    while history.redo_count:
        state = history.redo(state)
    assert state == last


@pytest.mark.parametrize(
    "changes",
    [
        {"performance": 1.2},
        {"dynamics": (DynamicMark(bar=2, level=0.1), DynamicMark(bar=2, level=0.4))},
        {"dynamics_controller": 7},
    ],
)
def test_nonsense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        cue(**changes)
