"""What two hands can hold."""

from __future__ import annotations

import pytest

from engine.hands import playable, unplayable
from engine.score import Note, Voice


@pytest.mark.parametrize(
    ("pitches", "can"),
    [
        ((), True),
        ((40,), True),
        ((40, 56), True),
        ((40, 57), True),  # one hand each
        ((40, 57, 74), False),
        ((40, 56, 57, 73), True),
        (range(60, 70), True),
        (range(60, 71), False),
        ((36, 48, 60, 76), True),
        ((36, 53, 60, 77, 78), False),
        ((40, 40, 40), True),
    ],
)
def test_five_notes_and_a_tenth_a_hand(pitches: tuple[int, ...], can: bool) -> None:
    assert playable(pitches) is can


def test_what_sounds_on_counts_and_what_is_struck_is_marked() -> None:
    low = Note(0, 960, 30, 70, Voice.BASS)
    middle = Note(480, 480, 50, 70, Voice.INNER)
    high = Note(480, 480, 70, 70, Voice.MELODY)
    later = Note(960, 480, 70, 70, Voice.MELODY)
    assert unplayable([low, middle, high, later]) == {middle, high}
    assert unplayable([low, high, later]) == frozenset()
