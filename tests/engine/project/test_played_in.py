"""Strokes of a keyboard as a take on the grid."""

from __future__ import annotations

import pytest

from engine.config.schema import Settings
from engine.playing.protocol import Stroke
from engine.project.cue import new_cue
from engine.project.played_in import clicks, played_in
from engine.score import Metre, Voice

SETTINGS = Settings()
CUE = new_cue("1M1", bars=2)


def _stroke(tick: float, pitch: int, velocity: int = 90) -> Stroke:
    return Stroke(tick, 0, pitch, velocity)


def _spans(*strokes: Stroke, end: float = 3840.0) -> list[tuple[int, int, int]]:
    take = played_in(strokes, CUE, SETTINGS, end)
    return [(note.onset, note.duration, note.pitch) for note in take.score.notes] if take else []


def test_notes_are_laid_on_the_grid() -> None:
    spans = _spans(_stroke(473.0, 60), _stroke(731.0, 60, 0), _stroke(961.0, 64), end=1450.0)
    assert spans == [(480, 240, 60), (960, 480, 64)]


def test_the_first_note_may_come_early_and_the_count_in_is_no_music() -> None:
    spans = _spans(
        *(_stroke(-900.0, 50), _stroke(-500.0, 50, 0)),
        *(_stroke(-70.0, 60), _stroke(400.0, 60, 0)),
    )
    assert spans == [(0, 400, 60)]


def test_notes_end_with_the_cue_and_those_behind_it_are_left_out() -> None:
    spans = _spans(_stroke(3600.0, 60), _stroke(3850.0, 62), _stroke(3900.0, 62, 0), end=4000.0)
    assert spans == [(3600, 240, 60)]


def test_a_key_that_is_struck_again_ends_its_note() -> None:
    spans = _spans(_stroke(0.0, 60), _stroke(480.0, 60), _stroke(960.0, 60, 0))
    assert spans == [(0, 480, 60), (480, 480, 60)]


def test_a_note_over_which_the_loop_turned_lasts_a_beat() -> None:
    assert _spans(_stroke(1800.0, 60), _stroke(100.0, 60, 0)) == [(1800, 480, 60)]


def test_a_take_has_voices_and_says_where_it_came_from() -> None:
    chord = [_stroke(0.0, pitch) for pitch in (36, 64, 72)]
    take = played_in(chord, CUE, SETTINGS, 960.0)
    assert take is not None
    assert [note.voice for note in take.score.notes] == [
        Voice.MELODY,
        Voice.ACCOMPANIMENT,
        Voice.BASS,
    ]
    assert take.score.metres == CUE.metre_per_bar(SETTINGS)
    assert take.provenance.lineage == ("played in",)
    assert not take.provenance.model_hash


def test_silence_is_no_take() -> None:
    assert played_in([], CUE, SETTINGS, 3840.0) is None
    assert played_in([_stroke(-900.0, 50)], CUE, SETTINGS, -400.0) is None


@pytest.mark.parametrize(
    ("metre", "bar", "ticks"),
    [
        (Metre(), 1, [-1920, -1440, -960, -480, 0, 480, 960, 1440]),
        (Metre(6, 8), 1, [-1440, -720, 0, 720]),
        (Metre(7, 8), 1, [-1680, -1440, -1200, -960, -720, -480, -240, 0]),
    ],
)
def test_clicks_count_in_and_go_on(metre: Metre, bar: int, ticks: list[int]) -> None:
    found = clicks((metre, metre), bar)
    assert [event.tick for event in found][: len(ticks)] == ticks
    strong = [event.tick for event in found if event.data[1] == 76]
    assert strong == [-metre.ticks, 0, metre.ticks]


def test_a_later_bar_is_counted_in_by_the_bar_before() -> None:
    assert clicks((Metre(), Metre()), 2)[0].tick == 0
