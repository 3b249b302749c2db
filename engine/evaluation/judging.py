"""Old model against new, at the end of a training run: obedience, held-out loss, nearness.

Both compose the same small, fixed set of requests, each slider moved alone; what was asked is
ranked against what our own estimator measures in the music, so that no labelled data is needed.
Nearness compares the bar attributes of music with all sliders at rest with those of the data
that the run was trained on. Nothing is selected, and neither model sees the other.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.checkpoint import Model
from engine.composing.conditions import ATTRIBUTES_AT
from engine.composing.generate import generate
from engine.data.shards import Shards
from engine.evaluation.clips import Setting
from engine.evaluation.statistics import spearman
from engine.evaluation.sweeps import SLIDERS, Slider, Sweep
from engine.measuring.reference import Reference, estimate
from engine.profile import DIMENSIONS, Profile
from engine.score import METRES, Score
from engine.take import GenerationRequest, TakeComposed
from engine.training.events import Judged, JudgingMoved
from engine.training.scoring import Score as Loss
from engine.training.scoring import validation_score
from models.conditioning import FIELD_INDEX

Floats = NDArray[np.float64]

VALUES = 5
# Return and estrangement need time; the others are heard at once, and more clips say more.
LONG, SHORT = 8, 4
RESTING_CLIPS = 8
LOSS_WINDOWS = 24
BATCH = 10
_QUANTILES = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is composed: long clips at each of `VALUES` places of a slider, or twice as many
    short ones; and some with all sliders at rest."""

    clips: int
    long: int = LONG
    short: int = SHORT
    resting: int = RESTING_CLIPS

    def sweep(self, slider: Slider) -> Sweep:
        """How far a slider is moved."""
        if slider.name.startswith("rsi"):
            return Sweep(VALUES, self.clips, self.long)
        return Sweep(VALUES, 2 * self.clips, self.short)

    @property
    def total(self) -> int:
        """Clips of one model, those that two sliders share counted twice."""
        return sum(len(self.sweep(each).positions(each)) for each in SLIDERS) + self.resting


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was found of one model."""

    control: dict[str, float]
    loss: float | None
    distance: float | None


def judge(
    old: Model,
    new: Model,
    shards: Sequence[Shards],
    plan: Plan,
    *,
    step: int,
    checkpoint: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[JudgingMoved | Judged]:
    """Compare two models; ends without a `Judged` where it is cancelled.

    Args:
        shards: the data of the run; its validation part is what both are scored on.
        step: where the run stands.
        checkpoint: step of the checkpoint that `new` is.
    """
    began = time.monotonic()
    yield JudgingMoved(step, 0, 2 * plan.total)
    setting = Setting(old.card.guidance)
    context = min(old.card.config.context, new.card.config.context)
    found: list[_Measured] = []
    for number, model in enumerate((old, new)):
        before = number * plan.total
        progress = _measure(model, shards, plan, setting, context, cancelled)
        while True:
            try:
                done = next(progress)
            except StopIteration as stop:
                if stop.value is None:
                    return
                found.append(stop.value)
                break
            yield JudgingMoved(step, before + done, 2 * plan.total)
    first, second = found
    yield Judged(
        step=step,
        old=old.name,
        new=new.name,
        checkpoint=checkpoint,
        old_control=first.control,
        new_control=second.control,
        old_loss=first.loss,
        new_loss=second.loss,
        old_distance=first.distance,
        new_distance=second.distance,
        clips=plan.total,
        seconds=round(time.monotonic() - began, 1),
    )


def _measure(
    model: Model,
    shards: Sequence[Shards],
    plan: Plan,
    setting: Setting,
    context: int,
    cancelled: Callable[[], bool],
) -> Generator[int, None, _Measured | None]:
    reference = Reference.load()
    asked = {slider.name: plan.sweep(slider).requests(setting, slider) for slider in SLIDERS}
    resting = resting_requests(shards, setting, plan)
    # A slider in its middle asks the same as another in its own: composed once.
    wishes = dict.fromkeys([each for wished in asked.values() for each in wished] + [*resting])
    # Long and short ones apart: a batch lasts as long as its longest.
    requests = sorted(wishes, key=lambda each: each.bars)
    scores: dict[GenerationRequest, Score] = {}
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        for event in generate(model, batch, cancelled):
            if isinstance(event, TakeComposed):
                scores[batch[event.take]] = event.result.score
                yield len(scores)
        if any(each not in scores for each in batch):
            return None
    control: dict[str, float] = {}
    for slider in SLIDERS:
        column = [each.name for each in DIMENSIONS].index(slider.name)
        heard = [estimate(scores[each], reference) for each in asked[slider.name]]
        measured = [each.whole.values()[column] for each in heard]
        control[slider.name] = spearman(plan.sweep(slider).positions(slider), measured)
    own = [estimate(scores[each], reference).ranks for each in resting]
    return _Measured(
        control,
        held_out_loss(model, shards, context),
        attribute_distance(np.concatenate(own), data_attributes(shards)) if own else None,
    )


def resting_requests(
    shards: Sequence[Shards], setting: Setting, plan: Plan
) -> tuple[GenerationRequest, ...]:
    """Requests with all sliders at rest, in the tempo and the metre that the data mostly has."""
    rows = np.concatenate([each.rows for each in shards])
    metres = rows[:, FIELD_INDEX["metre"]]
    tempi = rows[:, FIELD_INDEX["tempo"]]
    metres, tempi = metres[np.isfinite(metres)], tempi[np.isfinite(tempi)]
    if len(metres):
        setting = replace(setting, metre=METRES[int(np.bincount(metres.astype(int)).argmax())])
    if len(tempi):
        setting = replace(setting, tempo=float(np.clip(np.median(tempi), 40.0, 200.0)))
    return tuple(setting.request(Profile(), plan.long, 3000 + n) for n in range(plan.resting))


def held_out_loss(model: Model, shards: Sequence[Shards], context: int) -> float | None:
    """Nats a note on the validation pieces, nothing told; None where there are none."""
    total = Loss(0.0, 0, 0)
    for each in shards:
        entries = each.split("validation")
        total += validation_score(model.network, each, entries, context, LOSS_WINDOWS)
    return total.per_note if total.notes and math.isfinite(total.nats) else None


def data_attributes(shards: Sequence[Shards]) -> Floats:
    """(bars, 12) attribute ranks of all bars of training and validation; NaN if undefined."""
    parts = [
        each.rows[entry.row_start : entry.row_stop, ATTRIBUTES_AT]
        for each in shards
        for entry in each.split("train", "validation")
    ]
    return np.concatenate(parts).astype(np.float64)


def attribute_distance(first: Floats, second: Floats) -> float | None:
    """How far two distributions of attribute ranks lie apart, 0 to 1.

    The mean over the attributes of the distance between their distributions (the area between
    the quantile curves); None where no attribute is defined in both.
    """
    gaps: list[float] = []
    for column in range(first.shape[1]):
        one, other = first[:, column], second[:, column]
        one, other = one[np.isfinite(one)], other[np.isfinite(other)]
        if len(one) and len(other):
            curves = np.quantile(one, _QUANTILES) - np.quantile(other, _QUANTILES)
            gaps.append(float(np.abs(curves).mean()))
    return sum(gaps) / len(gaps) if gaps else None
