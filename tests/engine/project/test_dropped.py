"""Files that come into a cue: foreign ones are measured, our own bring their sliders back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mido
import pytest

from engine.config.layers import builtin_presets, resolve
from engine.config.own import OwnSettings
from engine.errors import PsychoscoreError
from engine.lanes import Lane, Lanes
from engine.midi.file import write_midi
from engine.profile import Profile
from engine.project.cue import Cue, new_cue
from engine.project.dropped import PROFILE_QUESTION, metre_marks, read_dropped, tempo_marks
from engine.project.edits import AddCue
from engine.project.state import ProjectState
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, provenance_json

SETTINGS = resolve(OwnSettings(), OwnSettings(), builtin_presets()).settings
WALTZ = (Metre(3, 4),) * 6
REQUEST = GenerationRequest(
    lanes=Lanes(Profile(0.2, 0.7, 0.5 - 0.25j), (Lane("trauma", ((1.0, 0.1), (6.0, 0.9)), True),)),
    metres=WALTZ,
    tempo_map=TempoMap(((0, 72.0),)),
    key=Key(2, "minor"),
    seed=4711,
    texture="chords",
    bar_attributes=(("onset_rate", ((2, 0.9), (3, 0.1))),),
)


def calm_then_busy(metres: tuple[Metre, ...] = WALTZ) -> Score:
    """Long low notes, then many loud ones."""
    notes: list[Note] = []
    for bar, metre in enumerate(metres):
        start, busy = bar * metre.ticks, bar >= len(metres) // 2
        step = 120 if busy else metre.ticks
        for place in range(0, metre.ticks, step):
            velocity = 110 if busy else 40
            pitch = 60 + place // 120 % 12
            notes.append(Note(start + place, step, pitch, velocity, Voice.MELODY))
    return Score(tuple(notes), metres, TempoMap(((0, 90.0), (1440, 120.0))))


def in_project(cue: Cue) -> ProjectState:
    return AddCue(cue=cue).apply(ProjectState())


def test_a_foreign_file_is_a_take_and_its_profile_is_measured(tmp_path: Path) -> None:
    write_midi(calm_then_busy(), tmp_path / "waltz.mid")
    dropped = read_dropped(tmp_path / "waltz.mid")
    assert not dropped.own and dropped.take.score.metres == WALTZ
    first, last = (dropped.lanes.profile_at(bar).entropy for bar in (1, 6))
    assert last > first + 0.2
    cue = new_cue("1M1")
    state = in_project(cue)
    take, time, psyche = dropped.steps(cue)
    state = take.apply(state)
    assert state.cues[0].bars == 6 and state.cues[0].takes[0].title == "waltz"
    assert not state.cues[0].lanes and not state.cues[0].metres
    state = time.apply(state)
    assert state.cues[0].metre_per_bar(SETTINGS) == WALTZ
    assert state.cues[0].resolved_tempo(SETTINGS).marks == ((0, 90.0), (1440, 120.0))
    state = psyche.apply(state)
    assert psyche.text == PROFILE_QUESTION
    assert state.cues[0].resolved_lanes(SETTINGS) == dropped.lanes
    assert (take.text, time.text) == ("Bring In waltz", "Tempo and Metre of waltz")


def test_our_own_file_brings_sliders_lanes_seed_key_and_texture_back(tmp_path: Path) -> None:
    made = Provenance(REQUEST, "open", "f" * 64, (0.8,) * 6, ("POP909",), False, "0")
    score = replace(calm_then_busy(), tempo_map=REQUEST.tempo_map, key=REQUEST.key)
    write_midi(score, tmp_path / "A.mid", provenance_json(made))
    dropped = read_dropped(tmp_path / "A.mid")
    assert dropped.own and dropped.take.provenance == made
    cue = new_cue("1M1").replace(asked={"polyphony": ((1, 0.5),)})
    state = in_project(cue)
    for step in dropped.steps(cue):
        state = step.apply(state)
    request = state.cues[0].request(SETTINGS)
    for name in ("lanes", "metres", "tempo_map", "key", "seed", "texture", "bar_attributes"):
        assert getattr(request, name) == getattr(REQUEST, name), name


def test_a_lane_that_was_there_is_replaced_and_acts_again(tmp_path: Path) -> None:
    write_midi(calm_then_busy(), tmp_path / "waltz.mid")
    dropped = read_dropped(tmp_path / "waltz.mid")
    old = new_cue("1M1").replace(lanes=(Lane("entropy", ((1.0, 0.3),), muted=True),))
    state = dropped.steps(old)[2].apply(in_project(old))
    assert state.cues[0].lanes == dropped.lanes.lanes


def test_a_file_without_notes_or_that_is_none_is_told(tmp_path: Path) -> None:
    empty = mido.MidiFile()
    empty.tracks.append(mido.MidiTrack())
    empty.save(tmp_path / "empty.mid")
    with pytest.raises(PsychoscoreError, match=r"empty\.mid holds no notes"):
        read_dropped(tmp_path / "empty.mid")
    (tmp_path / "letter.mid").write_text("Dear Sir")
    with pytest.raises(PsychoscoreError):
        read_dropped(tmp_path / "letter.mid")
    with pytest.raises(PsychoscoreError):
        read_dropped(tmp_path / "missing.mid")


def test_of_a_very_long_file_the_beginning_is_taken_and_said(tmp_path: Path) -> None:
    metre = Metre(1, 4)
    notes = tuple(Note(bar * 480, 480, 60, 80, Voice.MELODY) for bar in range(600))
    score = Score(notes, (metre,) * 600, TempoMap(((0, 100.0), (590 * 480, 50.0))))
    write_midi(score, tmp_path / "long.mid")
    dropped = read_dropped(tmp_path / "long.mid")
    assert len(dropped.take.score.metres) == 512 == len(dropped.take.score.notes)
    assert "the first 512" in dropped.remarks[0]
    cue = new_cue("1M1")
    assert dropped.steps(cue)[1].apply(dropped.steps(cue)[0].apply(in_project(cue)))


def test_marks_stand_where_something_changes() -> None:
    metres = (Metre(), Metre(), Metre(3, 4), Metre())
    assert [(m.bar, str(m.metre)) for m in metre_marks(metres)] == [
        (1, "4/4"),
        (3, "3/4"),
        (4, "4/4"),
    ]
    tempo = TempoMap(((0, 100.0), (960, 90.0), (1920, 90.0), (3840 + 720, 80.0), (99999, 70.0)))
    assert [(m.bar, m.bpm) for m in tempo_marks(tempo, metres)] == [
        (1.0, 100.0),
        (1.5, 90.0),
        (3.5, 80.0),
    ]


def test_a_performed_tempo_of_thousands_of_steps_is_one_a_bar() -> None:
    marks = tuple((tick, 80.0 + tick % 7) for tick in range(0, 1920 * 8, 4))
    found = tempo_marks(TempoMap(marks), (Metre(),) * 8)
    assert len(found) <= 8 and all(mark.bar == int(mark.bar) for mark in found)
