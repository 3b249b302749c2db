"""What a person asks of a training run: few settings, each with its range and its words.

One table drives the form and its checks. Knows no network; `TrainingConfig` has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.errors import PsychoscoreError


@dataclass(frozen=True, slots=True)
class RunSetting:
    """One number of the form. `whole` numbers have no fraction."""

    key: str
    title: str
    minimum: float
    maximum: float
    default: float
    whole: bool
    hint: str


RUN_SETTINGS = (
    RunSetting("steps", "Steps", 1, 10_000_000, 2000, True, "Optimiser steps of the whole run"),
    RunSetting("minutes", "Minutes", 1, 10_080, 60, False, "The run ends after so much training"),
    RunSetting("batch", "Batch size", 1, 1024, 8, True, "Windows of music in each step"),
    RunSetting(
        "learning_rate", "Learning rate", 1e-6, 1.0, 0.01, False,
        "How far each step goes; a tenth of it when starting from a model",
    ),
    RunSetting("threads", "Threads (0: auto)", 0, 256, 0, True, "Cores to use; 0 is all but one"),
)  # fmt: skip
SETTING_BY_KEY = {each.key: each for each in RUN_SETTINGS}
FRESH_RATE = 0.01
FINE_RATE = 0.001
# AdamW's parameters (embeddings, conditioner) learn this much slower than Muon's matrices.
_ADAM_SHARE = 0.2
_CONDITION_SHARE = 0.3
_STEPS_WITHOUT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class RunWish:
    """A run as a person asks for it.

    Args:
        name: of the model that is made.
        data: folder of a data set.
        source: the kind of its music.
        start_from: name or folder of a model, or None for fresh weights.
        steps: length in steps, or 0 where `minutes` says it.
    """

    name: str
    data: str
    source: str
    start_from: str | None = None
    steps: int = 2000
    minutes: float = 0.0
    batch: int = 8
    learning_rate: float = FRESH_RATE
    threads: int = 0

    def __post_init__(self) -> None:
        for each in RUN_SETTINGS:
            value = getattr(self, each.key)
            unused = each.key in ("steps", "minutes") and value == 0
            if not unused and not each.minimum <= value <= each.maximum:
                raise PsychoscoreError(
                    f"{each.title} must lie between {each.minimum:g} and {each.maximum:g}."
                )
        if not self.steps and not self.minutes:
            raise PsychoscoreError("A run needs a number of steps or of minutes.")

    def config(self) -> dict[str, Any]:
        """The configuration file of the run, as plain values."""
        steps = self.steps or _STEPS_WITHOUT_LIMIT
        often = min(max(steps // 20, 1), 100)
        return {
            "name": self.name,
            "data": [self.data],
            "weights": {self.source: 1.0},
            "start_from": self.start_from,
            "steps": steps,
            "minutes": float(self.minutes),
            "batch": self.batch,
            "learning_rate": self.learning_rate,
            "adam_rate": self.learning_rate * _ADAM_SHARE,
            "condition_rate": self.learning_rate * _CONDITION_SHARE,
            "decay": 0.3,
            "warmup": min(50, max(steps // 20, 1)),
            "evaluate_every": often,
            "save_every": often,
            "threads": self.threads,
        }
