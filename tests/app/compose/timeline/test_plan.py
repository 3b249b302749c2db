"""The plan as values: ranks by bar, textures and chords as words over time."""

from __future__ import annotations

from app.compose.timeline.plan import Plan, Span, chord_name, with_rank, without_rank
from engine.measuring.chords import find_chords
from engine.measuring.reference import Reference, estimate
from engine.score import Key, Metre, Note, Score, TempoMap, Voice
from engine.take import GenerationRequest, Provenance, Take

NOTES = tuple(Note(0, 1920, pitch, 80, Voice.ACCOMPANIMENT) for pitch in (50, 57, 62, 65))
SCORE = Score(NOTES, (Metre(),) * 2, TempoMap(), Key(2, "minor"))
PLAN = (
    {"register": 0.25, "texture": 3.0, "chord_root": 0.0, "chord_quality": 1.0},
    {"texture": 3.0, "half_chord_root": 8.0, "half_chord_quality": 0.0},
)
TAKE = Take(
    SCORE,
    Provenance(GenerationRequest(), "m", "0" * 64, (0.7,) * 2, (), False, "0", plan=PLAN),
)


def test_planned_ranks_textures_and_chords_have_their_places() -> None:
    plan = Plan.of(TAKE, None)
    assert plan.planned["register"] == (0.25, None) and plan.measured == {}
    assert plan.planned_words["texture"] == (Span(0, 3840, "chorale"),)
    assert plan.planned_words["chords"] == (Span(0, 960, "Dm"), Span(2880, 3840, "B♭"))


def test_measured_comes_from_the_notes() -> None:
    found = estimate(SCORE, Reference.load())
    plan = Plan.of(TAKE, found, find_chords(SCORE))
    assert plan.measured["register"][0] is not None and plan.measured["register"][1] is None
    assert plan.measured_words["chords"][0] == Span(0, 1920, "Dm")
    assert plan.measured_words["texture"][-1].word == "silence"


def test_takes_without_a_plan_and_class_numbers_of_other_versions_show_nothing() -> None:
    odd = Provenance(
        GenerationRequest(), "m", "0" * 64, (), (), False, "0", plan=({"texture": 99.0},)
    )
    assert Plan.of(Take(SCORE, odd), None).planned_words == {"texture": (), "chords": ()}


def test_ranks_are_drawn_over_and_freed() -> None:
    ranks = with_rank(with_rank((), 5, 1.4), 2, 0.257)
    assert ranks == ((2, 0.26), (5, 1.0))
    assert without_rank(with_rank(ranks, 2, 0.5), 5) == ((2, 0.5),)


def test_chords_are_named_as_people_write_them() -> None:
    assert [chord_name(14, "min7"), chord_name(10, "maj"), chord_name(7, "7")] == [
        "Dm7",
        "B♭",
        "G7",
    ]
