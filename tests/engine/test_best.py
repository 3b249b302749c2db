"""Which takes are kept of several."""

from __future__ import annotations

import pytest

from engine.best import best, candidates
from engine.errors import PsychoscoreError
from engine.score import Metre, Score
from engine.take import (
    GenerationRequest,
    Provenance,
    Refinement,
    RefineRequest,
    Take,
    parse_provenance,
    provenance_json,
)


def take(number: int, match: float | None) -> Take:
    request = GenerationRequest(take=number, metres=(Metre(),) * 4)
    told = Provenance(request, "m", "0", (), (), False, "0", match=match)
    return Take(Score((), (Metre(),) * 4), told)


def test_the_best_are_kept_and_say_what_they_were_chosen_from() -> None:
    takes = [take(0, 0.3), take(1, 0.9), take(2, 0.5), take(3, 0.9)]
    kept = best(takes, 3)
    assert [each.provenance.request.take for each in kept] == [1, 3, 2]
    assert [each.provenance.place for each in kept] == [1, 2, 3]
    assert {each.provenance.best_of for each in kept} == {4}


def test_takes_without_a_match_cannot_be_compared() -> None:
    with pytest.raises(PsychoscoreError, match="cannot be compared"):
        best([take(0, 0.3), take(1, None)], 1)


def test_candidates_differ_in_their_number_alone() -> None:
    wish = GenerationRequest(seed=9)
    assert [each.take for each in candidates(wish, 2, 8)] == list(range(8))
    assert {each.seed for each in candidates(wish, 2, 8)} == {9}
    assert len(candidates(wish, 4, 1)) == 4


@pytest.mark.parametrize(("takes", "best_of"), [(4, 2), (1, 17), (1, 0), (1, -3)])
def test_an_impossible_choice_is_refused(takes: int, best_of: int) -> None:
    with pytest.raises(PsychoscoreError):
        candidates(GenerationRequest(), takes, best_of)


@pytest.mark.parametrize(("until", "rounds"), [(0.0, 4), (1.01, 4), (0.5, 0), (0.5, 257)])
def test_an_impossible_goal_is_refused(until: float, rounds: int) -> None:
    with pytest.raises(PsychoscoreError):
        RefineRequest(take(0, 0.3), until, rounds)


def test_provenance_with_a_choice_survives_json_and_is_checked() -> None:
    told = best([take(0, 0.3), take(1, 0.9)], 1)[0].provenance
    told = parse_provenance(provenance_json(told))
    assert (told.best_of, told.place, told.request.take) == (2, 1, 1)
    whole = Provenance(
        told.request, "m", "0", (), (), False, "0", refined=(Refinement(1, 4, 7, 2),), shared=14
    )
    text = provenance_json(whole)
    assert parse_provenance(text) == whole
    for broken in (
        text.replace('"best_of":1', '"best_of":17'),
        text.replace('"shared":14', '"shared":-1'),
        text.replace('"first":1,', '"first":0,'),
    ):
        assert broken != text
        with pytest.raises(PsychoscoreError):
            parse_provenance(broken)
