"""The weights of the beat finder: learned on POP909's training songs, shipped as a resource.

Owns the form of `resources/beats.json`; `engine.evaluation.fit_beats` makes that file again.
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
class Linear:
    """A weighted sum of standardised features, and what is added to it."""

    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    def __call__(self, features: Floats) -> Floats:
        """Sums over the last axis of features of shape (..., features)."""
        sums: Floats = (features - self.mean) / self.spread @ self.weights + self.bias
        return sums

    @classmethod
    def parse(cls, row: dict[str, Any]) -> Linear:
        arrays = (np.array(row[name], dtype=np.float64) for name in ("mean", "spread", "weights"))
        return cls(*arrays, float(row["bias"]))


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
    first: Linear
    sure: Linear

    @classmethod
    def load(cls) -> Learned:
        """The shipped weights."""
        rows = json.loads(resource("beats.json").read_text(encoding="utf-8"))
        return cls(
            np.array(rows["places"], dtype=np.float64),
            *(Linear.parse(rows[name]) for name in ("level", "first", "sure")),
        )

    def chances(self, events: Events) -> Floats:
        """Log chance of each place in the beat for each event, shape (events, places + 1)."""
        sums = events.features @ self.places[:-1] + self.places[-1]
        sums = sums - sums.max(axis=1, keepdims=True)
        found: Floats = sums - np.log(np.exp(sums).sum(axis=1, keepdims=True))
        return found
