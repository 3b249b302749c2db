"""Which voice a track plays."""

from __future__ import annotations

import numpy as np

from engine.data.parts import is_single_line, voices_of
from engine.data.tracks import Kind, Track
from engine.score import Voice
from tests.engine.data.daw import Part, chords, line


def track(name: str, part: Part) -> Track:
    notes = np.array([(on, on + length, pitch, v) for on, length, pitch, v in part.notes])
    return Track(name, 0, Kind.PITCHED, notes, np.zeros(len(notes), dtype=bool), ())


def test_our_own_names_are_believed() -> None:
    parts = [track("melody", chords()), track("Bass", line()), track("Strings", chords())]
    assert voices_of(parts) == (Voice.MELODY, Voice.BASS, Voice.ACCOMPANIMENT)


def test_one_keyboard_is_parted_by_register() -> None:
    assert voices_of([track("Piano", line())]) == (None,)
    assert voices_of([track("RH", chords(low=64)), track("LH", chords(low=40))]) == (None, None)


def test_names_tell() -> None:
    parts = [track("Lead Vox", line()), track("Sub Bass", line(low=30)), track("Pad", line(low=72))]
    assert voices_of(parts) == (Voice.MELODY, Voice.BASS, Voice.ACCOMPANIMENT)


def test_register_and_weave_tell_where_names_do_not() -> None:
    parts = [
        track("Inst 1", line(low=48 + 12)),
        track("Inst 2", line(low=36)),
        track("Inst 3", chords()),
        track("Inst 4", line(low=72)),
    ]
    assert voices_of(parts) == (Voice.INNER, Voice.BASS, Voice.ACCOMPANIMENT, Voice.MELODY)


def test_a_melody_is_looked_for_in_the_chords_where_no_line_is_one() -> None:
    assert voices_of([track("x", line(low=30)), track("y", chords(low=60))]) == (Voice.BASS, None)


def test_a_legato_line_is_a_line() -> None:
    assert is_single_line(track("x", line(step=480, length=520)).notes)
    assert not is_single_line(track("x", line(step=480, length=900)).notes)
    assert not is_single_line(track("x", chords()).notes)
