"""Q5: from slider to music. Each dimension is moved alone, and a measure that was not steered by
must follow: the evaluator's probabilities for trauma and entropy, plain measures for RSI.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.parts import Materials
from engine.evaluation.rows import AT, EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap, spearman
from engine.evaluation.sweeps import SLIDERS, Floats, Slider, Sweep, measure_of
from engine.score import Key

MEANS_GOAL, SPAN_GOAL, FIXED_KEY_GOAL = 0.97, 0.5, 0.50
FIXED_KEYS = (("minor_key", Key(2, "minor")), ("major_key", Key(2, "major")))
_BOOTSTRAP_SEED, _DEAL_SEED = 30, 31
_DEALS = 2000


def measure_sweeps(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q5 rows in the fixed setting."""
    store, size, judge, why = materials.store, materials.size, materials.judge, materials.why
    yield from measure_sliders(store, materials.setting, judge, size.sweep, why)
    yield from measure_fixed_keys(store, materials.setting, judge, size.fixed_sweep, why)


def measure_product_sweeps(materials: Materials) -> Iterator[EvaluationEvent]:
    """The same in the product's own settings, the key free."""
    store, sweep, judge = materials.store, materials.size.product_sweep, materials.judge
    return measure_sliders(store, materials.product, judge, sweep, materials.why, column="product.")


def measure_sliders(
    store: ClipStore,
    setting: Setting,
    judge: Evaluator | None,
    sweep: Sweep,
    why_missing: str,
    *,
    column: str = "",
) -> Iterator[EvaluationEvent]:
    """The rows of one setting. Without a judge those of trauma and entropy say why not.

    Args:
        column: stands after `Q5.` in the ids of another setting than the fixed one.
    """
    found: dict[Slider, Floats] = {}
    for slider in SLIDERS:
        measure = measure_of(slider, judge)
        if measure is None:
            yield Measured(_missing(slider, column, why_missing))
            continue
        requests = sweep.requests(setting, slider)
        yield from store.compose(requests, f"Q5, {column}{slider.name}")
        found[slider] = measure(store.of(requests))
        yield from map(Measured, _rows(slider, sweep, found[slider], column))
    yield Measured(_dealt_anew(found, sweep, column))


def measure_fixed_keys(
    store: ClipStore, setting: Setting, judge: Evaluator | None, sweep: Sweep, why_missing: str
) -> Iterator[EvaluationEvent]:
    """Trauma with the key fixed in minor and in major, where mode is no longer its lever."""
    trauma = SLIDERS[0]
    measure = measure_of(trauma, judge)
    for suffix, key in FIXED_KEYS:
        if measure is None:
            row = _missing(trauma, "", why_missing)
        else:
            requests = sweep.requests(setting, trauma, key)
            yield from store.compose(requests, f"Q5, trauma in {key}")
            row = _samples(trauma, sweep, measure(store.of(requests)), "")
        label = f"{row.name}, key fixed at {key}"
        row = replace(row, id=f"Q5.trauma.{suffix}", name=label)
        yield Measured(row.at_least(FIXED_KEY_GOAL))


def _rows(slider: Slider, sweep: Sweep, found: Floats, column: str) -> Iterator[Row]:
    means = found.reshape(sweep.values, sweep.seeds).mean(axis=1)
    yield _samples(slider, sweep, found, column)
    positions = sweep.positions(slider)[:: sweep.seeds]
    curve = ", ".join(f"{mean:.2f}" for mean in means)
    yield Row(
        f"Q5.{column}{slider.name}.means",
        f"{slider.name} with {slider.against}, means over seeds",
        spearman(positions, means),
        "Spearman",
        note=f"means {curve}",
    ).at_least(MEANS_GOAL)
    if not column:
        yield from _curve(slider, positions, means)
    span = Row(
        f"Q5.{column}{slider.name}.span",
        f"{slider.against}, last end less first",
        float(means[-1] - means[0]),
        _unit(slider),
    )
    yield span.at_least(SPAN_GOAL) if slider.judged else span


def _curve(slider: Slider, positions: Floats, means: Floats) -> Iterator[Row]:
    """The mean at each value: a card that holds them tells how far the slider reaches."""
    for value, mean in zip(positions, means, strict=True):
        yield Row(
            f"Q5.{slider.name}{AT}{value:g}",
            f"{slider.against} at {slider.name} {value:g}, mean over seeds",
            float(mean),
            _unit(slider),
        )


def _unit(slider: Slider) -> str:
    return "probability" if slider.judged else "units of the measure"


def _samples(slider: Slider, sweep: Sweep, found: Floats, column: str) -> Row:
    positions = sweep.positions(slider)
    interval = bootstrap(
        len(found), lambda drawn: spearman(positions[drawn], found[drawn]), seed=_BOOTSTRAP_SEED
    )
    return Row(
        f"Q5.{column}{slider.name}",
        f"{slider.name} with {slider.against}",
        spearman(positions, found),
        "Spearman",
        interval=interval,
        note=f"{sweep.values} values x {sweep.seeds} seeds, single samples",
    ).at_least(slider.goal)


def _dealt_anew(found: dict[Slider, Floats], sweep: Sweep, column: str) -> Row:
    """The ablation: values shuffled among the requests of a seed, which are clips composed before.

    The largest correlation of the sliders, beside what chance gives in 95 of 100 deals.
    """
    rng = np.random.default_rng(_DEAL_SEED)
    largest = [_largest_of_a_deal(found, sweep, rng) for _ in range(_DEALS + 1)]
    chance = float(np.quantile(largest[1:], 0.95))
    row = Row(
        f"Q5.{column}shuffled",
        "values shuffled among the requests, largest slider",
        largest[0],
        "Spearman",
        note="must fall to chance: the goal is what 95 of 100 deals stay below",
    )
    return row.at_most(chance)


def _largest_of_a_deal(
    found: dict[Slider, Floats], sweep: Sweep, rng: np.random.Generator
) -> float:
    sizes = [0.0]
    for slider, values in found.items():
        by_seed = values.reshape(sweep.values, sweep.seeds)
        dealt = rng.permuted(by_seed, axis=0).ravel()
        sizes.append(abs(spearman(sweep.positions(slider), dealt)))
    return max(sizes)


def _missing(slider: Slider, column: str, why: str) -> Row:
    label = f"{slider.name} with {slider.against}"
    return missing(f"Q5.{column}{slider.name}", label, "Spearman", why).at_least(slider.goal)
