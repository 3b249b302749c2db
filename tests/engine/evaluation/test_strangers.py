"""Strangers and literal repetition, on bars with known answers."""

from __future__ import annotations

from dataclasses import replace

from engine.evaluation.strangers import local_scales, longest_repeat, stranger_share, strangers
from engine.score import Metre, Note, Score, Voice

TRIADS = ((60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67))


def cadence(melody: list[tuple[int, int, int]]) -> Score:
    """I-IV-V-I in C, a bar each, under a melody of (onset, duration, pitch)."""
    chords = [
        Note(bar * 1920, 1920, pitch - 12, 70, Voice.ACCOMPANIMENT)
        for bar, triad in enumerate(TRIADS)
        for pitch in triad
    ]
    tune = [Note(*each, 80, Voice.MELODY) for each in melody]
    notes = sorted([*chords, *tune], key=lambda note: (note.onset, note.voice, note.pitch))
    return Score(tuple(notes), (Metre(),) * 4)


def test_the_local_scale_is_that_of_the_chords() -> None:
    scales = local_scales(cadence([]))
    assert [at for at in range(12) if scales[1, at]] == [0, 2, 4, 5, 7, 9, 11]


def test_chord_tones_and_scale_tones_are_no_strangers() -> None:
    score = cadence([(0, 480, 76), (480, 480, 74), (960, 960, 72)])
    assert stranger_share(score) == 0.0


def test_a_foreign_note_that_leaps_away_is_one() -> None:
    score = cadence([(480, 240, 73), (720, 240, 79)])
    found = [note.pitch for note, strange in zip(score.notes, strangers(score), strict=True)
             if strange]  # fmt: skip
    assert found == [73]
    assert stranger_share(score) == 1 / 14


def test_a_foreign_note_that_goes_on_by_step_resolves() -> None:
    assert stranger_share(cadence([(480, 240, 73), (720, 240, 74)])) == 0.0
    assert stranger_share(cadence([(480, 240, 73), (720, 240, 72)])) == 0.0
    # A resolution comes in the same voice, soon, and is another note.
    assert stranger_share(cadence([(480, 240, 73), (720, 240, 73), (960, 240, 79)])) > 0
    assert stranger_share(cadence([(480, 240, 73), (480 + 2400, 240, 74)])) > 0


def test_a_chord_may_bring_its_own_notes() -> None:
    score = cadence([])
    dominant = [Note(1920, 1920, pitch, 80, Voice.INNER) for pitch in (62, 66, 69)]
    kept = [note for note in score.notes if note.onset != 1920]
    notes = tuple(sorted([*kept, *dominant], key=lambda n: (n.onset, n.voice, n.pitch)))
    assert stranger_share(replace(score, notes=notes)) == 0.0


def test_silence_has_no_strangers() -> None:
    assert stranger_share(Score((), (Metre(),))) == 0.0
    assert longest_repeat(Score((), (Metre(),) * 4)) == 0


def barred(*pitches: int) -> Score:
    """One note a bar; 0 is an empty bar."""
    notes = [Note(at * 1920, 480, p, 80, Voice.MELODY) for at, p in enumerate(pitches) if p]
    return Score(tuple(notes), (Metre(),) * len(pitches))


def test_a_bar_is_counted_as_often_as_it_sounds_running() -> None:
    assert longest_repeat(barred(60, 62, 60, 62)) == 1
    assert longest_repeat(barred(60, 62, 62, 62, 60)) == 3
    assert longest_repeat(barred(62, 62, 62, 62, 0, 0, 0, 0, 0)) == 4


def test_velocity_makes_no_new_bar_and_rhythm_does() -> None:
    score = barred(60, 60, 60)
    louder = tuple(replace(note, velocity=40 + at) for at, note in enumerate(score.notes))
    assert longest_repeat(replace(score, notes=louder)) == 3
    later = tuple(replace(note, onset=note.onset + 120 * at) for at, note in enumerate(score.notes))
    assert longest_repeat(replace(score, notes=later)) == 1
