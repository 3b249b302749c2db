"""Bars that can be written, and what becomes of the others."""

from __future__ import annotations

import pytest

from engine.data.stretches import find_stretches, in_triplets, tempo_by_bars, training_metres
from engine.score import METRES, Metre, Note, Score, TempoMap, Voice


def metres(text: str) -> tuple[Metre, ...]:
    return tuple(map(Metre.parse, text.split()))


@pytest.mark.parametrize(
    ("metre", "found"),
    [
        ("4/4", ["4/4"]),
        ("7/8", ["7/8"]),
        ("2/2", ["4/4"]),
        ("6/4", ["3/4", "3/4"]),
        ("8/4", ["4/4", "4/4"]),
        ("4/8", ["2/4"]),
        ("12/16", ["6/8"]),
        ("24/8", ["12/8", "12/8"]),
        ("9/8", []),
        ("5/8", []),
    ],
)
def test_metres_are_taken_apart(metre: str, found: list[str]) -> None:
    made = training_metres(Metre.parse(metre))
    assert [str(each) for each in made] == found
    assert all(each in METRES for each in made)
    assert not made or sum(each.ticks for each in made) == Metre.parse(metre).ticks


def test_a_strange_bar_parts_the_music() -> None:
    found, strange = find_stretches(metres("4/4 4/4 9/16 9/16 3/4 6/4"))
    assert [(each.first, each.last, each.start) for each in found] == [(1, 2, 0), (5, 6, 6000)]
    assert found[1].metres == metres("3/4 3/4 3/4")
    assert strange == ("Bars 3 to 4 (9/16) cannot be written and were left out.",)


def test_two_halves_of_a_bar_are_joined() -> None:
    found, strange = find_stretches(metres("3/8 3/8 5/8 5/8 4/4"))
    assert [each.metres for each in found] == [metres("6/8 5/4 4/4")]
    assert not strange
    found, strange = find_stretches(metres("4/4 3/8 3/8 3/8 4/4"))
    assert [each.metres for each in found] == [metres("4/4 6/8"), metres("4/4")]
    assert strange == ("Bar 4 (3/8) cannot be written and was left out.",)


def test_nine_eighths_are_triplets_and_sound_the_same() -> None:
    notes = [Note(1920 + 240 * i, 240, 60, 80, Voice.MELODY) for i in range(9)]
    after = Note(4080, 960, 60, 80, Voice.MELODY)
    score = Score((*notes, after), metres("4/4 9/8 2/4"), TempoMap(((0, 90.0), (3000, 60.0))))
    made = in_triplets(score)
    assert made.metres == metres("4/4 3/4 2/4")
    assert [note.onset for note in made.notes] == [1920 + 160 * i for i in range(9)] + [3360]
    assert (made.notes[0].duration, made.notes[-1].duration) == (160, 960)
    for old, new in zip(score.notes, made.notes, strict=True):
        wanted = score.tempo_map.seconds(old.onset)
        assert made.tempo_map.seconds(new.onset) == pytest.approx(wanted)


def test_every_bar_keeps_its_seconds_in_one_step() -> None:
    ramp = TempoMap(tuple((120 * i, 60.0 + i) for i in range(64)))
    bars = metres("4/4 4/4 3/4")
    made = tempo_by_bars(ramp, 0, bars)
    assert [tick for tick, _ in made.marks] == [0, 1920, 3840]
    for start, end in ((0, 1920), (1920, 3840), (3840, 5280)):
        wanted = ramp.seconds(end) - ramp.seconds(start)
        assert made.seconds(end) - made.seconds(start) == pytest.approx(wanted, rel=0.005)


def test_a_steady_tempo_has_one_mark_wherever_the_stretch_begins() -> None:
    steady = TempoMap(((0, 50.0), (1920, 90.0)))
    assert tempo_by_bars(steady, 1920, metres("4/4 4/4")).marks == ((0, 90.0),)
