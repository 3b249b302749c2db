"""The weights of the beat finder: learned on POP909's training songs, shipped as a resource.

Owns the form of `resources/beats.json`; `engine.data.fit_beats` makes that file again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.beats.events import Events
from engine.resources import resource

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judge:
    """One number from features: standardised, weighted by one layer of neurons and summed.

    Args:
        mean, spread: of the features, shape (features,).
        layer, offsets: of the neurons, shapes (features, neurons) and (neurons,).
        weights, bias: of their sum.
    """

    mean: Floats
    spread: Floats
    layer: Floats
    offsets: Floats
    weights: Floats
    bias: float

    def __call__(self, features: Floats) -> Floats:
        """Values over the last axis of features of shape (..., features)."""
        neurons = np.tanh((features - self.mean) / self.spread @ self.layer + self.offsets)
        values: Floats = neurons @ self.weights + self.bias
        return values

    @classmethod
    def parse(cls, row: dict[str, Any]) -> Judge:
        names = ("mean", "spread", "layer", "offsets", "weights")
        mean, spread, layer, offsets, weights = (
            np.array(row[name], dtype=np.float64) for name in names
        )
        return cls(mean, spread, layer, offsets, weights, float(row["bias"]))


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of features, and what is added to it."""

    weights: Floats
    bias: float

    def __call__(self, features: Floats) -> Floats:
        """Sums over the last axis of features of shape (..., features)."""
        sums: Floats = features @ self.weights + self.bias
        return sums

    @classmethod
    def parse(cls, row: dict[str, Any]) -> Linear:
        return cls(np.array(row["weights"], dtype=np.float64), float(row["bias"]))


@dataclass(frozen=True, slots=True)
class Learned:
    """What the finder knows of music.

    Args:
        places: weight of each feature of an event, and a constant, for each place in the beat,
            shape (features + 1, places + 1).
        level: how good a reading of the pulse is as the beat.
        first: log odds that a beat begins a bar.
        sure: log odds that beats and bars are right.
    """

    places: Floats
    level: Linear
    first: Judge
    sure: Linear

    @classmethod
    def load(cls) -> Learned:
        """The shipped weights."""
        rows = json.loads(resource("beats.json").read_text(encoding="utf-8"))
        return cls(
            np.array(rows["places"], dtype=np.float64),
            Linear.parse(rows["level"]),
            Judge.parse(rows["first"]),
            Linear.parse(rows["sure"]),
        )

    def chances(self, events: Events) -> Floats:
        """Log chance of each place in the beat for each event, shape (events, places + 1)."""
        sums = events.features @ self.places[:-1] + self.places[-1]
        sums = sums - sums.max(axis=1, keepdims=True)
        found: Floats = sums - np.log(np.exp(sums).sum(axis=1, keepdims=True))
        return found
