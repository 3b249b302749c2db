"""Q4.best: what choosing the best of many takes is worth: how much nearer the chosen one is to its
wish, and whether chosen ones are still unlike each other.

The reranker chooses as `generate --best-of` does; the evaluator, which shares neither songs nor
weights with it, judges. What it hears is the middles of the four quadrants weighed by their
probabilities, so that a clip that is surely of the wished quadrant has distance 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.best import candidates
from engine.composing.rerank import TakeReranker
from engine.errors import PsychoscoreError
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import MOODS, Evaluator, feature_rows
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import mood_profile, quadrant_plan, unlikeness
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap
from engine.take import MAXIMUM_TAKES, GenerationRequest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEW, MANY = 4, MAXIMUM_TAKES
BARS = 8
NEARER, AS_DIVERSE = 0.30, 0.85
_SEED = 45


@dataclass(frozen=True, slots=True)
class Wishes:
    """Requests (wishes, `MANY` takes), and the class of `MOODS` that each wish names."""

    requests: tuple[tuple[GenerationRequest, ...], ...]
    meant: Integers


def wishes(setting: Setting, each: int) -> Wishes:
    """As many wishes of each quadrant, each with all its takes."""
    plan = quadrant_plan(setting, each, BARS)
    return Wishes(tuple(candidates(wish, 1, MANY) for wish in plan.requests), plan.meant)


def measure_best_of(materials: Materials) -> Iterator[EvaluationEvent]:
    """The rows Q4.distance and Q4.diversity."""
    if materials.judge is None:
        yield from map(Measured, _missing(materials.why))
        return
    try:
        non_commercial = materials.model.card.non_commercial
        reranker = TakeReranker.beside(non_commercial=non_commercial)
    except PsychoscoreError as error:
        yield from map(Measured, _missing(error.message))
        return
    plan = wishes(materials.setting, materials.size.best_of)
    yield from compare(materials.store, reranker, materials.judge, plan)


def compare(
    store: ClipStore, reranker: TakeReranker, judge: Evaluator, plan: Wishes
) -> Iterator[EvaluationEvent]:
    """Compose all takes of the wishes, choose among them, and judge."""
    every = [take for takes in plan.requests for take in takes]
    yield from store.compose(every, f"Q4, {MANY} takes of each wish")
    order = np.array([reranker.rank(store.of(takes), takes[0].lanes) for takes in plan.requests])
    values = feature_rows(store.of(every))
    middles = np.array([mood_profile(mood).values()[:2] for mood in range(len(MOODS))])
    heard = (judge.judge(values).moods @ middles).reshape(len(order), MANY, 2)
    distance = np.linalg.norm(heard - middles[plan.meant][:, None], axis=2)
    note = f"{len(order)} wishes of {BARS} bars, guidance {every[0].guidance:g}"
    for count in (FEW, MANY):
        yield Measured(_nearer(distance, order, count, note))
    placed = judge.place(values).reshape(len(order), MANY, -1)
    yield Measured(_as_diverse(placed, order[:, 0], plan.meant))


def chosen_of(distance: Floats, order: Integers, count: int) -> Floats:
    """The distance of the best of `count` takes, (wishes,): the mean over the groups of so many
    that all takes of a wish can be dealt into.

    Args:
        distance: of each take, (wishes, takes).
        order: the takes of each wish, the best match first.
    """
    place = np.argsort(order, axis=1).reshape(len(order), -1, count)
    first = place.argmin(axis=2)[..., None]
    grouped = distance.reshape(place.shape)
    return np.asarray(np.take_along_axis(grouped, first, axis=2)[..., 0].mean(axis=1))


def _nearer(distance: Floats, order: Integers, count: int, note: str) -> Row:
    single, chosen = distance.mean(axis=1), chosen_of(distance, order, count)
    nearest = distance.min(axis=1).mean()

    def fall(drawn: Integers | slice) -> float:
        return float(1.0 - chosen[drawn].mean() / max(float(single[drawn].mean()), 1e-9))

    many = count == MANY
    row = Row(
        "Q4.distance" if many else f"Q4.distance.{count}",
        f"distance to the wish, best of {count} below a single take",
        fall(slice(None)),
        "share",
        interval=bootstrap(len(single), fall, seed=_SEED),
        note=f"{note}: {single.mean():.3f} to {chosen.mean():.3f}"
        + (f", the nearest of all {nearest:.3f}" if many else ""),
    )
    return row.at_least(NEARER) if many else row


def _as_diverse(placed: Floats, best: Sequence[int] | Integers, meant: Integers) -> Row:
    """How unlike the chosen takes of one profile are, over how unlike single ones are.

    Args:
        placed: features of each take, (wishes, takes, features).
    """
    chosen = placed[np.arange(len(placed)), np.asarray(best)]
    ratios = []
    for mood in np.unique(meant):
        own = meant == mood
        if own.sum() > 1:
            single = np.mean([unlikeness(placed[own, take]) for take in range(placed.shape[1])])
            ratios.append(unlikeness(chosen[own]) / float(single))
    label = f"diversity of the best of {MANY}"
    if not ratios:
        return missing("Q4.diversity", label, "over single", "No profile has two wishes.")
    note = "1 - mean cosine of the evaluator's features, over that of single takes"
    value = float(np.mean(ratios))
    return Row("Q4.diversity", label, value, "over single", note=note).at_least(AS_DIVERSE)


def _missing(why: str) -> Iterator[Row]:
    label = f"distance to the wish, best of {MANY} below a single take"
    yield missing("Q4.distance", label, "share", why).at_least(NEARER)
    label = f"diversity of the best of {MANY}"
    yield missing("Q4.diversity", label, "over single", why).at_least(AS_DIVERSE)
