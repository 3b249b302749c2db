"""Variants of a piece: what changes, what stays, and that the seed alone decides."""

from __future__ import annotations

from dataclasses import replace
from statistics import mean

import pytest

from engine.data.modes import other_mode, swap_chords, swap_mode
from engine.data.piece import Chord, Piece
from engine.data.variants import draw_recipe, vary
from engine.data.weaving import WEAVES, Weave, lengthen, weave
from engine.score import Key, Metre, Note, Score, TempoMap, Voice

BARS = 32
C_MAJOR = Key(0, "major")


def tune(key: Key = C_MAJOR) -> Score:
    """A melody of quarters over broken chords in eighths, 32 bars of C, F, G and C."""
    notes: list[Note] = []
    for bar in range(BARS):
        root = (48, 53, 55, 48)[bar % 4]
        for beat in range(4):
            onset = 1920 * bar + 480 * beat
            notes.append(Note(onset, 480, root + (24, 28, 31, 28)[beat], 90, Voice.MELODY))
            for half in (0, 1):
                pitch = root + (0, 7, 12, 16)[(2 * beat + half) % 4]
                voice = Voice.ACCOMPANIMENT if pitch > root else Voice.BASS
                notes.append(Note(onset + 240 * half, 240, pitch, 70, voice))
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    return Score(tuple(notes), (Metre(),) * BARS, TempoMap(((0, 100.0),)), key)


def piece(name: str = "pop909/001") -> Piece:
    chords = tuple(Chord((0, 5, 7, 0)[bar % 4], "maj", 1920 * bar) for bar in range(BARS))
    return Piece(name, name, "pop909", tune(), None, "train", 100.0, chords)


def test_a_variant_is_the_same_each_time_and_another_for_each_number() -> None:
    assert vary(piece(), 1) == vary(piece(), 1)
    assert vary(piece(), 1).score != vary(piece(), 2).score
    assert vary(piece(), 1).id == "pop909/001~1"
    assert vary(piece(), 1).song == "pop909/001"


def test_variants_cover_soft_and_loud_slow_and_fast_both_modes_and_all_weaves() -> None:
    many = [piece(f"pop909/{number:03}") for number in range(200)]
    made = [vary(each) for each in many]
    loud = [mean(note.velocity for note in each.score.notes) for each in made]
    assert min(loud) < 40 and max(loud) > 90
    assert min(each.tempo for each in made) < 75 and max(each.tempo for each in made) > 135
    assert {each.score.key for each in made} == {C_MAJOR, Key(0, "minor")}
    assert {draw_recipe(each, 1).weave for each in many} == set(WEAVES)


def test_bars_and_metres_stay_and_every_note_lies_within_them() -> None:
    for number in range(20):
        made = vary(piece(), number).score
        assert made.metres == tune().metres
        assert all(1 <= note.velocity <= 127 and 21 <= note.pitch <= 108 for note in made.notes)
        assert all(0 <= note.onset < made.end and note.duration > 0 for note in made.notes)


def test_major_becomes_its_parallel_minor_and_keeps_its_leading_tones() -> None:
    pitches = (60, 64, 67, 69, 71, 72)
    notes = [Note(480 * i, 480, each, 80, Voice.MELODY) for i, each in enumerate(pitches)]
    swapped = swap_mode(notes, C_MAJOR)
    assert [note.pitch for note in swapped] == [60, 63, 67, 68, 71, 72]
    falling = [replace(note, pitch=each) for note, each in zip(notes, (72, 71, 69), strict=False)]
    assert [note.pitch for note in swap_mode(falling, C_MAJOR)] == [72, 70, 68]


def test_minor_becomes_its_parallel_major() -> None:
    notes = [Note(0, 480, each, 80, Voice.MELODY) for each in (57, 60, 64, 65, 67)]
    swapped = swap_mode(notes, Key(9, "minor"))
    assert [note.pitch for note in swapped] == [57, 61, 64, 66, 68]
    assert other_mode(Key(9, "minor")) == Key(9, "major")


@pytest.mark.parametrize(
    ("root", "quality", "moved", "word"),
    [
        (0, "maj", 0, "min"),
        (5, "maj7", 5, "min7"),
        (9, "min", 8, "maj"),
        (2, "min", 2, "dim"),
        (7, "7", 7, "7"),
        (5, "sus4", 5, "sus4"),
    ],
)
def test_chords_follow_their_notes(root: int, quality: str, moved: int, word: str) -> None:
    assert swap_chords([Chord(root, quality, 0)], C_MAJOR) == (Chord(moved, word, 0),)


def test_no_chord_stays_no_chord() -> None:
    assert swap_chords([Chord(None, "", 0)], C_MAJOR) == (Chord(None, "", 0),)


@pytest.mark.parametrize(
    ("how", "voices"),
    [
        ("accompaniment", {Voice.ACCOMPANIMENT, Voice.BASS}),
        ("outer", {Voice.MELODY, Voice.BASS}),
        ("melody", {Voice.MELODY}),
    ],
)
def test_voices_are_left_out(how: Weave, voices: set[Voice]) -> None:
    assert {note.voice for note in weave(tune(), how)} == voices


def test_held_chords_last_half_a_bar_and_keep_their_tones() -> None:
    woven = [note for note in weave(tune(), "held") if note.voice is not Voice.MELODY]
    assert {note.duration for note in woven} == {960}
    assert {note.pitch % 12 for note in woven if note.onset == 0} == {0, 4, 7}


def test_on_the_beat_nothing_else_is_struck() -> None:
    assert {note.onset % 480 for note in weave(tune(), "on the beat")} == {0}


def test_a_weave_that_would_leave_nothing_leaves_all() -> None:
    score = replace(tune(), notes=tuple(n for n in tune().notes if n.voice is Voice.BASS))
    assert weave(score, "melody") == score.notes


def test_lengthened_notes_ring_to_the_half_bar() -> None:
    long = lengthen(tune().notes, tune())
    assert all(note.end % 960 == 0 for note in long if note.voice is not Voice.MELODY)
    assert [n for n in long if n.voice is Voice.MELODY] == [
        n for n in tune().notes if n.voice is Voice.MELODY
    ]
