"""Holes: which notes make room."""

from __future__ import annotations

import pytest

from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.score import Metre, Note, Score, Voice

NOTES = tuple(
    Note(at, 2400, pitch, 80, voice)
    for at in (0, 1919, 1920, 3840)
    for voice, pitch in ((Voice.MELODY, 72), (Voice.BASS, 40))
)
SCORE = Score(NOTES, (Metre(),) * 3)


@pytest.mark.parametrize(
    ("hole", "onsets"),
    [
        (Hole(2, 2), [1920, 1920]),
        (Hole(1, 2, (Voice.BASS,)), [0, 1919, 1920]),
        (Hole(1, 3, (), (60, 72)), [0, 1919, 1920, 3840]),
        (Hole(1, 3, (Voice.BASS,), (60, 72)), []),
        (Hole(4, 9), []),
    ],
    ids=str,
)
def test_a_note_belongs_to_the_bar_in_which_it_begins(hole: Hole, onsets: list[int]) -> None:
    inside, outside = hole.split(SCORE)
    assert [note.onset for note in inside] == onsets
    assert sorted([*inside, *outside]) == sorted(NOTES)


def test_what_is_no_range_is_refused() -> None:
    for first, last, pitches in ((0, 2, None), (3, 2, None), (1, 1, (60, 59)), (1, 1, (0, 128))):
        with pytest.raises(PsychoscoreError):
            Hole(first, last, (), pitches)


def test_it_says_what_it_is() -> None:
    assert str(Hole(2, 2)) == "bar 2"
    whole = Hole(5, 8, (Voice.MELODY,), (60, 84), keep_rhythm=True)
    assert str(whole) == "bars 5-8, melody, pitches 60-84, rhythm kept"
