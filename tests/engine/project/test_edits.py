"""Edits: pure, exact, and the same after JSON."""

from __future__ import annotations

import copy
from typing import get_args

import pytest

from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.project.cue import new_cue
from engine.project.cue_marks import (
    ChordMark,
    DialogueBlock,
    DialogueSettings,
    HitPoint,
    KeyMark,
    LockedBars,
    MetreMark,
    SceneBlock,
    Start,
    TakeLabel,
    TempoMark,
)
from engine.project.edits import (
    AddCue,
    AddTake,
    AnyEdit,
    ApproveTake,
    ClearConfigValue,
    EditNotes,
    EditPedal,
    MuteLane,
    RemoveCue,
    RemoveTake,
    RenameCue,
    RenameTake,
    SetAsked,
    SetBars,
    SetConfigValue,
    SetDialogue,
    SetDialogueLaw,
    SetDynamics,
    SetDynamicsController,
    SetEnding,
    SetHits,
    SetKey,
    SetLane,
    SetLocks,
    SetMaterial,
    SetMetre,
    SetPerformance,
    SetPhrases,
    SetPianoMode,
    SetPicture,
    SetProfileValue,
    SetScenes,
    SetSeed,
    SetStart,
    SetStatus,
    SetTempo,
    SetUpbeat,
    SetVamps,
    Several,
    StarTake,
    edit_json,
    new_take_id,
    parse_edit,
)
from engine.project.folder import ProjectState
from engine.project.playing_edits import PedalStroke
from engine.project.playing_marks import DynamicMark
from engine.project.reference_audio import ReferenceAudio
from engine.project.reference_edits import SetReferenceAudio
from engine.project.vamps import Vamp
from engine.score import Key, Metre
from tests.engine.states import make_project, make_take

STATE = make_project()
CUE = STATE.cues[0].id
EDITS: tuple[AnyEdit, ...] = (
    SetProfileValue(cue=CUE, name="trauma", value=0.8),
    SetLane(cue=CUE, name="entropy", points=((1, 0.1), (2.5, 0.9))),
    SetLane(cue=CUE, name="trauma", points=()),
    MuteLane(cue=CUE, name="trauma", muted=True),
    SetTempo(cue=CUE, tempo=(TempoMark(bar=1, bpm=60),)),
    SetBars(cue=CUE, bars=24),
    SetKey(cue=CUE, keys=(KeyMark(bar=1, key=Key(2, "minor")),)),
    SetMetre(cue=CUE, metres=(MetreMark(bar=1, metre=Metre(6, 8)),)),
    SetSeed(cue=CUE, seed=99),
    SetPicture(
        cue=CUE,
        start=Start(timecode="01:00:00:00"),
        scenes=(SceneBlock(first_bar=1, last_bar=4, title="Elsinore"),),
        hits=(HitPoint(bar=3.5, kind="stop"),),
        ending="sting",
        upbeat_ticks=480,
    ),
    SetMaterial(cue=CUE, chords=(ChordMark(bar=1, chord="Dm"),), attributes={"leaps": 0.5}),
    AddTake(cue=CUE, label=TakeLabel(id="new"), take=make_take(seed=3)),
    RemoveTake(cue=CUE, take="take-0"),
    RenameTake(cue=CUE, take="take-1", title="The one"),
    StarTake(cue=CUE, take="take-1", starred=True),
    AddCue(cue=new_cue("2M1")),
    RemoveCue(cue=CUE),
    RenameCue(cue=CUE, number="1M4", title="Another"),
    SetConfigValue(key="temperature.base_temperature", value=0.6),
    ClearConfigValue(key="preset"),
    SetLocks(cue=CUE, act="lock", locked=(LockedBars(first=5, last=8),)),
    Several(edits=(SetBars(cue=CUE, bars=9), SetSeed(cue=CUE, seed=9))),
    EditNotes(
        cue=CUE,
        take="take-1",
        act="move",
        removed=((0, 60, 0),),
        added=((240, 480, 62, 80, 0),),
        file="take-1-edit1-c0ffee",
        edits=1,
    ),
    SetPhrases(cue=CUE, phrases=(4, 4)),
    SetStart(cue=CUE, start=Start(timecode="01:00:00;02", frame_rate="29.97 DF", bar=9)),
    SetUpbeat(cue=CUE, upbeat_ticks=480),
    SetAsked(cue=CUE, name="register", ranks=((2, 0.75),)),
    SetPerformance(cue=CUE, amount=0.5),
    SetPianoMode(cue=CUE, on=True),
    SetDynamics(cue=CUE, dynamics=(DynamicMark(bar=2, level=0.4, ramp=True),)),
    SetDynamicsController(cue=CUE, controller=11),
    EditPedal(
        cue=CUE,
        take="take-1",
        act="draw",
        strokes=(PedalStroke(down=0, up=480),),
        file="take-1-edit2-c0ffee",
        edits=2,
    ),
    SetHits(cue=CUE, hits=(HitPoint(bar=2.25, kind="avoid"),), act="add"),
    SetScenes(cue=CUE, scenes=(SceneBlock(first_bar=2, last_bar=4, title="Elsinore"),)),
    SetDialogue(cue=CUE, dialogue=(DialogueBlock(first=1.5, last=3, text="Who's there?"),)),
    SetDialogueLaw(cue=CUE, law=DialogueSettings(velocity=50, free_low=None, free_high=None)),
    SetEnding(cue=CUE, ending="thin_away"),
    SetVamps(cue=CUE, act="mark", vamps=(Vamp(first=2, last=3),)),
    SetStatus(cue=CUE, status="review"),
    ApproveTake(cue=CUE, take="take-1"),
    SetReferenceAudio(
        cue=CUE,
        act="add",
        reference=ReferenceAudio(file="temp.wav", offset_seconds=-1.5, gain_db=-6, muted=True),
    ),
)


