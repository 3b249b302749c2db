"""Q7: a lane steps at bar 9 of 16; does the music change there?

The measured curve is what `analyse` tells of each bar. Half of the takes step up, half down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Row
from engine.evaluation.statistics import wilson
from engine.lanes import Lane, Lanes
from engine.measuring.reference import Reference, estimate
from engine.profile import DIMENSIONS, Profile
from engine.score import Score
from engine.take import GenerationRequest

Floats = NDArray[np.float64]

BARS, STEP_BAR, WITHIN = 16, 9, 1
LOW, HIGH = 0.1, 0.9
GOALS = {"entropy": 0.85, "trauma": 0.70}
_FIRST_SEED = 4000


def measure_steps(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q7 rows."""
    yield from measure_lane_steps(materials.store, materials.setting, materials.size.steps)


def measure_lane_steps(store: ClipStore, setting: Setting, takes: int) -> Iterator[EvaluationEvent]:
    """One row a lane: the share of takes whose change point lies within a bar of the step."""
    reference = Reference.load()
    for name, goal in GOALS.items():
        requests = step_requests(setting, name, takes)
        yield from store.compose(requests, f"Q7, {name}")
        curves = [curve(score, name, reference) for score in store.of(requests)]
        yield Measured(_row(name, curves).at_least(goal))


def step_requests(setting: Setting, name: str, takes: int) -> tuple[GenerationRequest, ...]:
    """Takes whose lane steps; even ones up, odd ones down."""
    made = []
    for take in range(takes):
        first, second = (LOW, HIGH) if rises(take) else (HIGH, LOW)
        lane = Lane(name, ((1.0, first), (STEP_BAR, first), (STEP_BAR, second)))
        request = setting.request(Profile(), BARS, _FIRST_SEED + take)
        made.append(replace(request, lanes=Lanes(Profile(), (lane,))))
    return tuple(made)


def rises(take: int) -> bool:
    return take % 2 == 0


def curve(score: Score, name: str, reference: Reference) -> Floats:
    """(bars,) a dimension as it is measured in each bar."""
    column = [each.name for each in DIMENSIONS].index(name)
    return np.array([profile.values()[column] for profile in estimate(score, reference).bars])


def change_point(values: Floats) -> tuple[int, float]:
    """The bar (from 1) at which two constant levels fit best to change, and by how much they do.

    Raises:
        ValueError: there are fewer than two bars.
    """
    if len(values) < 2:
        raise ValueError("a curve of fewer than two bars has no change point")
    errors = []
    for bar in range(1, len(values)):
        before, after = values[:bar], values[bar:]
        errors.append(float(before.var() * len(before) + after.var() * len(after)))
    bar = int(np.argmin(errors)) + 1
    return bar + 1, float(values[bar:].mean() - values[:bar].mean())


def found_step(values: Floats, *, rising: bool) -> bool:
    """Whether a curve changes within a bar of the step, and in its direction."""
    bar, change = change_point(values)
    return abs(bar - STEP_BAR) <= WITHIN and (change > 0) == rising and change != 0


def _row(name: str, curves: Sequence[Floats]) -> Row:
    hits = sum(found_step(each, rising=rises(take)) for take, each in enumerate(curves))
    bars = " ".join(str(change_point(each)[0]) for each in curves)
    note = f"{len(curves)} takes from {LOW} to {HIGH} or back; by chance .10; change at bars {bars}"
    label = f"{name} steps at bar {STEP_BAR}, the music within {WITHIN} bar of it"
    interval = wilson(hits, len(curves))
    return Row(f"Q7.{name}", label, hits / len(curves), "share", interval=interval, note=note)
