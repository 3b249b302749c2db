"""Chords are found where they sound, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import PsychoscoreError
from engine.measuring.chords import ChordWeights, find_chords, half_bars, hear
from engine.score import CHORD_QUALITIES, Metre, Note, Score, Voice

SHAPES = {
    "maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10), "dim": (0, 3, 6), "aug": (0, 4, 8), "sus": (0, 5, 7),
}  # fmt: skip


def struck(onset: int, length: int, *pitches: int) -> list[Note]:
    return [Note(onset, length, pitch, 80, Voice.ACCOMPANIMENT) for pitch in pitches]


def score(*notes: list[Note], bars: int = 4, metre: str = "4/4") -> Score:
    flat = tuple(sorted(note for part in notes for note in part))
    return Score(flat, (Metre.parse(metre),) * bars)


def named(found: Score) -> list[tuple[int, int | None, str]]:
    return [(chord.start, chord.root, chord.quality) for chord in find_chords(found)]


@pytest.mark.parametrize("root", [0, 5, 10])
@pytest.mark.parametrize("quality", CHORD_QUALITIES)
def test_a_chord_over_its_root_is_named(quality: str, root: int) -> None:
    upper = [60 + root + step for step in SHAPES[quality]]
    held = [struck(1920 * bar, 1900, 36 + root, *upper) for bar in range(4)]
    assert named(score(*held)) == [(0, root, quality)]


def test_broken_chords_and_a_melody_on_top_change_nothing() -> None:
    notes: list[Note] = []
    for bar, (root, third) in enumerate(((0, 4), (9, 3), (5, 4), (7, 4))):
        tones = [root, root + 7, root + 12, root + 12 + third]
        notes += [
            note for step in range(8)
            for note in struck(1920 * bar + 240 * step, 230, 36 + tones[step % 4])
        ]  # fmt: skip
        notes += struck(1920 * bar, 900, 72 + (root + third) % 12)
        notes += struck(1920 * bar + 960, 900, 72 + (root + 7) % 12)
    assert named(score(notes)) == [
        (0, 0, "maj"), (1920, 9, "min"), (3840, 5, "maj"), (5760, 7, "maj"),
    ]  # fmt: skip


def test_a_change_in_the_middle_of_a_bar_is_found_there() -> None:
    for metre, half in (("4/4", 960), ("3/4", 720), ("6/8", 720)):
        first = struck(0, half, 36, 60, 64, 67)
        second = struck(half, half, 43, 59, 62, 67)
        assert named(score(first, second, bars=1, metre=metre)) == [
            (0, 0, "maj"), (half, 7, "maj"),
        ]  # fmt: skip


def test_silence_has_no_chord() -> None:
    sounding = struck(1920, 1920, 36, 60, 64, 67)
    assert named(score(sounding)) == [(0, None, ""), (1920, 0, "maj"), (3840, None, "")]
    assert find_chords(Score((), (Metre(),))) == ()
    assert find_chords(Score(tuple(sounding), ())) == ()


def test_transposition_moves_roots_and_nothing_else() -> None:
    rng = np.random.default_rng(3)
    onsets = np.sort(rng.integers(0, 32, 120)) * 240
    notes = [
        Note(int(onset), int(rng.integers(1, 8)) * 240, int(pitch), int(velocity), Voice.MELODY)
        for onset, pitch, velocity in zip(
            onsets, rng.integers(40, 80, 120), rng.integers(30, 110, 120), strict=True
        )
    ]
    plain = named(score(notes))
    assert len(plain) > 3
    for steps in (1, 6, 11):
        moved = named(score([replace(note, pitch=note.pitch + steps) for note in notes]))
        expected = [
            (start, None if root is None else (root + steps) % 12, quality)
            for start, root, quality in plain
        ]
        assert moved == expected


def test_notes_outside_of_the_bars_are_not_heard() -> None:
    inside = struck(0, 1920, 36, 60, 64, 67)
    outside = [*struck(-480, 400, 61), *struck(1920, 400, 42, 66, 70, 73)]
    assert named(score(inside, outside, bars=1)) == [(0, 0, "maj")]


def test_what_is_heard_sums_to_one_where_something_sounds() -> None:
    laid = score(struck(0, 480, 48, 60), struck(960, 1900, 52, 55), bars=2)
    heard = hear(laid, half_bars(laid))
    assert heard.shape == (4, 3, 12)
    np.testing.assert_allclose(heard[:3, :2].sum(axis=2), 1.0)
    np.testing.assert_allclose(heard[3], 0.0)
    assert heard[1, 2, 4] == 1.0


def test_weights_that_are_not_weights_are_a_sentence(tmp_path: Path) -> None:
    shipped = ChordWeights.load()
    path = tmp_path / "chords.json"
    path.write_text(shipped.to_json())
    assert ChordWeights.load(path).to_json() == shipped.to_json()
    for text in ("{", "[]", shipped.to_json().replace("0.", "NaN, 0.", 1), "9" * 9):
        path.write_text(text)
        with pytest.raises(PsychoscoreError, match=r"chords\.json"):
            ChordWeights.load(path)
