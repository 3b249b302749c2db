"""Q5: from slider to music. Each dimension is moved alone, and a measure that was not steered by
must follow: the evaluator's probabilities for trauma and entropy, plain measures for RSI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap, spearman
from engine.measuring.attributes import ATTRIBUTE_INDEX, measure_arrays
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.score import Key, Score
from engine.take import GenerationRequest

Floats = NDArray[np.float64]
Measure = Callable[[Sequence[Score]], Floats]

MEANS_GOAL, SPAN_GOAL, FIXED_KEY_GOAL = 0.97, 0.5, 0.50
FIXED_KEYS = (("minor_key", Key(2, "minor")), ("major_key", Key(2, "major")))
_BOOTSTRAP_SEED = 30


@dataclass(frozen=True, slots=True)
class Slider:
    """A dimension, what it is compared with, and its goal for single samples."""

    name: str
    against: str
    goal: float
    judged: bool


SLIDERS: tuple[Slider, ...] = (
    Slider("trauma", "P(low valence)", 0.75, judged=True),
    Slider("entropy", "P(high arousal)", 0.90, judged=True),
    Slider("rsi_real", "return", 0.75, judged=False),
    Slider("rsi_imaginary", "estrangement", 0.75, judged=False),
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far a slider is moved: values from end to end, seeds for each, bars a clip."""

    values: int
    seeds: int
    bars: int

    def positions(self, slider: Slider) -> Floats:
        """The slider's value in each clip, seeds of one value side by side."""
        dimension = DIMENSION_BY_NAME[slider.name]
        ends = np.linspace(dimension.minimum, dimension.maximum, self.values)
        return np.repeat(ends, self.seeds)

    def requests(
        self, setting: Setting, slider: Slider, key: Key | None = None
    ) -> tuple[GenerationRequest, ...]:
        """One request a clip, all else neutral; the same seeds at every value."""
        return tuple(
            setting.request(
                Profile().replace(slider.name, float(value)), self.bars, 2000 + at % self.seeds, key
            )
            for at, value in enumerate(self.positions(slider))
        )


def measure_sliders(
    store: ClipStore, setting: Setting, judge: Evaluator | None, sweep: Sweep, why_missing: str
) -> Iterator[EvaluationEvent]:
    """The Q5 rows. Without a judge those of trauma and entropy say why they are missing."""
    for slider in SLIDERS:
        if slider.judged and judge is None:
            yield Measured(_missing(slider, why_missing))
            continue
        measure = _measure(slider, judge)
        requests = sweep.requests(setting, slider)
        yield from store.compose(requests, f"Q5, {slider.name}")
        found = measure(store.of(requests))
        yield from map(Measured, _rows(slider, sweep, found))
        if slider.name != "trauma":
            continue
        for suffix, key in FIXED_KEYS:
            requests = sweep.requests(setting, slider, key)
            yield from store.compose(requests, f"Q5, {slider.name} in {key}")
            found = measure(store.of(requests))
            row = _samples(slider, sweep, found)
            label = f"{row.name}, key fixed at {key}"
            row = replace(row, id=f"Q5.trauma.{suffix}", name=label)
            yield Measured(row.at_least(FIXED_KEY_GOAL))


def _measure(slider: Slider, judge: Evaluator | None) -> Measure:
    if slider.name == "trauma" and judge is not None:
        return lambda scores: judge.judge_scores(scores).low_valence
    if slider.name == "entropy" and judge is not None:
        return lambda scores: judge.judge_scores(scores).high_arousal
    column = ATTRIBUTE_INDEX[slider.against]
    return lambda scores: np.array([_mean(score, column) for score in scores])


def _mean(score: Score, column: int) -> float:
    """Mean of an attribute over the bars that define it; 0 where none does."""
    values = measure_arrays(score).values[:, column]
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else 0.0


def _rows(slider: Slider, sweep: Sweep, found: Floats) -> Iterator[Row]:
    means = found.reshape(sweep.values, sweep.seeds).mean(axis=1)
    yield _samples(slider, sweep, found)
    positions = sweep.positions(slider)[:: sweep.seeds]
    curve = ", ".join(f"{mean:.2f}" for mean in means)
    yield Row(
        f"Q5.{slider.name}.means",
        f"{slider.name} with {slider.against}, means over seeds",
        spearman(positions, means),
        "Spearman",
        note=f"means {curve}",
    ).at_least(MEANS_GOAL)
    span = Row(
        f"Q5.{slider.name}.span",
        f"{slider.against}, last end less first",
        float(means[-1] - means[0]),
        "probability" if slider.judged else "units of the measure",
    )
    yield span.at_least(SPAN_GOAL) if slider.judged else span


def _samples(slider: Slider, sweep: Sweep, found: Floats) -> Row:
    positions = sweep.positions(slider)
    interval = bootstrap(
        len(found), lambda drawn: spearman(positions[drawn], found[drawn]), seed=_BOOTSTRAP_SEED
    )
    return Row(
        f"Q5.{slider.name}",
        f"{slider.name} with {slider.against}",
        spearman(positions, found),
        "Spearman",
        interval=interval,
        note=f"{sweep.values} values x {sweep.seeds} seeds, single samples",
    ).at_least(slider.goal)


def _missing(slider: Slider, why: str) -> Row:
    label = f"{slider.name} with {slider.against}"
    return missing(f"Q5.{slider.name}", label, "Spearman", why).at_least(slider.goal)
