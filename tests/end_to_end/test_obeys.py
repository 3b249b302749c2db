"""The model that ships obeys: happy is louder, busier and more in major than sad.

Few seeds and short cues, all in one batch, the temperature fixed and the key free, so that only
the conditions can make the difference. More seeds, shuffled conditions and each single
slider are measured by `psychoscore evaluate`.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.composing.generate import generate
from engine.lanes import Lanes
from engine.library import DEFAULT_MODEL, load_by_name
from engine.measuring.attributes import ATTRIBUTE_INDEX, measure_arrays
from engine.profile import Profile
from engine.score import Metre
from engine.take import GenerationRequest, TakeComposed

SAD, HAPPY = Profile(trauma=0.8, entropy=0.2), Profile(trauma=0.2, entropy=0.8)
SEEDS, BARS = 16, 8
TEMPERATURE = 0.95


@pytest.fixture(scope="module")
def happier() -> NDArray[np.float64]:
    """(seeds, attributes): what happy has more than sad, the seed being the same."""
    requests = [
        GenerationRequest(
            lanes=Lanes(profile),
            metres=(Metre(),) * BARS,
            seed=seed,
            fixed_temperature=TEMPERATURE,
        )
        for profile in (SAD, HAPPY)
        for seed in range(SEEDS)
    ]
    measured = np.zeros((len(requests), len(ATTRIBUTE_INDEX)))
    for event in generate(load_by_name(DEFAULT_MODEL), requests):
        if isinstance(event, TakeComposed):
            bars = measure_arrays(event.result.score).values
            filled = np.isfinite(bars)
            sums = np.where(filled, bars, 0.0).sum(axis=0)
            measured[event.take] = sums / np.maximum(filled.sum(axis=0), 1)
    return measured[SEEDS:] - measured[:SEEDS]


@pytest.mark.parametrize("name", ["onset_rate", "velocity_mean", "mode_score"])
def test_happy_has_more_than_sad_by_more_than_chance(
    happier: NDArray[np.float64], name: str
) -> None:
    more = happier[:, ATTRIBUTE_INDEX[name]]
    error = more.std(ddof=1) / math.sqrt(SEEDS)
    assert more.mean() > 2 * error, f"{more.mean():+.2f}, standard error {error:.2f}"
