"""Hits, endings and dialogue are obeyed by a network with random weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.composing.infill import infill
from engine.hole import Hole
from engine.picture import ENDINGS, HIT_KINDS, Dialogue, DialogueLaw, Ending, Hit, HitKind
from engine.score import Key, Metre, Score, TempoMap
from engine.take import GenerationRequest, InfillRequest, TakeComposed
from tests.engine.composing.obeying import loud_accent, obeys_dialogue, obeys_ending, obeys_hit
from tests.engine.tiny import tiny_model

SEEDS = range(24)
FOUR = (Metre(),) * 4
ROOMS = ((1.6, 3.4), (3.9, 5.0))


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def requests(**asked: Any) -> list[GenerationRequest]:
    fixed: dict[str, Any] = {"metres": FOUR, "key": Key(2, "minor"), "guidance": 1.0} | asked
    return [GenerationRequest(**fixed, seed=seed) for seed in SEEDS]


def compose(model: Model, asked: list[GenerationRequest]) -> list[Score]:
    events = [each for each in generate(model, asked) if isinstance(each, TakeComposed)]
    return [event.result.score for event in sorted(events, key=lambda event: event.take)]


@pytest.mark.parametrize("bar", [3.0, 3.3719, 2.97])
@pytest.mark.parametrize("kind", HIT_KINDS)
def test_a_hit_of_each_kind_is_met(model: Model, kind: HitKind, bar: float) -> None:
    hit = Hit(bar, kind)
    scores = compose(model, requests(hits=(hit,)))
    met = [obeys_hit(score, hit) for score in scores]
    assert sum(met) >= 0.95 * len(met)
    if kind == "accent":
        assert sum(loud_accent(score, hit) for score in scores) >= 0.9 * len(met)


def test_without_a_hit_it_is_not_met(model: Model) -> None:
    scores = compose(model, requests())
    for kind in ("accent", "chord", "silence", "avoid"):
        assert sum(obeys_hit(score, Hit(3.0, kind)) for score in scores) < 0.9 * len(scores)
    # Random music ends away from the tonic by itself.
    for ending in set(ENDINGS) - {"open"}:
        assert sum(obeys_ending(score, ending) for score in scores) < 0.5 * len(scores)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cue_ends_as_it_says(model: Model, ending: Ending) -> None:
    ended = [obeys_ending(each, ending) for each in compose(model, requests(ending=ending))]
    assert sum(ended) >= 0.95 * len(ended)


@pytest.mark.parametrize(
    "law",
    [DialogueLaw(), DialogueLaw(4.0, 50, 2, None, None), DialogueLaw(0.7, 80, 1, 60, 72)],
    ids=["usual", "lively", "one voice"],
)
def test_dialogue_is_a_law_of_every_take_whatever_else_is_asked(
    model: Model, law: DialogueLaw
) -> None:
    blocks = (Dialogue(1.6, 3.2), Dialogue(3.2, 3.4), Dialogue(3.9, 5))
    hits = (Hit(2.5), Hit(3.1, "chord"), Hit(4.5, "texture"))
    tempo = TempoMap(((0, 80.0), (3840, 140.0)))
    for ending in (None, "sting", "hard_cut"):
        asked = requests(
            dialogue=blocks, dialogue_law=law, hits=hits, ending=ending, tempo_map=tempo
        )
        for score in compose(model, asked[:6]):
            assert all(obeys_dialogue(score, Dialogue(*room), law) for room in ROOMS)


def test_dialogue_lets_notes_from_before_ring_in(model: Model) -> None:
    scores = compose(model, requests(dialogue=(Dialogue(2.5, 3.5),)))
    start = 1920 + 960
    assert any(note.onset < start < note.end for score in scores for note in score.notes)


def test_hits_in_other_metres_with_an_upbeat(model: Model) -> None:
    metres = (Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(2, 4))
    hits = (Hit(1.0), Hit(2.5, "chord"), Hit(3.2, "silence"))
    asked = requests(metres=metres, hits=hits, ending="ring_out", upbeat_ticks=480)
    for score in compose(model, asked):
        assert all(obeys_hit(score, hit) for hit in hits)
        assert obeys_ending(score, "ring_out")


def test_a_request_without_marks_is_composed_as_ever(model: Model) -> None:
    plain = requests()[0]
    assert plain.hits == plain.dialogue == () and plain.ending is None
    behind = requests(hits=(Hit(9.0),))[0]
    assert compose(model, [plain]) == compose(model, [behind])


def test_a_hole_obeys_as_well(model: Model) -> None:
    base = compose(model, requests(metres=FOUR * 2))
    hits = (Hit(3.0), Hit(4.31, "chord"), Hit(5.5, "silence"))
    wishes = requests(metres=FOUR * 2, hits=hits, ending="sting")
    holes = [
        InfillRequest(wish, score, Hole(3, 8)) for wish, score in zip(wishes, base, strict=True)
    ]
    events = [each for each in infill(model, holes) if isinstance(each, TakeComposed)]
    met = []
    for event in events:
        # What stands before the hole and rings into it is not the hole's.
        score = event.result.score
        fresh = replace(score, notes=tuple(each for each in score.notes if each.onset >= 3840))
        met += [obeys_hit(fresh, hit) for hit in hits]
        met.append(obeys_ending(fresh, "sting"))
        before = [note for note in base[event.take].notes if note.onset < 3840]
        assert [note for note in score.notes if note.onset < 3840] == before
    assert len(met) == 4 * len(SEEDS) and sum(met) >= 0.95 * len(met)


def test_going_on_ends_as_it_says(model: Model) -> None:
    base = compose(model, requests())
    wishes = requests(metres=FOUR * 2, ending="hard_cut", hits=(Hit(6.5),))
    holes = [
        InfillRequest(wish, score, Hole(5, 8)) for wish, score in zip(wishes, base, strict=True)
    ]
    scores = [e.result.score for e in infill(model, holes) if isinstance(e, TakeComposed)]
    assert sum(obeys_ending(score, "hard_cut") for score in scores) >= 0.95 * len(SEEDS)
    assert all(obeys_hit(score, Hit(6.5)) for score in scores)
