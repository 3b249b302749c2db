"""Q13: the judge of filled files sees what is wrong, and both scores are of the same tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.composing.holes import split_bars
from engine.composing.tokens import encode
from engine.data.shards import EncodedPiece, Shards
from engine.evaluation.clips import Setting
from engine.evaluation.holes_filled import Parted, has_clean_seams, is_identical, part
from engine.evaluation.infilling import FORMS, measure_answers, measure_files, score_hole
from engine.evaluation.rows import Measured, Row
from engine.hole import Hole
from engine.midi.file import midi_bytes
from engine.score import Control, Metre, Note, Score, Voice
from models.conditioning import FIELD_INDEX
from tests.engine.tiny import tiny_model, tiny_network
from tests.engine.training.shard_folders import piece, random_score, shards

BASE = Score(
    (
        Note(0, 1920, 60, 80, Voice.MELODY),
        Note(1920, 480, 62, 80, Voice.MELODY),
        Note(1920, 1920, 40, 80, Voice.BASS),
        Note(3840, 480, 60, 80, Voice.MELODY),
    ),
    (Metre(),) * 3,
    controls=(Control(20, 64, 100), Control(2000, 64, 0)),
)
HOLE = Hole(2, 2, (Voice.MELODY,))


def parted(score: Score = BASE, hole: Hole = HOLE) -> Parted:
    return part(midi_bytes(score, "{}"), hole, 1920, 3840)


def with_new(*notes: Note) -> Score:
    kept = [note for note in BASE.notes if not (note.onset == 1920 and note.voice == 0)]
    return replace(BASE, notes=tuple(sorted([*kept, *notes])))


def test_new_notes_in_the_hole_are_no_difference() -> None:
    after = parted(with_new(Note(2000, 400, 70, 50, Voice.MELODY)))
    assert is_identical(parted(), after, HOLE)
    assert after.inside != parted().inside
    assert has_clean_seams(after, 3840, 40)


Spoil = Callable[[Score], Score]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: replace(s, notes=s.notes[1:]),
        lambda s: replace(s, notes=(replace(s.notes[0], duration=1919), *s.notes[1:])),
        lambda s: replace(s, notes=(*s.notes[:-1], replace(s.notes[-1], velocity=81))),
        lambda s: replace(s, controls=s.controls[:1]),
        lambda s: replace(s, metres=(Metre(3, 4),) * 4),
    ],
)
def test_any_other_change_is_seen(spoil: Spoil) -> None:
    assert not is_identical(parted(), parted(spoil(BASE)), HOLE)


def test_a_rhythm_that_is_not_kept_is_seen() -> None:
    hole = replace(HOLE, keep_rhythm=True)
    same = with_new(Note(1920, 480, 70, 80, Voice.MELODY))
    other = with_new(Note(1920, 479, 70, 80, Voice.MELODY))
    assert is_identical(parted(hole=hole), parted(same, hole), hole)
    assert not is_identical(parted(hole=hole), parted(other, hole), hole)


def test_cut_doubled_and_overhanging_notes_are_seen() -> None:
    def clean(*notes: Note) -> bool:
        return has_clean_seams(parted(with_new(*notes)), 3840, 40)

    assert clean(Note(2000, 1840, 60, 50, Voice.MELODY))
    assert not clean(Note(2000, 39, 60, 50, Voice.MELODY))
    assert not clean(Note(2000, 1841, 61, 50, Voice.MELODY))
    # In the middle of the bass note, in another track: written as it is by a careless hand.
    careless = parted(with_new(Note(2000, 400, 41, 50, Voice.MELODY)))
    struck = replace(careless, inside=(replace(careless.inside[0], pitch=40),))
    assert has_clean_seams(careless, 3840, 40) and not has_clean_seams(struck, 3840, 40)


def held_out(seed: int) -> EncodedPiece:
    made = piece(seed, 12, split="validation")
    made.rows[:, FIELD_INDEX["metre"]] = made.rows[:, FIELD_INDEX["mode"]] = 0
    made.rows[:, FIELD_INDEX["tempo"]] = 100
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Shards:
    folder: Path = tmp_path_factory.mktemp("shards")
    return shards(folder, held_out(1), held_out(2), piece(3, 12))


def rows_of(events: object) -> dict[str, Row]:
    return {e.row.id: e.row for e in events if isinstance(e, Measured)}  # type: ignore[attr-defined]


def test_files_of_held_out_songs_come_back_whole(data: Shards) -> None:
    rows = rows_of(measure_files(tiny_model(), Setting(1.0), data, 1))
    assert set(rows) == {f"Q13.{form}{suffix}" for form in FORMS for suffix in ("", ".differ")}
    for form in FORMS:
        assert rows[f"Q13.{form}"].value == 1.0 and rows[f"Q13.{form}"].passed
        assert rows[f"Q13.{form}.differ"].value == 1.0


def test_the_truth_is_scored_in_all_forms(data: Shards) -> None:
    rows = rows_of(measure_answers(tiny_model(), data, 0))
    assert set(rows) == {f"Q13.{form}.nll" for form in FORMS}
    assert all(row.value and row.value > 0 and row.ratio for row in rows.values())


@pytest.mark.parametrize("form", FORMS)
def test_both_scores_are_of_the_same_tokens(form: str) -> None:
    bars = split_bars(list(encode(random_score(5, 9)).tokens))
    answer, going_on = score_hole(tiny_network(), bars, 4, form)
    assert (answer.tokens, answer.notes) == (going_on.tokens, going_on.notes)
    assert answer.notes > 0 and answer.nats != going_on.nats
    in_hole = sum(len(bar) for bar in bars[4:6])
    if form == "bars":
        assert answer.tokens == in_hole - 1
    else:
        assert answer.tokens == (answer.notes if form == "pitches" else 3 * answer.notes)
