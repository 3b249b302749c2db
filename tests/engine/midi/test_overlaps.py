"""No pitch sounds twice at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.midi.overlaps import cut_overlaps
from engine.score import Note, Voice

notes = st.lists(
    st.builds(
        Note,
        st.integers(0, 200),
        st.integers(1, 100),
        st.integers(60, 64),
        st.integers(1, 127),
        st.sampled_from(Voice),
    ),
    max_size=40,
)


@given(notes)
def test_no_pitch_overlaps_and_no_struck_pitch_is_lost(played: list[Note]) -> None:
    kept = cut_overlaps(played)
    for pitch in range(60, 65):
        line = sorted(note for note in kept if note.pitch == pitch)
        assert all(a.end <= b.onset for a, b in zip(line, line[1:], strict=False))
    assert {(n.onset, n.pitch) for n in kept} == {(n.onset, n.pitch) for n in played}
    assert all(note.duration >= 1 for note in kept)
    assert cut_overlaps(kept) == kept


def test_the_melody_keeps_a_doubled_note() -> None:
    doubled = [Note(0, 480, 60, 90, Voice.ACCOMPANIMENT), Note(0, 240, 60, 70, Voice.MELODY)]
    assert cut_overlaps(doubled) == (Note(0, 480, 60, 90, Voice.MELODY),)
