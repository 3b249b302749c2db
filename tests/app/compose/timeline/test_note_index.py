"""Notes found by time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.note_index import NoteIndex
from engine.score import Note, Voice

notes = st.builds(
    Note,
    st.integers(0, 20_000),
    st.integers(1, 9_000),
    st.integers(0, 127),
    st.integers(1, 127),
    st.just(Voice.MELODY),
)


@given(st.lists(notes, max_size=40, unique=True), st.integers(0, 22_000), st.integers(1, 6_000))
def test_a_span_holds_each_note_that_sounds_in_it_once(
    given_notes: list[Note], first: int, length: int
) -> None:
    last = first + length
    expected = [note for note in given_notes if note.onset < last and note.end > first]
    assert sorted(NoteIndex(given_notes).between(first, last)) == sorted(expected)


@given(st.lists(notes, max_size=40, unique=True), st.integers(0, 30_000))
def test_sounding_pitches(given_notes: list[Note], tick: int) -> None:
    expected = {note.pitch for note in given_notes if note.onset <= tick < note.end}
    assert NoteIndex(given_notes).at(tick) == expected


def test_adding_says_which_span_changed() -> None:
    index = NoteIndex([Note(0, 480, 60, 64, Voice.MELODY)])
    added = [Note(1920, 100, 40, 64, Voice.BASS), Note(2400, 240, 72, 64, Voice.MELODY)]
    assert index.add(added) == (1920, 2640)
    assert index.add([]) is None
    assert (index.count, index.low, index.high, index.end) == (3, 40, 72, 2640)
