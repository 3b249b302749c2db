"""What is known by heart: runs of notes in any key, a file that is checked, few false alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import PsychoscoreError
from engine.evaluation.copies import pitch_line, run_hashes
from engine.evaluation.known import with_shared
from engine.evaluation.known_music import FILE, KnownMusic
from engine.resources import resource
from engine.score import Metre, Note, Score, Voice
from engine.take import GenerationEvent, GenerationRequest, Provenance, Take, TakeComposed
from engine.weights import replace_tensors


def song(seed: int, count: int = 60, voice: Voice = Voice.MELODY) -> Score:
    pitches = np.random.default_rng(seed).integers(40, 80, count)
    notes = tuple(Note(480 * at, 240, int(p), 70, voice) for at, p in enumerate(pitches))
    return Score(notes, (Metre(),) * (count // 4))


def lines(score: Score) -> tuple[np.ndarray, np.ndarray]:
    return pitch_line(score), pitch_line(score, melody=True)


@pytest.fixture(scope="module")
def known() -> KnownMusic:
    return KnownMusic.build(lines(song(seed)) for seed in range(20))


def moved(score: Score, by: int, first: int, last: int) -> Score:
    """Some notes of a score, in another key and twice as slow."""
    notes = [
        replace(note, onset=2 * note.onset, pitch=note.pitch + by)
        for note in score.notes[first:last]
    ]
    return Score(tuple(notes), score.metres * 2)


def test_a_borrowed_run_is_found_in_any_key_and_tempo(known: KnownMusic) -> None:
    assert known.longest(moved(song(3), 7, 10, 34)) == 24
    assert known.longest(moved(song(3), -5, 0, 60)) == 60
    assert known.longest(moved(song(3), 7, 10, 21)) == 0  # eleven notes are nobody's
    assert known.longest(song(99)) == 0
    assert known.longest(Score((), (Metre(),))) == 0


def test_a_borrowed_melody_is_found_under_another_accompaniment(known: KnownMusic) -> None:
    melody = song(5)
    under = tuple(Note(960 * at, 960, 36 + at % 5, 60, Voice.BASS) for at in range(30))
    woven = Score(tuple(sorted([*melody.notes, *under])), melody.metres)
    assert known.longest(woven) == 60


def test_the_file_gives_the_same_and_is_small(known: KnownMusic, tmp_path: Path) -> None:
    assert KnownMusic.beside(tmp_path) is None
    known.save(tmp_path)
    again = KnownMusic.beside(tmp_path)
    assert again is not None and again.longest(song(3)) == 60
    assert (tmp_path / FILE).stat().st_size < 10_000


@pytest.mark.parametrize(
    "tensors",
    [
        {"all.bits": torch.zeros(128, dtype=torch.uint8)},
        {"all.bits": torch.zeros(128), "melody.bits": torch.zeros(128)},
        {"all.bits": torch.zeros(2, 64, dtype=torch.uint8), "melody.bits": torch.zeros(1)},
        {
            "all.bits": torch.zeros(129, dtype=torch.uint8),
            "melody.bits": torch.zeros(128, dtype=torch.uint8),
        },
    ],
)
def test_a_damaged_index_is_refused(tensors: dict[str, torch.Tensor], tmp_path: Path) -> None:
    replace_tensors(tmp_path / FILE, tensors)
    with pytest.raises(PsychoscoreError):
        KnownMusic.beside(tmp_path)
    (tmp_path / FILE).write_bytes(b"\x80\x04pickle")
    with pytest.raises(PsychoscoreError):
        KnownMusic.beside(tmp_path)


def test_finished_takes_say_what_they_share(known: KnownMusic) -> None:
    told = Provenance(GenerationRequest(), "m", "0", (), (), False, "0")

    def events() -> Iterator[GenerationEvent]:
        yield TakeComposed(0, Take(moved(song(3), 7, 10, 34), told))
        yield TakeComposed(1, Take(song(99), told))

    found = [each for each in with_shared(events(), known) if isinstance(each, TakeComposed)]
    assert [each.result.provenance.shared for each in found] == [24, 0]


@pytest.mark.parametrize("name", ["open", "emopia"])
def test_the_shipped_indexes_are_compact_and_seldom_wrong(name: str) -> None:
    folder = resource(f"checkpoints/{name}")
    known = KnownMusic.beside(folder)
    assert known is not None
    assert (folder / FILE).stat().st_size < 6_000_000
    random = run_hashes(np.random.default_rng(1).integers(0, 128, 100_000))
    for index in (known.all, known.melody):
        # A Bloom filter is wrong as often as all probes of a hash fall on bits that are set.
        assert np.unpackbits(index.bits).mean() ** 8 < 5e-4
        assert index.knows(random).mean() < 5e-4
