"""Pedal by harmony: changed with the bass, never holding mud, always let go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.composing.pedal import DOWN, LAG, SHORTEST, SUSTAIN, UP, clashes, pedal
from engine.score import Control, Metre, Note, Score, Voice

QUARTER = 480


def score(*notes: tuple[int, int, int], bars: int = 4) -> Score:
    """Notes as (onset in quarters * 480, duration, pitch)."""
    made = [Note(onset, length, pitch, 70, Voice.INNER) for onset, length, pitch in notes]
    return Score(tuple(sorted(made)), (Metre(),) * bars)


def strokes(controls: tuple[Control, ...]) -> list[tuple[int, int]]:
    """Down and up of each stroke; fails where they do not alternate."""
    assert [c.value for c in controls] == [DOWN, UP] * (len(controls) // 2)
    assert all(c.controller == SUSTAIN for c in controls)
    return [(down.onset, up.onset) for down, up in zip(controls[::2], controls[1::2], strict=True)]


def test_silence_needs_no_foot() -> None:
    assert pedal(score()) == ()


def test_one_high_note_off_the_bar_line_is_pedalled() -> None:
    assert strokes(pedal(score((240, 480, 84)))) == [(240 + LAG, 720)]


def test_the_pedal_changes_with_the_bass_and_holds_while_it_holds() -> None:
    broken = [(i * 240, 240, pitch) for i, pitch in enumerate((36, 60, 64, 67, 36, 60, 64, 67))]
    moved = [(1920 + i * 240, 240, p) for i, p in enumerate((41, 60, 65, 69, 43, 62, 67, 71))]
    assert strokes(pedal(score(*broken, *moved))) == [
        (0 + LAG, 1920),
        (1920 + LAG, 2880),
        (2880 + LAG, 3840),
    ]


def test_each_bar_begins_afresh_on_an_unmoved_bass() -> None:
    organ_point = [(bar * 1920, 1920, 36) for bar in range(3)]
    assert [down for down, _ in strokes(pedal(score(*organ_point)))] == [30, 1950, 3870]


def test_a_chromatic_line_over_one_bass_is_not_blurred() -> None:
    line = [(0, 1920, 36)] + [(i * 480, 480, 72 + i) for i in range(4)]
    found = strokes(pedal(score(*line)))
    # C, C# and D make two semitones, which a foot may hold; D# would be the third.
    assert found == [(30, 1440), (1470, 1920)]


def test_a_run_too_quick_for_the_foot_is_played_without_it() -> None:
    run = [(i * 80, 80, 72 + i) for i in range(6)]
    assert strokes(pedal(score(*run, (480, 480, 79)))) == [(30, 240), (510, 960)]


def test_a_key_held_over_the_change_rings_on_under_the_new_pedal() -> None:
    held = [(0, 2400, 36), (0, 2400, 61), (1920, 240, 62), (2160, 240, 63)]
    found = strokes(pedal(score(*held)))
    # C and C# are still down at the bar line; with D and D# they would clash three times.
    assert found[1] == (1950, 2160)


def test_the_last_stroke_outlives_a_short_last_note() -> None:
    assert strokes(pedal(score((0, 40, 60)))) == [(30, 60)]


@st.composite
def scores(draw: st.DrawFn) -> Score:
    notes = draw(
        st.lists(
            st.tuples(
                st.integers(0, 95).map(lambda i: i * 40),
                st.integers(1, 60).map(lambda i: i * 40),
                st.integers(30, 90),
            ),
            min_size=1,
            max_size=40,
        )
    )
    return score(*notes)


@given(scores())
def test_no_stroke_holds_mud_that_was_not_struck_at_once(music: Score) -> None:
    found = strokes(pedal(music))
    ordered = [tick for stroke in found for tick in stroke]
    assert ordered == sorted(ordered)
    assert found[0][0] == music.notes[0].onset + LAG
    assert all(b[0] - a[0] >= SHORTEST for a, b in zip(found, found[1:], strict=False))
    for down, up in found:
        first = {n.pitch % 12 for n in music.notes if n.onset <= down < n.end}
        first |= {n.pitch % 12 for n in music.notes if n.onset == down - LAG}
        later = {n.pitch % 12 for n in music.notes if down < n.onset < up}
        assert clashes(first | later) < 3 or later <= first
    assert found[-1][1] <= max(max(n.end for n in music.notes), found[-1][0] + LAG)
