"""The index of what was heard: any key, any tempo, nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.composing.tokens import encode
from engine.errors import PsychoscoreError
from engine.evaluation.copies import (
    NOTES,
    PREFIX,
    CopyIndex,
    borrowed,
    pitch_line,
    run_hashes,
    token_line,
)
from engine.score import Key, Metre, Note, Score, Voice


def tune(pitches: np.ndarray, gap: int = 240) -> Score:
    notes = [Note(at * gap, gap, int(p), 70, Voice.MELODY) for at, p in enumerate(pitches)]
    bars = (len(notes) * gap + 1919) // 1920
    return Score(tuple(notes), (Metre(),) * bars, key=Key(0, "major"))


def random_pitches(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(50, 75, size=count)


def test_a_known_tune_is_known_in_another_key_and_pace() -> None:
    heard = random_pitches(60, 1)
    index = CopyIndex.build([pitch_line(tune(heard))])
    found = borrowed(pitch_line(tune(heard + 5, gap=480)), index)
    assert (found.known, found.runs, found.longest) == (49, 49, 60)


def test_a_new_tune_is_not_known() -> None:
    index = CopyIndex.build([random_pitches(5000, 1)])
    found = borrowed(random_pitches(5000, 2), index)
    assert found.known < 0.002 * found.runs


def test_the_longest_stretch_is_counted_in_notes() -> None:
    heard, new = random_pitches(100, 1), random_pitches(100, 6)
    index = CopyIndex.build([heard])
    quoted = np.concatenate([new[:40], heard[10:30], new[40:]])
    found = borrowed(quoted, index)
    assert found.known == 20 - NOTES + 1
    assert found.longest == 20
    assert borrowed(heard[: NOTES - 1], index) == borrowed(np.zeros(0, dtype=np.int64), index)


def test_one_other_interval_is_another_run() -> None:
    line = random_pitches(NOTES, 3)
    hashes = {int(run_hashes(line)[0])}
    for at in range(1, NOTES):
        other = line.copy()
        other[at:] += 1
        hashes.add(int(run_hashes(other)[0]))
    assert len(hashes) == NOTES


def test_tokens_and_notes_give_the_same_line() -> None:
    melody = tune(random_pitches(40, 4))
    chords = [Note(at * 1920, 1920, 48 + p, 60, Voice.BASS) for at in range(5) for p in (0, 4)]
    notes = sorted((*melody.notes, *chords), key=lambda note: (note.onset, note.voice, note.pitch))
    score = replace(melody, notes=tuple(notes))
    encoded = encode(score)
    tokens = np.array(encoded.tokens, dtype=np.uint16)
    bars = np.array(encoded.bars, dtype=np.uint16)
    for alone in (False, True):
        np.testing.assert_array_equal(
            np.diff(pitch_line(score, melody=alone)),
            np.diff(token_line(tokens, bars, melody=alone)),
        )
    assert len(pitch_line(score)) == 50 and len(pitch_line(score, melody=True)) == 40


def test_an_index_takes_two_to_four_bytes_a_run_and_survives_as_arrays() -> None:
    index = CopyIndex.build([random_pitches(20_000, 5)])
    assert len(index.bits) <= 4 * 20_000
    again = CopyIndex.from_arrays(index.arrays())
    assert again is not None
    np.testing.assert_array_equal(again.bits, index.bits)
    assert CopyIndex.from_arrays({}) is None


@pytest.mark.parametrize(
    "bits",
    [
        np.zeros(1000, dtype=np.uint8),
        np.zeros(1024, dtype=np.float32),
        np.zeros((32, 32), dtype=np.uint8),
        np.zeros(0, dtype=np.uint8),
    ],
)
def test_another_shape_is_refused(bits: np.ndarray) -> None:
    with pytest.raises(PsychoscoreError, match="copy index"):
        CopyIndex.from_arrays({PREFIX + "bits": bits})


def test_two_indexes_joined_know_what_either_knows() -> None:
    rng = np.random.default_rng(8)
    few, many = rng.integers(40, 90, 60), rng.integers(40, 90, 4000)
    small, large = CopyIndex.build([few]), CopyIndex.build([many])
    assert len(small.bits) < len(large.bits)
    for joined in (small.joined(large), large.joined(small)):
        assert joined.knows(run_hashes(few)).all() and joined.knows(run_hashes(many)).all()
        assert joined.knows(run_hashes(rng.integers(40, 90, 4000))).mean() < 0.03
