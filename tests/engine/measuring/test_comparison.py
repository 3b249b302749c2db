"""Asked against measured as numbers: what the take was asked, beside what its notes are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.lanes import Lane, Lanes
from engine.measuring.comparison import Compared, compare_attribute, compare_dimensions
from engine.measuring.reference import Reference, estimate
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, Take

NOTES = tuple(Note(beat * 480, 400, 60 + beat % 5, 80, Voice.MELODY) for beat in range(16))
SCORE = Score(NOTES, (Metre(),) * 4, TempoMap(), Key(0, "major"))
LANES = Lanes(lanes=(Lane("trauma", ((1, 0.2), (3, 0.2), (3, 0.8))),))
TAKE = Take(
    SCORE,
    Provenance(
        GenerationRequest(LANES, SCORE.metres),
        "model",
        "0" * 64,
        (0.7,) * 4,
        (),
        False,
        "0",
        plan=({"onset_rate": 0.25}, {"onset_rate": 0.75}, {}),
    ),
)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load()


def test_asked_is_what_the_take_remembers_and_measured_what_its_notes_are(
    reference: Reference,
) -> None:
    found = estimate(SCORE, reference)
    trauma, entropy, *_ = compare_dimensions(TAKE, found)
    assert trauma.asked == (0.2, 0.2, 0.8, 0.8) and trauma.asked_mean == pytest.approx(0.5)
    assert trauma.measured == tuple(bar.trauma for bar in found.bars)
    assert entropy.measured_whole == found.whole.entropy
    assert [row.title for row in compare_dimensions(TAKE, found)][2:] == ["Return", "Estrangement"]


def test_music_from_elsewhere_was_asked_for_nothing(reference: Reference) -> None:
    foreign = replace(TAKE, provenance=replace(TAKE.provenance, model_hash=""))
    row = compare_dimensions(foreign, estimate(SCORE, reference))[0]
    assert row.asked == (None,) * 4 and row.asked_mean is None and row.nearness(0) is None
    assert row.measured[0] is not None


def test_an_attribute_is_compared_with_its_plan_where_there_is_one(reference: Reference) -> None:
    row = compare_attribute(TAKE, estimate(SCORE, reference), "onset_rate")
    assert row.asked == (0.25, 0.75, None, None) and row.asked_mean == 0.5
    assert all(rank is not None and 0 <= rank <= 1 for rank in row.measured)


def test_nearness_falls_to_nothing_at_half_the_range() -> None:
    row = Compared("x", "X", -1.0, 1.0, (0.0, 0.0, 1.0), (0.0, 0.5, -1.0), 0.0, 0.0)
    assert [row.nearness(index) for index in range(3)] == [1.0, 0.5, 0.0]
    assert row.excess(1) == 0.25 and row.excess(2) == -1.0
