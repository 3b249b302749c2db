"""Q3 and S1: clips asked for by quadrant, judged by the evaluator and by plain measures.

The ablation asks for the same clips with the conditions shuffled among the requests: what then
still stands above chance did not come from the conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.checkpoint import Model
from engine.data.emopia import QUADRANTS
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import (
    MOODS,
    Clips,
    Evaluator,
    Hits,
    cross_validate,
    feature_rows,
    hits,
)
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import permutation_p, wilson
from engine.measuring.attributes import ATTRIBUTE_INDEX, measure_arrays
from engine.profile import Profile
from engine.score import Score
from engine.take import GenerationRequest
from models.conditioning import Composer

Floats = NDArray[np.float64]

JUDGED = ("quadrant", "arousal", "valence")
LABELS = {"quadrant": "four quadrants", "arousal": "arousal", "valence": "valence"}
CHANCE = {"quadrant": 0.25, "arousal": 0.5, "valence": 0.5}
GOALS_OPEN = {"quadrant": 0.70, "arousal": 0.95, "valence": 0.72}
GOALS_EMOPIA = {"quadrant": 0.85, "arousal": 0.97, "valence": 0.85}
DIVERSITY = 0.85
# What separates sad from happy: p below this; with shuffled conditions: not below the second.
SEPARATES, BY_CHANCE = 0.01, 0.05
_MEASURES = (
    ("mode", "mode_score", "measured mode"),
    ("onset_rate", "onset_rate", "onset rate"),
    ("velocity", "velocity_mean", "velocity"),
)
_SHUFFLE_SEED, _WEIGHTS_SEED, _TEST_SEED = 20, 21, 22


@dataclass(frozen=True, slots=True)
class QuadrantPlan:
    """The requests of one experiment and the class of `MOODS` that each is judged against."""

    requests: tuple[GenerationRequest, ...]
    meant: NDArray[np.int64]


def mood_profile(mood: int) -> Profile:
    """The middle of a quadrant's range."""
    quadrant = QUADRANTS[MOODS[mood]]
    return Profile(sum(quadrant.trauma) / 2, sum(quadrant.entropy) / 2)


def quadrant_plan(setting: Setting, clips: int, bars: int) -> QuadrantPlan:
    """The same number of clips of each quadrant, every clip with a seed of its own."""
    meant = np.repeat(np.arange(len(MOODS)), clips)
    return _plan(setting, meant, meant, bars)


def shuffled_plan(setting: Setting, clips: int, bars: int) -> QuadrantPlan:
    """The same requests with their profiles shuffled among them, the seeds staying in place.

    Each quadrant is dealt an equal share of every profile, so that chance is met exactly and not
    by luck of one draw.
    """
    rng = np.random.default_rng(_SHUFFLE_SEED)
    meant = np.repeat(np.arange(len(MOODS)), clips)
    asked = [(np.arange(clips) + mood) % len(MOODS) for mood in range(len(MOODS))]
    return _plan(setting, np.concatenate([rng.permutation(each) for each in asked]), meant, bars)


def _plan(
    setting: Setting, asked: NDArray[np.int64], meant: NDArray[np.int64], bars: int
) -> QuadrantPlan:
    requests = tuple(
        setting.request(mood_profile(int(mood)), bars, seed=1000 + at)
        for at, mood in enumerate(asked)
    )
    return QuadrantPlan(requests, meant)


def untrained(model: Model) -> Model:
    """A network of the same shape with random weights: the floor of every row."""
    with torch.random.fork_rng():
        torch.manual_seed(_WEIGHTS_SEED)
        network = Composer(model.card.config)
    network.requires_grad_(False).eval()
    return Model(replace(model.card, name="random weights"), "", network)


