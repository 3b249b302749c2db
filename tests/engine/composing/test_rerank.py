"""The reranker: what a match is worth, and which take comes first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.composing.bar_features import FEATURES
from engine.composing.rerank import TakeReranker, stretches, with_matches
from engine.errors import PsychoscoreError
from engine.lanes import Lane, Lanes
from engine.listener import Listener, ListenerCard
from engine.measuring.reference import Reference
from engine.profile import Profile
from engine.score import Metre, Note, Score, Voice
from engine.take import (
    GenerationEvent,
    GenerationRequest,
    NoteComposed,
    Provenance,
    Take,
    TakeComposed,
    parse_provenance,
    provenance_json,
)
from models.reranker import Reranker, RerankerConfig

LOUD = FEATURES.index("loud_mean")


@pytest.fixture(scope="module")
def reranker() -> TakeReranker:
    """One that takes loudness for entropy, and finds everything else in the middle."""
    config = RerankerConfig(width=2)
    network = Reranker(config).requires_grad_(False)
    network.straight.weight[1, LOUD] = 8.0
    network.centre[LOUD] = 0.5
    card = ListenerCard("reranker", "by loudness", config)
    return TakeReranker(Listener(card, "0" * 16, network), Reference.load())


def take(*velocities: int) -> Score:
    """Four notes in each bar, all of one velocity."""
    notes = tuple(
        Note(1920 * bar + 480 * beat, 480, 60 + beat, velocity, Voice.MELODY)
        for bar, velocity in enumerate(velocities)
        for beat in range(4)
    )
    return Score(notes, (Metre(),) * len(velocities))


def test_the_take_that_was_asked_for_comes_first(reranker: TakeReranker) -> None:
    soft, loud, middle = take(*[20] * 8), take(*[120] * 8), take(*[64] * 8)
    agitated, still = Lanes(Profile(entropy=0.95)), Lanes(Profile(entropy=0.05))
    assert reranker.rank([soft, loud, middle], agitated) == (1, 2, 0)
    assert reranker.rank([soft, loud, middle], still) == (0, 2, 1)
    matches = [reranker.match(each, agitated) for each in (loud, middle, soft)]
    assert 1 >= matches[0] > matches[1] > matches[2] > 0


def test_a_lane_wants_music_that_follows_it(reranker: TakeReranker) -> None:
    rising = Lanes(Profile(), (Lane("entropy", ((1.0, 0.02), (9.0, 0.02), (9.0, 0.98))),))
    up, down = take(*[20] * 8, *[120] * 8), take(*[120] * 8, *[20] * 8)
    assert reranker.match(up, rising) > reranker.match(down, rising) + 0.3


def test_silence_matches_nothing(reranker: TakeReranker) -> None:
    assert reranker.match(Score((), (Metre(),) * 4), Lanes()) == 0.0
    assert reranker.match(Score((), ()), Lanes()) == 0.0


def test_equal_takes_keep_their_order(reranker: TakeReranker) -> None:
    assert reranker.rank([take(60)] * 3, Lanes()) == (0, 1, 2)


@pytest.mark.parametrize("bars", [1, 3, 8, 9, 12, 13, 16, 33])
def test_stretches_cover_every_bar(bars: int) -> None:
    spans = list(stretches(bars))
    assert spans[0][0] == 0
    heard = {bar for start, stop in spans for bar in range(start, stop)}
    assert heard == set(range(bars))
    assert all(0 < stop - start <= 8 for start, stop in spans)


def test_no_bars_have_no_stretches() -> None:
    assert list(stretches(0)) == []


def test_the_shipped_rerankers_hear() -> None:
    for non_commercial in (False, True):
        found = TakeReranker.beside(non_commercial=non_commercial)
        # Beside a model that may be sold stands nothing that heard EMOPIA.
        assert non_commercial or not found.listener.card.non_commercial
        still, agitated = Lanes(Profile(entropy=0.1)), Lanes(Profile(entropy=0.9))
        soft = take(*[20] * 8)
        assert found.match(soft, still) > found.match(soft, agitated)


def test_finished_takes_of_a_generation_carry_their_match(reranker: TakeReranker) -> None:
    closed: list[bool] = []

    def events() -> Iterator[GenerationEvent]:
        try:
            for number, velocity in enumerate((20, 120)):
                provenance = Provenance(GenerationRequest(), "m", "0", (), (), False, "0")
                yield NoteComposed(number, 1, Note(0, 480, 60, velocity, Voice.MELODY))
                yield TakeComposed(number, Take(take(*[velocity] * 8), provenance))
        finally:
            closed.append(True)

    still = Lanes(Profile(entropy=0.05))
    found = [
        each.result.provenance
        for each in with_matches(events(), [still, still], reranker)
        if isinstance(each, TakeComposed)
    ]
    assert found[0].match == pytest.approx(reranker.match(take(*[20] * 8), still), abs=1e-4)
    assert (found[0].match or 0) > (found[1].match or 1)
    assert parse_provenance(provenance_json(found[0])) == found[0]
    stream = with_matches(events(), [still, still], reranker)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert closed == [True, True]


@pytest.mark.parametrize("value", ["1.5", "-0.1", "NaN", '"much"'])
def test_an_impossible_match_is_refused(value: str) -> None:
    provenance = Provenance(GenerationRequest(), "m", "0", (), (), False, "0", match=0.5)
    broken = provenance_json(provenance).replace('"match":0.5', f'"match":{value}')
    assert broken != provenance_json(provenance)
    with pytest.raises(PsychoscoreError):
        parse_provenance(broken)
