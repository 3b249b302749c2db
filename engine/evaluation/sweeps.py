"""Sweeps: one slider moved from end to end with all else neutral, the same seeds at each value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clips import Setting
from engine.evaluation.evaluator import Evaluator
from engine.measuring.attributes import ATTRIBUTE_INDEX, measure_arrays
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.score import Key, Score
from engine.take import GenerationRequest

Floats = NDArray[np.float64]
Measure = Callable[[Sequence[Score]], Floats]
FIRST_SEED = 2000


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
SLIDER_BY_NAME = {slider.name: slider for slider in SLIDERS}


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
                Profile().replace(slider.name, float(value)),
                self.bars,
                FIRST_SEED + at % self.seeds,
                key,
            )
            for at, value in enumerate(self.positions(slider))
        )

    def neutral(self, setting: Setting) -> tuple[GenerationRequest, ...]:
        """One request a seed with every slider at rest; a sweep that passes there shares them."""
        return tuple(
            setting.request(Profile(), self.bars, FIRST_SEED + seed) for seed in range(self.seeds)
        )


def measure_of(slider: Slider, judge: Evaluator | None) -> Measure | None:
    """What a slider is compared with, for each of some clips; None where that needs a judge."""
    if slider.judged and judge is None:
        return None
    if slider.name == "trauma" and judge is not None:
        return lambda scores: judge.judge_scores(scores).low_valence
    if slider.name == "entropy" and judge is not None:
        return lambda scores: judge.judge_scores(scores).high_arousal
    return lambda scores: attribute_means(scores, slider.against)


def attribute_means(scores: Sequence[Score], name: str) -> Floats:
    """Mean of an attribute over the bars that define it, (clips,); 0 where none does."""
    column = ATTRIBUTE_INDEX[name]
    means = []
    for score in scores:
        values = measure_arrays(score).values[:, column]
        known = values[np.isfinite(values)]
        means.append(float(known.mean()) if len(known) else 0.0)
    return np.array(means)
