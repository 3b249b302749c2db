"""The frozen table: ids never move, names are MidiTok's, bins stand for what lies nearest."""

from __future__ import annotations

import hashlib

import pytest

from engine.composing import vocabulary as v


def test_ids_are_those_of_every_checkpoint_ever_written() -> None:
    assert v.SIZE == len(set(v.NAMES)) == 320
    assert (v.PAD, v.BOS, v.EOS, v.BAR) == (0, 1, 2, 3)
    assert [span.start for span in (v.POSITION, v.VOICE, v.PITCH, v.VELOCITY, v.DURATION)] == [
        4, 76, 84, 188, 220,
    ]  # fmt: skip
    assert (v.HOLE_BAR, v.HOLE_VOICE.start, v.HOLE_PITCH, v.PITCH_FREE) == (264, 265, 273, 274)
    assert (v.FILL_START, v.FILL_END) == (275, 276)
    digest = hashlib.sha256("\n".join(v.NAMES).encode()).hexdigest()
    assert digest.startswith("6c38a51bde3e75bb")


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (v.POSITION, "Position_0", "Position_71"),
        (v.VOICE, "Program_0", "Program_7"),
        (v.PITCH, "Pitch_12", "Pitch_115"),
        (v.VELOCITY, "Velocity_3", "Velocity_127"),
        (v.DURATION, "Duration_0.1.12", "Duration_12.0.2"),
        (v.HOLE_VOICE, "Hole_Voice0", "Hole_Voice7"),
    ],
)
def test_spans_begin_and_end_at_their_names(span: v.Span, first: str, last: str) -> None:
    assert (v.NAMES[span.start], v.NAMES[span.stop - 1]) == (first, last)
    assert span.start in span and span.stop - 1 in span
    assert span.start - 1 not in span and span.stop not in span


def test_every_velocity_moves_by_less_than_its_bin() -> None:
    for velocity in range(1, 128):
        assert 0 <= v.bin_velocity(v.velocity_bin(velocity)) - velocity < 4
    assert [v.velocity_bin(v.bin_velocity(i)) for i in range(32)] == list(range(32))


def test_every_length_of_the_format_is_its_own_bin_and_others_go_to_a_neighbour() -> None:
    assert [v.duration_bin(length) for length in v.DURATIONS] == list(range(len(v.DURATIONS)))
    assert v.DURATIONS[v.duration_bin(0)] == 1
    assert v.DURATIONS[v.duration_bin(100_000)] == 144
    for length in range(1, 145):
        nearest = min(abs(each - length) for each in v.DURATIONS)
        assert abs(v.DURATIONS[v.duration_bin(length)] - length) == nearest


def test_the_tonic_moves_music_by_at_most_a_tritone() -> None:
    assert [v.tonic_shift(tonic) for tonic in range(12)] == [
        0, 1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1,
    ]  # fmt: skip
