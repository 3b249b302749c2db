"""What is done to notes, and that it stays within the cue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline import note_changes as changes
from app.compose.timeline.bars import BarGrid
from app.compose.timeline.snapping import SNAPS, USUAL
from engine.score import Metre, Note, Voice

BARS = BarGrid((Metre(),) * 4)
NOTES = st.lists(
    st.builds(
        Note,
        st.integers(0, BARS.end - 1),
        st.integers(1, 2000),
        st.integers(0, 127),
        st.integers(1, 127),
        st.sampled_from(Voice),
    ),
    min_size=1,
    max_size=8,
    unique=True,
)
ONE = Note(480, 480, 60, 80, Voice.MELODY)


@given(NOTES, st.integers(-9000, 9000), st.integers(-200, 200))
def test_a_group_moves_together_and_stays_within(
    notes: list[Note], ticks: int, pitches: int
) -> None:
    placed = changes.moved(notes, ticks, pitches, BARS.end)
    ways = {(b.onset - a.onset, b.pitch - a.pitch) for a, b in zip(notes, placed, strict=True)}
    assert len(ways) == 1
    assert all(0 <= n.onset < BARS.end and 0 <= n.pitch <= 127 for n in placed)


@given(NOTES, st.integers(-9000, 9000))
def test_ends_move_alone(notes: list[Note], ticks: int) -> None:
    for note, later in zip(notes, changes.with_end_moved(notes, ticks, BARS.end), strict=True):
        assert later.onset == note.onset
        assert later.duration >= min(changes.SHORTEST_TICKS, note.duration)
    for note, early in zip(notes, changes.with_start_moved(notes, ticks), strict=True):
        assert early.end == note.end or note.duration < changes.SHORTEST_TICKS
        assert early.onset >= 0 and early.duration > 0


@given(NOTES, st.integers(1, BARS.end))
def test_splitting_keeps_what_sounds(notes: list[Note], tick: int) -> None:
    change = changes.split(notes, tick)
    assert len(change.added) == 2 * len(change.removed)
    assert sum(n.duration for n in change.added) == sum(n.duration for n in change.removed)
    assert all(n.end == tick or n.onset == tick for n in change.added)


@given(NOTES, st.sampled_from(SNAPS[:-1]))
def test_quantised_twice_is_quantised_once(notes: list[Note], snap: object) -> None:
    once = changes.quantised(notes, BARS, snap, 1.0)  # type: ignore[arg-type]
    assert changes.quantised(once, BARS, snap, 1.0) == once  # type: ignore[arg-type]
    assert [n.duration for n in once] == [n.duration for n in notes]


def test_quantised_halfway() -> None:
    late = Note(140, 100, 60, 80, Voice.MELODY)
    assert changes.quantised([late], BARS, USUAL, 0.5)[0].onset == 130


def test_velocities_scale_together_within_midi() -> None:
    notes = [Note(0, 1, 60, 40, Voice.BASS), Note(0, 1, 64, 100, Voice.MELODY)]
    assert [n.velocity for n in changes.scaled_velocity(notes, 1.5)] == [60, 127]
    assert [n.velocity for n in changes.scaled_velocity(notes, 0.001)] == [1, 1]


def test_copies_follow_on_the_grid_and_end_with_the_cue() -> None:
    [copy] = changes.repeated([ONE], BARS, SNAPS[0])
    assert copy.onset == 480 + 1920
    [near] = changes.repeated([ONE], BARS, USUAL)
    assert near.onset == 960
    assert changes.repeated([Note(3840, 3840, 60, 80, Voice.BASS)], BARS, USUAL) == []
    two = [ONE, Note(960, 240, 64, 80, Voice.MELODY)]
    assert [n.onset for n in changes.set_down(two, 100, BARS.end)] == [100, 580]
    assert [n.onset for n in changes.set_down(two, BARS.end - 200, BARS.end)] == [BARS.end - 200]
