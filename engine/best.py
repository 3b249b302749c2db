"""Which of several takes are kept: the best matches. It knows no network; the takes say how near
they are to their wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.errors import PsychoscoreError
from engine.take import MAXIMUM_TAKES, GenerationRequest, Take


def candidates(wish: GenerationRequest, takes: int, best_of: int) -> tuple[GenerationRequest, ...]:
    """What is composed, in one batch, so that `takes` of `best_of` can be kept.

    Candidates differ in nothing but the number that their notes are drawn with, so that the
    request of the one that is kept makes it again.

    Raises:
        PsychoscoreError: fewer are composed than shall be kept, or more than allowed.
    """
    if not 1 <= best_of <= MAXIMUM_TAKES:
        raise PsychoscoreError(f"Best of {best_of} asked for; 1 to {MAXIMUM_TAKES} are allowed.")
    if best_of > 1 and takes > best_of:
        raise PsychoscoreError(
            f"{takes} takes cannot be the best of {best_of}.",
            f"Ask for the best of {takes} or more, or for fewer takes.",
        )
    return tuple(replace(wish, take=number) for number in range(max(takes, best_of)))


def best(takes: Sequence[Take], keep: int) -> tuple[Take, ...]:
    """The `keep` best matches, the best first; equals keep their order.

    Raises:
        PsychoscoreError: a take does not say how near it is to its wish.
    """
    matches = [take.provenance.match for take in takes]
    known = [match for match in matches if match is not None]
    if len(known) < len(takes):
        raise PsychoscoreError(
            "Takes cannot be compared: no reranker is installed.", "Install PSYCHOSCORE again."
        )
    order = sorted(range(len(takes)), key=lambda index: -known[index])
    return tuple(
        replace(
            takes[index],
            provenance=replace(takes[index].provenance, best_of=len(takes), place=place),
        )
        for place, index in enumerate(order[:keep], 1)
    )
