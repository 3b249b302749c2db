"""Q14: with the scheduled temperature at the corners of trauma and entropy, is it still music?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import quadrant_plan
from engine.evaluation.rows import EvaluationEvent, Measured, Row
from engine.evaluation.statistics import bootstrap
from engine.evaluation.strangers import longest_repeat, stranger_share
from engine.profile import Profile
from engine.score import Score
from engine.temperature import temperature

STRANGERS_GOAL, LITERAL_GOAL = 0.08, 3
# Beyond this trauma or entropy strangers are allowed, for they are what was asked.
_ALLOWED_ABOVE = 0.8
CORNERS = (
    ("calm_still", Profile(0.0, 0.0)),
    ("calm_agitated", Profile(0.0, 1.0)),
    ("wounded_still", Profile(1.0, 0.0)),
    ("wounded_agitated", Profile(1.0, 1.0)),
)
_FIRST_SEED, _BOOTSTRAP_SEED = 7000, 90


def measure_corners(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q14 rows: the four corners, and the quadrants of Q3 in the product's settings."""
    size = materials.size
    yield from measure_extremes(
        materials.store, materials.product, clips=size.corners, bars=size.bars
    )
    plan = quadrant_plan(materials.product, size.product_clips, size.bars)
    yield from materials.store.compose(plan.requests, "Q14, four quadrants")
    scores = materials.store.of(plan.requests)
    label = "four quadrants as in Q3, scheduled temperature"
    yield from map(Measured, fault_rows("quadrants", label, scores, judged=True))


def measure_extremes(
    store: ClipStore, setting: Setting, *, clips: int, bars: int
) -> Iterator[EvaluationEvent]:
    """Two rows a corner: notes that belong nowhere, and the longest literal repetition."""
    for at, (name, profile) in enumerate(CORNERS):
        requests = [
            setting.request(profile, bars, _FIRST_SEED + 100 * at + clip) for clip in range(clips)
        ]
        yield from store.compose(requests, f"Q14, {name.replace('_', ' and ')}")
        heat = temperature(profile).value
        label = f"trauma {profile.trauma:g}, entropy {profile.entropy:g}, temperature {heat:.2f}"
        judged = max(profile.trauma, profile.entropy) <= _ALLOWED_ABOVE
        yield from map(Measured, fault_rows(name, label, store.of(requests), judged=judged))


def fault_rows(name: str, label: str, scores: Sequence[Score], *, judged: bool) -> Iterator[Row]:
    """The rows of some clips.

    Args:
        judged: whether the share of strangers has a goal here.
    """
    shares = np.array([stranger_share(score) for score in scores])
    interval = bootstrap(
        len(shares), lambda drawn: float(shares[drawn].mean()), seed=_BOOTSTRAP_SEED
    )
    row = Row(
        f"Q14.{name}",
        f"notes outside scale and chord, unresolved; {label}",
        float(shares.mean()),
        "share",
        interval=interval,
        note=f"{len(scores)} clips" + ("" if judged else "; beyond .8 it has no goal"),
    )
    yield row.at_most(STRANGERS_GOAL) if judged else row
    runs = [longest_repeat(score) for score in scores]
    yield Row(
        f"Q14.{name}.literal",
        f"one bar running, at most; {label}",
        float(max(runs)),
        "times",
        note=f"of each clip: {' '.join(map(str, runs))}",
    ).at_most(LITERAL_GOAL)