def measure_moods(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q3 rows in the fixed setting."""
    size = materials.size
    return _column(materials, materials.setting, size.clips, size.shuffled, "")


def measure_product_moods(materials: Materials) -> Iterator[EvaluationEvent]:
    """The same in the product's own settings."""
    clips = materials.size.product_clips
    return _column(materials, materials.product, clips, clips, "product.")


def _column(
    materials: Materials, setting: Setting, clips: int, shuffled: int, column: str
) -> Iterator[EvaluationEvent]:
    judge, real, bars = materials.judge, materials.clips, materials.size.bars
    if judge is None or real is None:
        rows = missing_quadrants(materials.model, materials.why, column=column)
        return map(Measured, rows)
    return measure_quadrants(
        materials.store, setting, judge, real,
        clips=clips, shuffled=shuffled, bars=bars, column=column,
    )  # fmt: skip


def measure_quadrants(
    store: ClipStore,
    setting: Setting,
    judge: Evaluator,
    real: Clips,
    *,
    clips: int,
    shuffled: int,
    bars: int,
    column: str = "",
) -> Iterator[EvaluationEvent]:
    """The rows of one setting: asked (as a ratio of what real clips reach), diversity, shuffled.

    Args:
        shuffled: clips of each quadrant of the ablation.
        column: stands after `Q3.` in the ids of another setting than the fixed one.
    """
    plan = quadrant_plan(setting, clips, bars)
    yield from store.compose(plan.requests, f"Q3, {column}clips of four quadrants")
    scores = store.of(plan.requests)
    goals = _goals(store.model)
    found, ceiling = hits(judge.judge_scores(scores), plan.meant), cross_validate(real)
    for name in JUDGED:
        row = share_row(f"Q3.{column}{name}", f"generated, {LABELS[name]}", found, name)
        assert row.value is not None
        ratio = row.value / max(float(share_of(ceiling, name).mean()), 1e-9)
        yield Measured(replace(row, ratio=ratio).at_least(goals[name]))
    diversity = _diversity(judge, scores, plan.meant, real)
    yield Measured(replace(diversity, id=f"Q3.{column}diversity"))
    plan = shuffled_plan(setting, shuffled, bars)
    yield from store.compose(plan.requests, f"Q3, {column}conditions shuffled")
    found = hits(judge.judge_scores(store.of(plan.requests)), plan.meant)
    for name in JUDGED:
        yield Measured(_at_chance(found, name, column))


def missing_quadrants(model: Model, why: str, *, column: str = "") -> Iterator[Row]:
    """The Q3 rows where the evaluator has no data."""
    for name in JUDGED:
        label = f"generated, {LABELS[name]}"
        yield missing(f"Q3.{column}{name}", label, "share", why).at_least(_goals(model)[name])


def _goals(model: Model) -> dict[str, float]:
    return GOALS_EMOPIA if "emopia" in model.card.sources else GOALS_OPEN


def share_of(found: Hits, name: str) -> NDArray[np.bool_]:
    return {"quadrant": found.quadrant, "arousal": found.arousal, "valence": found.valence}[name]


def share_row(id: str, label: str, found: Hits, name: str, note: str = "") -> Row:
    """The share of clips that were judged as they were meant, one of `JUDGED`."""
    right = share_of(found, name)
    interval = wilson(int(right.sum()), len(right))
    note = note or f"{len(right)} clips, single samples"
    return Row(id, label, float(right.mean()), "share", interval=interval, note=note)


def _at_chance(found: Hits, name: str, column: str) -> Row:
    """A row that passes where chance lies within its interval."""
    note = "must fall to chance: passed where the interval holds it"
    row = share_row(f"Q3.{column}shuffled.{name}", f"shuffled, {LABELS[name]}", found, name, note)
    assert row.interval is not None
    low, high = row.interval
    return replace(row, goal=CHANCE[name], passed=low <= CHANCE[name] <= high)


def _diversity(
    judge: Evaluator, scores: Sequence[Score], meant: NDArray[np.int64], real: Clips
) -> Row:
    """How unlike the clips of one profile are, over how unlike real clips of that quadrant are."""
    generated, recorded = judge.place(feature_rows(scores)), judge.place(real.values)
    ratios = []
    for mood in range(len(MOODS)):
        own, others = generated[meant == mood], recorded[real.moods == mood]
        if len(own) > 1 and len(others) > 1:
            ratios.append(unlikeness(own) / unlikeness(others))
    if not ratios:
        return missing("Q3.diversity", "diversity", "over real", "No quadrant has two real clips.")
    note = "1 - mean cosine of the evaluator's features, over that of real clips"
    ratio = float(np.mean(ratios))
    return Row("Q3.diversity", "diversity", ratio, "over real", note=note).at_least(DIVERSITY)


def unlikeness(rows: Floats) -> float:
    """1 - mean cosine among the pairs of two rows or more; never 0, so that it can divide."""
    unit = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    pairs = (unit @ unit.T)[np.triu_indices(len(rows), 1)]
    return max(float(1 - pairs.mean()), 1e-9)


def measure_separations(materials: Materials) -> Iterator[EvaluationEvent]:
    """The S1 rows."""
    size = materials.size
    yield from measure_separation(
        materials.store, materials.setting,
        clips=size.clips, shuffled=size.shuffled, bars=size.bars,
    )  # fmt: skip


def measure_separation(
    store: ClipStore, setting: Setting, *, clips: int, shuffled: int, bars: int
) -> Iterator[EvaluationEvent]:
    """The S1 rows: do sad and happy requests differ in measured mode, onset rate, velocity?

    The clips are those of Q3, so nothing is composed twice.
    """
    plans = (
        (quadrant_plan(setting, clips, bars), False),
        (shuffled_plan(setting, shuffled, bars), True),
    )
    for plan, mixed in plans:
        chosen = np.isin(plan.meant, [MOODS.index("sad"), MOODS.index("happy")])
        requests = [each for each, kept in zip(plan.requests, chosen, strict=True) if kept]
        what = "conditions shuffled" if mixed else "sad and happy"
        yield from store.compose(requests, f"S1, {what}")
        measured = _measured(store.of(requests))
        for row in _separation_rows(measured, plan.meant[chosen], shuffled=mixed):
            yield Measured(row)


def _measured(scores: Sequence[Score]) -> Floats:
    """Mean over the bars of each measure of `_MEASURES`, (clips, 3); an unheard one is 0."""
    columns = [ATTRIBUTE_INDEX[attribute] for _, attribute, _ in _MEASURES]
    rows = []
    for score in scores:
        values = measure_arrays(score).values[:, columns]
        known = np.isfinite(values)
        rows.append(np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
    return np.array(rows)


def _separation_rows(
    measured: Floats, meant: NDArray[np.int64], *, shuffled: bool
) -> Iterator[Row]:
    sad, happy = measured[meant == MOODS.index("sad")], measured[meant == MOODS.index("happy")]
    for column, (name, _, label) in enumerate(_MEASURES):
        p = permutation_p(sad[:, column], happy[:, column], seed=_TEST_SEED)
        means = f"happy {happy[:, column].mean():.3g}, sad {sad[:, column].mean():.3g}"
        note = f"{means}; {len(sad)} + {len(happy)} clips"
        if shuffled:
            row = Row(f"S1.shuffled.{name}", f"shuffled, {label}", p, "p", note=note)
            yield row.at_least(BY_CHANCE)
        else:
            row = Row(f"S1.{name}", f"sad against happy, {label}", p, "p", note=note)
            yield row.at_most(SEPARATES)
