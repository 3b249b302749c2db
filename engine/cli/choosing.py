"""The words in which the best of several takes, or a closer one, is asked for, and their doing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.best import best, candidates
from engine.errors import PsychoscoreError
from engine.take import GenerationRequest, RefineRequest, Take, TakeComposed

if TYPE_CHECKING:
    from engine.checkpoint import Model
    from engine.composing.rerank import TakeReranker

ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Choosing:
    """How takes are chosen, and how far they are refined.

    Args:
        best_of: candidates that are composed; 1 keeps what comes.
        until: match at which a take is close enough; None leaves takes as they are.
        rounds: tries to come that close.
    """

    best_of: int = 1
    until: float | None = None
    rounds: int = ROUNDS

    @property
    def wanted(self) -> bool:
        return self.best_of > 1 or self.until is not None

    @classmethod
    def of(cls, args: argparse.Namespace) -> Choosing:
        """What was typed.

        Raises:
            PsychoscoreError: a value is out of range.
        """
        if args.until is not None and not 0.0 < args.until <= 1.0:
            raise PsychoscoreError(f"--until {args.until:g} must lie above 0 and up to 1.")
        if args.rounds < 1:
            raise PsychoscoreError(f"--rounds {args.rounds} must be 1 or more.")
        return cls(args.best_of, args.until, args.rounds)


def add_choosing_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words."""
    group = parser.add_argument_group("which takes are kept")
    group.add_argument(
        "--best-of", type=int, default=1, metavar="N", help="compose N (up to 16), keep the best"
    )
    group.add_argument(
        "--until",
        type=float,
        metavar="MATCH",
        help="compose the bars that match least again until the take matches so well, 0 to 1",
    )
    group.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help="tries of --until (8)"
    )


def chosen(model: Model, wish: GenerationRequest, takes: int, choosing: Choosing) -> Iterator[Take]:
    """Compose and keep takes as `choosing` says, the best first.

    Raises:
        PsychoscoreError: a value is out of range, or no reranker is installed.
    """
    from engine.composing.generate import generate
    from engine.composing.refine import refine
    from engine.composing.rerank import TakeReranker, with_matches

    reranker: TakeReranker = TakeReranker.beside(non_commercial=model.non_commercial)
    requests = candidates(wish, takes, choosing.best_of)
    events = with_matches(generate(model, requests), [each.lanes for each in requests], reranker)
    found = {event.take: event.result for event in events if isinstance(event, TakeComposed)}
    kept = tuple(found[number] for number in sorted(found))
    if choosing.best_of > 1:
        kept = best(kept, takes)
    if choosing.until is None:
        yield from kept
        return
    wishes = [RefineRequest(take, choosing.until, choosing.rounds) for take in kept]
    for event in refine(model, wishes, reranker):
        if isinstance(event, TakeComposed):
            yield event.result
