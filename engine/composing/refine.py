"""Composing the bars of a take again that match its wish least, until it is close enough.

Each round opens a hole where the reranker hears the take farthest from its wish, fills it four
times in one batch, and keeps the best filling where it is better than what stood. What was kept
is told in the take's provenance, so that `remake` makes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.composing.infill import infill
from engine.composing.rerank import HOP, TakeReranker, matched, stretches
from engine.composing.stepping.backend import Means
from engine.composing.stepping.choice import with_means
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.take import (
    GenerationEvent,
    GenerationRequest,
    InfillRequest,
    Provenance,
    Refinement,
    RefineRequest,
    Take,
    TakeComposed,
    TakeRefined,
)

FILLINGS = 4
Distances = npt.NDArray[np.float64]
# Rounds draw with seeds of their own, so that no filling repeats what was drawn before.
_SEED_STEP = 1_000_003


def refine(
    model: Model,
    requests: Sequence[RefineRequest],
    reranker: TakeReranker,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[GenerationEvent]:
    """Refine takes one after the other: a `TakeRefined` a round, then the `TakeComposed`.

    A take that is close enough comes back as it is. Nothing is yielded of a take whose refining
    was cancelled.
    """
    for index, request in enumerate(requests):
        take = matched(request.base, request.wish.lanes, reranker)
        tried: set[Hole] = set()
        for number in range(1, request.rounds + 1):
            if (take.provenance.match or 0.0) >= request.until:
                break
            hole, tried = _weakest(take, request, reranker, tried)
            if hole is None:
                break
            filled = _filled(model, take, hole, number, reranker, cancelled)
            if cancelled():
                return
            better = _match(filled) > _match(take)
            take, tried = (filled, set()) if better else (take, tried | {hole})
            bars = (hole.first, hole.last)
            yield TakeRefined(index, number, request.rounds, bars, better, take)
        yield TakeComposed(index, take)


def remake(model: Model, provenance: Provenance) -> Take:
    """The take that a provenance tells of, made again from nothing; without its match.

    Raises:
        PsychoscoreError: it was composed into other music, which provenance does not hold,
            edited by hand, or composed by means that are not to be had here.
    """
    if provenance.hole is not None or provenance.edits:
        raise PsychoscoreError("Only the take's own file has the music that stood before.")
    model = with_means(model, Means(provenance.backend, provenance.dtype, provenance.threads))
    take = _single(generate(model, [provenance.request]))
    for each in provenance.refined:
        take = _refined(take, _single(infill(model, [_request(take, each)])), each)
    return take


def _weakest(
    take: Take, request: RefineRequest, reranker: TakeReranker, tried: set[Hole]
) -> tuple[Hole | None, set[Hole]]:
    """The bars farthest from the wish among those not tried since the take last got better, and
    what counts as tried from now on; None where all bars are locked."""
    bars = len(take.score.metres)
    worth = bar_distances(reranker.distances(take.score, request.wish.lanes), bars)
    holes = list(open_holes(bars, request.locked))
    if not holes:
        return None, tried
    fresh = [hole for hole in holes if hole not in tried]
    if not fresh:
        fresh, tried = holes, set()
    return max(fresh, key=lambda hole: worth[hole.bars].mean()), tried


def open_holes(bars: int, locked: Sequence[tuple[int, int]]) -> Iterator[Hole]:
    """Holes of up to four bars that cover a piece but for its locked bars."""
    shut = {bar for first, last in locked for bar in range(first, last + 1)}
    first: int | None = None
    for bar in range(1, bars + 2):
        if first is not None and (bar > bars or bar in shut or bar % HOP == 1):
            yield Hole(first, bar - 1)
            first = None
        if first is None and bar <= bars and bar not in shut:
            first = bar


def bar_distances(squares: Distances, bars: int) -> Distances:
    """(bars,) the distance of each bar: the mean of the stretches that it lies in."""
    total, count = np.zeros(bars), np.zeros(bars)
    for (start, stop), square in zip(stretches(bars), squares, strict=False):
        total[start:stop] += square
        count[start:stop] += 1
    return np.asarray(total / np.maximum(count, 1))


def _filled(
    model: Model,
    take: Take,
    hole: Hole,
    number: int,
    reranker: TakeReranker,
    cancelled: Callable[[], bool],
) -> Take:
    """The best of several fillings of a hole; the take as it is where that was cancelled."""
    wish = take.provenance.request
    seed = (wish.seed + _SEED_STEP * (len(take.provenance.refined) * 512 + number)) % 2**63
    drawn = [Refinement(hole.first, hole.last, seed, each) for each in range(FILLINGS)]
    found = take
    for event in infill(model, [_request(take, each) for each in drawn], cancelled):
        if isinstance(event, TakeComposed):
            new = _refined(take, event.result, drawn[event.take])
            new = matched(new, wish.lanes, reranker)
            if _match(new) > _match(found):
                found = new
    return found


def _request(take: Take, refinement: Refinement) -> InfillRequest:
    wish: GenerationRequest = replace(
        take.provenance.request, seed=refinement.seed, take=refinement.take
    )
    hole = Hole(refinement.first, refinement.last)
    return InfillRequest.into(take, wish, hole)


def _refined(before: Take, filled: Take, refinement: Refinement) -> Take:
    """A filled take that says of itself that it answers the request of the take before."""
    told, made = before.provenance, filled.provenance
    told = replace(
        told,
        temperatures=made.temperatures,
        plan=made.plan,
        match=None,
        lineage=made.lineage,
        refined=(*told.refined, refinement),
    )
    return Take(filled.score, told)


def _single(events: Iterator[GenerationEvent]) -> Take:
    return next(event.result for event in events if isinstance(event, TakeComposed))


def _match(take: Take) -> float:
    return take.provenance.match or 0.0
