"""Conditions that are left free in training as often as said, and noise that stays in range."""

from __future__ import annotations

import numpy as np

from engine.training.windows import Dropout, drop_conditions
from models.conditioning import FIELDS, GROUPS
from tests.engine.training.shard_folders import full_rows

NOTHING_DROPPED = Dropout(*[0.0] * 11)


def free_shares(dropout: Dropout, draws: int = 3000) -> dict[str, float]:
    """How often each field is free."""
    rng = np.random.default_rng(0)
    free = np.zeros(len(FIELDS))
    for _ in range(draws):
        dropped = np.isnan(drop_conditions(full_rows(), rng, dropout))
        assert (dropped == dropped[0]).all(), "a condition is free in all bars or in none"
        free += dropped[0]
    return dict(zip([f.name for f in FIELDS], free / draws, strict=True))


def test_conditions_are_dropped_as_often_as_said() -> None:
    dropout = Dropout()
    share = free_shares(dropout)
    none = dropout.everything
    wish = none + dropout.wishes
    wanted = {
        "trauma": wish + (1 - wish) * dropout.profile_dimension,
        "rsi_imaginary": wish + (1 - wish) * dropout.profile_dimension,
        "leaps": wish + (1 - wish) * (
            dropout.attributes + (1 - dropout.attributes) * dropout.single_attribute
        ),
        "texture": wish + (1 - wish) * dropout.texture,
        "chord_root": wish + (1 - wish) * dropout.chords,
        "tempo": none + (1 - none) * dropout.structure,
        "metre": none + (1 - none) * dropout.structure,
        "mode": none + (1 - none) * dropout.mode,
        "source": none + (1 - none) * dropout.source,
    }  # fmt: skip
    for name, rate in wanted.items():
        # Four standard deviations of 3000 draws.
        assert abs(share[name] - rate) < 4 * (rate * (1 - rate) / 3000) ** 0.5, name
    assert share["chord_root"] == share["half_chord_quality"]
    assert share["from_start"] == share["to_end"]


def test_nothing_and_everything_can_be_dropped() -> None:
    rng = np.random.default_rng(0)
    rows = full_rows()
    np.testing.assert_array_equal(drop_conditions(rows, rng, NOTHING_DROPPED), rows)
    everything = Dropout(1.0, *[0.0] * 10)
    assert np.isnan(drop_conditions(rows, rng, everything)).all()
    np.testing.assert_array_equal(rows, full_rows())
    assert {field.group for field in FIELDS} == set(GROUPS)


def test_label_noise_stays_within_the_dimensions_and_spares_what_is_free() -> None:
    rng = np.random.default_rng(0)
    noisy = Dropout(*[0.0] * 10, label_noise=0.5)
    rows = full_rows()
    rows[:, 1] = np.nan
    seen = np.stack([drop_conditions(rows, rng, noisy)[0] for _ in range(500)])
    assert np.isnan(seen[:, 1]).all()
    for column, low in ((0, 0.0), (2, -1.0), (3, -1.0)):
        assert seen[:, column].min() == low and seen[:, column].max() == 1.0
    assert seen[:, 0].std() > 0.2
    np.testing.assert_array_equal(seen[:, 4:], np.tile(rows[0, 4:], (500, 1)))
