"""What hands do to tempo, metres, keys and phrases: what holds afterwards, and what is refused."""

from __future__ import annotations

import json

import pytest

from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.project import time_marks as marks
from engine.project.cue import Cue, new_cue
from engine.project.cue_marks import Fermata, Start, TempoMark
from engine.project.cue_settings import CueSettings
from engine.project.edit import CueEdit
from engine.project.state import ProjectState
from engine.project.tempo import without_holds
from engine.project.time_edits import SetStart, parse_start
from engine.score import Key, Metre, TempoMap

SETTINGS = Settings()
CUE = new_cue("1M1", bars=12)


def after(cue: Cue, *edits: CueEdit) -> Cue:
    state = ProjectState(cues=(cue,))
    for edit in edits:
        state = edit.apply(state)
    return state.cues[0]


def test_a_metre_holds_from_its_bar_to_the_next_mark() -> None:
    cue = after(CUE, marks.metre_from(CUE, SETTINGS, 5, Metre(7, 8)))
    assert list(map(str, cue.metre_per_bar(SETTINGS))) == ["4/4"] * 4 + ["7/8"] * 8
    cue = after(cue, marks.metre_from(cue, SETTINGS, 7, Metre(3, 4), only=True))
    assert list(map(str, cue.metre_per_bar(SETTINGS)))[4:9] == ["7/8", "7/8", "3/4", "7/8", "7/8"]
    cue = after(cue, marks.metre_from(cue, SETTINGS, 7, Metre(7, 8)))
    assert [mark.bar for mark in cue.metres] == [5]
    with pytest.raises(PsychoscoreError, match="9/8 cannot be composed"):
        marks.metre_from(cue, SETTINGS, 2, Metre(9, 8))
    with pytest.raises(PsychoscoreError, match="no bar 13"):
        marks.metre_from(cue, SETTINGS, 13, Metre(3, 4))


def test_a_key_holds_from_its_bar_and_reaches_the_request() -> None:
    cue = after(CUE, marks.key_from(CUE, SETTINGS, 1, Key(2, "minor")))
    cue = after(cue, marks.key_from(cue, SETTINGS, 5, Key(5, "major")))
    cue = after(cue, marks.key_from(cue, SETTINGS, 9, Key(2, "minor")))
    request = cue.request(SETTINGS)
    assert request.key == Key(2, "minor")
    assert request.key_changes == ((5, Key(5, "major")), (9, Key(2, "minor")))
    cue = after(cue, marks.key_from(cue, SETTINGS, 5, None))
    assert cue.request(SETTINGS).key_changes == ()


def test_a_ritardando_leads_to_the_end_and_is_held_there() -> None:
    cue = after(
        CUE,
        marks.put_tempo(CUE, 1, 96),
    )
    cue = after(cue, marks.put_tempo(cue, 9, 96))
    cue = after(cue, marks.set_ramp(cue, 9, True))
    cue = after(cue, marks.move_tempo(cue, 13, 13, 60))
    tempo = cue.resolved_tempo(SETTINGS)
    assert tempo.bpm(0) == tempo.bpm(8 * 1920) == 96
    glide = [bpm for tick, bpm in tempo.marks if tick >= 8 * 1920]
    assert len(glide) == 16 and glide == sorted(glide, reverse=True)
    assert tempo.marks[-1][0] == 12 * 1920 - 480 and 60 < glide[-1] < 63
    held = after(cue, marks.put_fermata(cue, 12.75, stretch=3))
    assert held.resolved_tempo(SETTINGS).bpm(12 * 1920 - 480) == pytest.approx(glide[-1] / 3)
    longer = held.resolved_tempo(SETTINGS).seconds(12 * 1920) - tempo.seconds(12 * 1920)
    assert longer == pytest.approx(2 * 60 / glide[-1])
    metres = held.metre_per_bar(SETTINGS)
    plain = without_holds(held.resolved_tempo(SETTINGS), held.fermatas, metres)
    assert [tick for tick, _ in plain.marks] == [tick for tick, _ in tempo.marks]
    assert after(held, marks.remove_fermata(held, 12.75)) == cue


def test_tempo_marks_stay_between_their_neighbours_and_in_their_range() -> None:
    cue = CUE
    for bar in (1, 5, 9):
        cue = after(cue, marks.put_tempo(cue, bar, 80))
    moved = after(cue, marks.move_tempo(cue, 5, 11, 90))
    assert [mark.bar for mark in moved.tempo] == [1, 8.95, 9]
    assert after(cue, marks.remove_tempo(cue, 5)).tempo == (
        TempoMark(bar=1, bpm=80),
        TempoMark(bar=9, bpm=80),
    )
    for bad in (19, 301):
        with pytest.raises(PsychoscoreError, match="between 20 and 300"):
            marks.put_tempo(cue, 3, bad)
    with pytest.raises(PsychoscoreError, match="no tempo mark"):
        marks.remove_tempo(cue, 4)


