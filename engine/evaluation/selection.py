"""Q4: what choosing is worth: the best of four takes by the reranker over a single one.

At guidance 1, so that the network alone answers and the choice has something to choose from.
The single take is the mean over all four, which is what one of them is worth on average. The
judge is the evaluator, which shares neither songs nor weights with the reranker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.composing.rerank import TakeReranker
from engine.errors import PsychoscoreError
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator, hits
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import JUDGED, LABELS, quadrant_plan, share_of
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap
from engine.take import GenerationRequest

TAKES = 4
GOAL = 0.12
# Seeds of the other takes lie beyond those of any plan.
_SEED_STEP = 100_000
_SEED = 44


@dataclass(frozen=True, slots=True)
class Choice:
    """Requests (wishes, takes) and the class of `MOODS` that each wish is judged against."""

    requests: tuple[tuple[GenerationRequest, ...], ...]
    meant: NDArray[np.int64]


def choice_plan(setting: Setting, clips: int, bars: int) -> Choice:
    """The clips of Q3 at guidance 1, each with three more takes of other seeds."""
    plan = quadrant_plan(replace(setting, guidance=1.0), clips, bars)
    return Choice(
        tuple(
            tuple(replace(each, seed=each.seed + take * _SEED_STEP) for take in range(TAKES))
            for each in plan.requests
        ),
        plan.meant,
    )


def measure_selection(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q4 rows."""
    if materials.judge is None:
        yield from map(Measured, _missing(materials.why))
        return
    try:
        non_commercial = materials.model.card.non_commercial
        reranker = TakeReranker.beside(non_commercial=non_commercial)
    except PsychoscoreError as error:
        yield from map(Measured, _missing(error.message))
        return
    size = materials.size
    plan = choice_plan(materials.setting, size.chosen, size.bars)
    yield from choose(materials.store, reranker, materials.judge, plan)


def choose(
    store: ClipStore, reranker: TakeReranker, judge: Evaluator, plan: Choice
) -> Iterator[EvaluationEvent]:
    """Compose all takes of a plan, choose among them, and judge."""
    every = [each for takes in plan.requests for each in takes]
    yield from store.compose(every, "Q4, four takes of each wish")
    best = [reranker.rank(store.of(takes), takes[0].lanes)[0] for takes in plan.requests]
    found = hits(judge.judge_scores(store.of(every)), np.repeat(plan.meant, TAKES))
    for name in JUDGED:
        right = share_of(found, name).reshape(len(plan.requests), TAKES)
        yield Measured(_row(name, right, best))


def _row(name: str, right: NDArray[np.bool_], best: Sequence[int]) -> Row:
    single = right.mean(axis=1)
    chosen = right[np.arange(len(right)), list(best)].astype(np.float64)
    gain = chosen - single
    row = Row(
        f"Q4.{name}",
        f"best of {TAKES} over a single take, {LABELS[name]}",
        float(gain.mean()),
        "share",
        ratio=float(chosen.mean() / single.mean()) if single.any() else None,
        interval=bootstrap(len(gain), lambda drawn: float(gain[drawn].mean()), seed=_SEED),
        note=(
            f"guidance 1: {single.mean():.3f} to {chosen.mean():.3f}, {len(gain)} wishes; "
            f"one of the four is right in {right.any(axis=1).mean():.3f}"
        ),
    )
    return row.at_least(GOAL) if name == "quadrant" else row


def _missing(why: str) -> Iterator[Row]:
    for name in JUDGED:
        label = f"best of {TAKES} over a single take, {LABELS[name]}"
        row = missing(f"Q4.{name}", label, "share", why)
        yield row.at_least(GOAL) if name == "quadrant" else row
