"""What a person asks of a training run: few settings, each with its range and its words.

One table drives the form and its checks. Knows no network; `TrainingConfig` has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    RunSetting("steps", "Steps", 1, 10_000_000, 200, True, "Optimiser steps of the whole run"),
    RunSetting("minutes", "Minutes", 1, 10_080, 9, False, "The run ends after so much training"),
    RunSetting("batch", "Batch size", 1, 1024, 4, True, "Windows of music in each step"),
    RunSetting(
        "learning_rate", "Learning rate", 1e-6, 1.0, 0.004, False,
        "How far each step goes: smaller steps keep more of the model that was started from",
    ),
    RunSetting("threads", "Threads (0: auto)", 0, 256, 0, True, "Cores to use; 0 is all but one"),
)  # fmt: skip
SETTING_BY_KEY: Mapping[str, RunSetting] = {each.key: each for each in RUN_SETTINGS}
WEIGHT = RunSetting(
    "weight", "Weight", 0.01, 100, 1, False, "How much of the training is music of this set"
)
# Beside a composer's own files a little of what the model knows already, so that it keeps it.
REPLAY_WEIGHT = 0.25
DEFAULT_START = "open"
VERDICT_CLIPS = 2


@dataclass(frozen=True, slots=True)
class Preset:
    """Numbers that suit a kind of run; `minutes` is its length."""

    minutes: float
    batch: int
    learning_rate: float


# Ten minutes from a model that knows music; with the comparison under a quarter of an hour on
# two cores. From nothing the same network needs hours.
FINE_TUNING = Preset(9.0, 4, 0.004)
FROM_NOTHING = Preset(240.0, 8, 0.02)
# AdamW's parameters (embeddings, conditioner) learn this much slower than Muon's matrices.
_ADAM_SHARE = 0.15
_CONDITION_SHARE = 0.35
_STEPS_WITHOUT_LIMIT = 1_000_000
# Training on one core of a slow machine; it only says how often a run by time is evaluated.
_TOKENS_A_MINUTE = 60_000
_WINDOW = 1024
_EVALUATIONS = 12


@dataclass(frozen=True, slots=True)
class WishedData:
    """A data set that a run trains on: its folder, the kind of its music, and its weight, which
    is its share of the windows beside the weights of the others."""

    folder: str
    source: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class RunWish:
    """A run as a person asks for it.

    Args:
        name: of the model that is made.
        data: the data sets that it trains on.
        start_from: name or folder of a model, or None for fresh weights.
        steps: length in steps, or 0 where `minutes` says it.
        verdict: compare old and new model at the end.
    """

    name: str
    data: tuple[WishedData, ...]
    start_from: str | None = DEFAULT_START
    steps: int = 0
    minutes: float = FINE_TUNING.minutes
    batch: int = FINE_TUNING.batch
    learning_rate: float = FINE_TUNING.learning_rate
    threads: int = 0
    verdict: bool = True

    def __post_init__(self) -> None:
        for each in RUN_SETTINGS:
            value = getattr(self, each.key)
            unused = each.key in ("steps", "minutes") and value == 0
            if not unused and not each.minimum <= value <= each.maximum:
                raise PsychoscoreError(
                    f"{each.title} must lie between {each.minimum:g} and {each.maximum:g}."
                )
        if not self.data:
            raise PsychoscoreError("A run needs music to train on.")
        if not self.steps and not self.minutes:
            raise PsychoscoreError("A run needs a number of steps or of minutes.")

    def config(self) -> dict[str, Any]:
        """The configuration file of the run, as plain values."""
        steps = self.steps or _STEPS_WITHOUT_LIMIT
        expected = self.steps or self.minutes * _TOKENS_A_MINUTE / (self.batch * _WINDOW)
        often = min(max(round(expected / _EVALUATIONS), min(5, round(expected)), 1), 100)
        return {
            "name": self.name,
            "data": [each.folder for each in self.data],
            "weights": self._by_source(),
            "shares": {each.folder: each.weight for each in self.data},
            "start_from": self.start_from,
            "steps": steps,
            "minutes": float(self.minutes),
            "batch": self.batch,
            "learning_rate": self.learning_rate,
            "adam_rate": self.learning_rate * _ADAM_SHARE,
            "condition_rate": self.learning_rate * _CONDITION_SHARE,
            "decay": 0.5 if self.start_from else 0.3,
            "warmup": min(10 if self.start_from else 50, max(round(expected / 20), 1)),
            "evaluate_every": often,
            "save_every": often,
            "threads": self.threads,
            "verdict": VERDICT_CLIPS if self.verdict else 0,
        }

    def _by_source(self) -> dict[str, float]:
        """The weights of the data sets of each kind together."""
        weights: dict[str, float] = {}
        for each in self.data:
            weights[each.source] = weights.get(each.source, 0.0) + each.weight
        return weights