def test_phrases_are_cut_joined_moved_and_typed() -> None:
    cue = after(CUE, marks.even_phrases(CUE, 4))
    assert marks.phrase_spans(cue) == ((1, 4), (5, 8), (9, 12))
    cue = after(cue, marks.split_phrase(cue, 11))
    cue = after(cue, marks.join_phrases(cue, 5))
    assert cue.phrases == (8, 2, 2)
    cue = after(cue, marks.move_phrase(cue, 9, 12))
    assert marks.phrase_borders(cue) == (10, 11)
    cue = after(cue, marks.parse_phrases(cue, "4 + 4+3"))
    assert cue.phrases == (4, 4, 3) and cue.request(SETTINGS).phrase_ends == (4, 8, 11)
    assert after(cue, marks.parse_phrases(cue, "")).phrases == ()
    shorter = cue.replace(bars=6)
    assert shorter.request(SETTINGS).phrases == (4, 2)
    for bad, why in (("4+x", "no phrases"), ("8+8", "are 16 bars; the cue has 12")):
        with pytest.raises(PsychoscoreError, match=why):
            marks.parse_phrases(cue, bad)
    with pytest.raises(PsychoscoreError, match="before bar 1"):
        marks.split_phrase(cue, 1)


@pytest.mark.parametrize(
    ("text", "rate", "start"),
    [
        ("1:2:3:4", "25", "01:02:03:04"),
        ("01.02.03.23", "23.976", "01:02:03:23"),
        ("00:01:00;02", "29.97 DF", "00:01:00;02"),
        ("00:10:00:00", "29.97 DF", "00:10:00;00"),
    ],
)
def test_starts_are_read(text: str, rate: str, start: str) -> None:
    assert parse_start(text, rate).timecode == start  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rate", "why"),
    [
        ("soon", "25", "no time code"),
        ("01:60:00:00", "25", "more than 59"),
        ("01:00:00:24", "24", "more frames than 24"),
        ("24:00:00:00", "24", "beyond 24 hours"),
        ("00:01:00:01", "29.97 DF", "nearest is 00:01:00;02"),
    ],
)
def test_time_codes_that_no_clock_shows_are_refused(text: str, rate: str, why: str) -> None:
    with pytest.raises(PsychoscoreError) as refused:
        parse_start(text, rate)  # type: ignore[arg-type]
    assert why in f"{refused.value.message} {refused.value.hint}"


def test_a_dropped_number_is_refused_as_an_edit_but_read_from_a_file() -> None:
    start = Start(timecode="00:01:00;00", frame_rate="29.97 DF")
    with pytest.raises(PsychoscoreError, match="no 00:01:00;00"):
        after(CUE, SetStart(cue=CUE.id, start=start))
    assert Cue.model_validate_json(CUE.replace(start=start).model_dump_json()).start == start


def test_the_sheet_is_one_step_and_says_what_is_wrong() -> None:
    told = CueSettings.of(CUE, SETTINGS)
    assert told.edit(CUE, SETTINGS) is None
    start = Start(timecode="10:00:00:00", frame_rate="24", bar=17)
    wanted = CueSettings("2M4", "Storm", 20, start, 480, Metre(3, 4), Key(9, "minor"))
    edit = wanted.edit(CUE, SETTINGS)
    assert edit is not None and edit.text == "Cue Settings"
    cue = edit.apply(ProjectState(cues=(CUE,))).cues[0]
    assert CueSettings.of(cue, SETTINGS) == wanted
    assert cue.request(SETTINGS).upbeat_ticks == 480
    with pytest.raises(PsychoscoreError, match="no shorter than a bar of 2/4"):
        CueSettings("2M4", "", 20, start, 960, Metre(2, 4), None).edit(CUE, SETTINGS)
    with pytest.raises(PsychoscoreError, match="1 to 512"):
        CueSettings("2M4", "", 513, start, 0, Metre(), None).edit(CUE, SETTINGS)


def test_an_upbeat_stays_shorter_than_bar_one_whatever_its_metre_becomes() -> None:
    cue = CUE.replace(upbeat_ticks=1440)
    short = after(cue, marks.metre_from(cue, SETTINGS, 1, Metre(2, 4)))
    assert short.request(SETTINGS).upbeat_ticks == 920


def test_cues_from_before_have_no_phrases() -> None:
    body = CUE.model_dump(mode="json")
    del body["phrases"]
    assert Cue.model_validate_json(json.dumps(body)).phrases == ()


def test_a_hold_that_was_taken_out_leaves_the_tempo_that_is_written() -> None:
    held = (Fermata(bar=2, quarters=2, stretch=2),)
    tempo = TempoMap(((0, 100.0), (1920, 50.0), (2880, 100.0)))
    assert without_holds(tempo, held, (Metre(),) * 4) == TempoMap(((0, 100.0),))
