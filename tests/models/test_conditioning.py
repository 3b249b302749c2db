"""Condition rows become features in their places, and features become scale and shift."""

from __future__ import annotations

import pytest
import torch

from models.conditioning import (
    FEATURES,
    FIELD_INDEX,
    FIELDS,
    GROUPS,
    HATS,
    PROFILE_GROUPS,
    Composer,
    Conditioner,
    spread,
)
from models.transformer import TransformerConfig

TINY = TransformerConfig(width=16, layers=2, heads=2, hidden=32, context=64)
NAMES = [field.name for field in FIELDS]


def rows(**values: float) -> torch.Tensor:
    row = torch.full((len(FIELDS),), torch.nan)
    for name, value in values.items():
        row[FIELD_INDEX[name]] = value
    return row


def place(name: str) -> slice:
    start = sum(each.features for each in FIELDS[: FIELD_INDEX[name]])
    return slice(start, start + FIELDS[FIELD_INDEX[name]].features)


def test_the_layout_is_that_of_every_checkpoint_ever_written() -> None:
    assert (len(FIELDS), FEATURES, HATS) == (36, 315, 9)
    assert NAMES[:4] == ["trauma", "entropy", "rsi_real", "rsi_imaginary"]
    assert (FIELD_INDEX["onset_rate"], FIELD_INDEX["tempo"], FIELD_INDEX["mode"]) == (4, 16, 25)
    assert NAMES[25:] == [
        "mode", "metre", "texture", "from_start", "to_end", "chord_root", "chord_quality",
        "half_chord_root", "half_chord_quality", "source", "hit",
    ]  # fmt: skip
    assert len(set(NAMES)) == len(NAMES)
    assert set(PROFILE_GROUPS) < set(GROUPS)


def test_what_is_free_is_all_zeros() -> None:
    assert not spread(rows()).any()


@pytest.mark.parametrize("name", NAMES)
def test_each_field_fills_its_own_place_alone(name: str) -> None:
    field = FIELDS[FIELD_INDEX[name]]
    value = 1.0 if field.classes else (2 * field.low + field.high) / 3
    features = spread(rows(**{name: value}))
    assert features.shape == (FEATURES,)
    assert features[place(name)].sum() == pytest.approx(1.0)
    features[place(name)] = 0
    assert not features.any()


@pytest.mark.parametrize("name", [each.name for each in FIELDS if not each.classes])
def test_a_scalar_lies_between_two_hats(name: str) -> None:
    field = FIELDS[FIELD_INDEX[name]]
    for share, hats in ((0.0, {0: 1.0}), (0.5, {4: 1.0}), (1.0, {8: 1.0}), (0.3, {2: 0.6, 3: 0.4})):
        features = spread(rows(**{name: field.low + share * (field.high - field.low)}))[place(name)]
        wanted = torch.zeros(HATS)
        for hat, weight in hats.items():
            wanted[hat] = weight
        torch.testing.assert_close(features, wanted, atol=1e-4, rtol=0)
    for beyond, hat in ((field.low - 5, 0), (field.high + 5, 8)):
        assert spread(rows(**{name: beyond}))[place(name)][hat] == 1


@pytest.mark.parametrize("name", [each.name for each in FIELDS if each.classes])
def test_a_class_is_one_slot_and_an_unknown_class_is_free(name: str) -> None:
    classes = FIELDS[FIELD_INDEX[name]].classes
    for each in range(classes):
        assert spread(rows(**{name: each}))[place(name)].tolist() == [
            float(slot == each) for slot in range(classes)
        ]
    assert not spread(rows(**{name: classes})).any()
    assert not spread(rows(**{name: -1})).any()


def test_many_rows_are_spread_one_by_one() -> None:
    torch.manual_seed(1)
    batch = torch.rand(2, 3, len(FIELDS))
    batch[torch.rand(batch.shape) < 0.5] = torch.nan
    together = spread(batch)
    assert together.shape == (2, 3, FEATURES) and not together.isnan().any()
    for i in range(2):
        for j in range(3):
            torch.testing.assert_close(together[i, j], spread(batch[i, j]))


def test_an_untrained_conditioner_changes_nothing() -> None:
    torch.manual_seed(1)
    film = Conditioner(TINY)(torch.rand(2, 3, len(FIELDS)))
    assert film.shape == (2, 3, TINY.layers + 1, 2, 16)
    assert not film.any()


def test_told_and_untold_part_after_one_step_of_training() -> None:
    torch.manual_seed(1)
    network = Composer(TINY)
    tokens = torch.randint(0, 320, (1, 12))
    bars = torch.arange(12)[None] // 4
    told, free = rows(trauma=0.9).expand(1, 3, -1), rows().expand(1, 3, -1)

    def parted() -> float:
        with torch.no_grad():
            ours, theirs = (network(tokens, bars, each, None) for each in (told, free))
        return float((ours - theirs).abs().max())

    assert parted() == 0
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.01)
    torch.nn.functional.cross_entropy(network(tokens, bars, told, None)[0], tokens[0]).backward()
    optimiser.step()
    assert parted() > 1e-4