def test_every_edit_is_tried_here() -> None:
    known = get_args(get_args(AnyEdit)[0])
    assert {type(edit) for edit in EDITS} == set(known)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
def test_an_edit_is_pure_and_the_same_after_json(edit: AnyEdit) -> None:
    before = copy.deepcopy(STATE)
    after = edit.apply(STATE)
    assert after != STATE
    assert before == STATE
    if edit.kind not in ("remove_take", "remove_cue"):
        assert edit.apply(after) == after
    read = parse_edit(edit_json(edit))
    assert read == edit
    assert read.apply(STATE) == after
    assert edit.text


def test_values_land_where_they_belong() -> None:
    def cue_after(edit: AnyEdit) -> object:
        return edit.apply(STATE).cue(CUE)

    assert cue_after(EDITS[0]).profile.trauma == 0.8  # type: ignore[attr-defined]
    assert cue_after(EDITS[1]).lanes == (  # type: ignore[attr-defined]
        Lane("trauma", ((1, 0.1), (3, 0.1), (3, 0.9))),
        Lane("entropy", ((1, 0.1), (2.5, 0.9))),
    )
    assert cue_after(EDITS[2]).lanes == ()  # type: ignore[attr-defined]
    added = EDITS[11].apply(STATE)
    assert [label.id for label in added.cue(CUE).takes] == ["take-0", "take-1", "new"]
    assert added.take(CUE, "new") == make_take(seed=3)
    removed = EDITS[12].apply(STATE)
    assert [label.id for label in removed.cue(CUE).takes] == ["take-1"]
    assert removed.take(CUE, "take-0") is None
    assert EDITS[16].apply(STATE).takes == {}


def test_a_muted_lane_stays_muted_while_it_is_drawn() -> None:
    muted = MuteLane(cue=CUE, name="trauma", muted=True).apply(STATE)
    drawn = SetLane(cue=CUE, name="trauma", points=((1, 0.3),)).apply(muted)
    assert drawn.cue(CUE).lanes == (Lane("trauma", ((1, 0.3),), muted=True),)


def test_a_value_follows_the_configuration_again() -> None:
    own = SetProfileValue(cue=CUE, name="rsi_real", value=-0.5).apply(STATE)
    assert SetProfileValue(cue=CUE, name="rsi_real", value=None).apply(own) == STATE


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (SetProfileValue(cue=CUE, name="trauma", value=1.5), "Cue 1M3: trauma is 1.5"),
        (SetBars(cue=CUE, bars=0), "Cue 1M3: bars is 0"),
        (SetLane(cue=CUE, name="trauma", points=((1, 2),)), "2 at bar 1 must lie"),
        (SetSeed(cue="0" * 12, seed=1), "no longer in the project"),
        (RemoveCue(cue="0" * 12), "no longer in the project"),
        (RemoveTake(cue=CUE, take="none"), "no take none"),
        (RenameCue(cue=CUE, number="q12", title=""), "Two cues have the number Q12"),
        (AddCue(cue=new_cue("1m3")), "Two cues have the number 1M3"),
        (SetConfigValue(key="temperature.base", value=1), "Did you mean"),
        (SetConfigValue(key="profile.trauma", value=1.5), "must be at most 1"),
    ],
)
def test_what_cannot_be_done_is_said(edit: AnyEdit, sentence: str) -> None:
    with pytest.raises(PsychoscoreError) as caught:
        edit.apply(STATE)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", '{"kind": "explode"}', '{"kind": "set_seed"}', "[]"])
def test_wrong_edits_are_refused(text: str) -> None:
    with pytest.raises(PsychoscoreError, match="An edit"):
        parse_edit(text)


def test_cues_stand_in_the_order_of_their_numbers() -> None:
    state = ProjectState()
    for number in ("2M1", "1M10", "Q1", "1M2"):
        state = AddCue(cue=new_cue(number)).apply(state)
    assert [cue.number for cue in state.cues] == ["1M2", "1M10", "2M1", "Q1"]
    assert state.cue_numbered("1m10") == state.cues[1]
    assert state.cue_numbered("1M1") is None


def test_take_ids_are_new_each_time_and_tell_the_seed() -> None:
    take = make_take(seed=7, number=2)
    ids = {new_take_id(take) for _ in range(50)}
    assert len(ids) == 50
    assert all(each.startswith("seed7-3-") for each in ids)
