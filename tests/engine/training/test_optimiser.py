"""The optimisers: which parameters each has, and a state that survives as plain tensors."""

from __future__ import annotations

import pytest
import torch

from engine.training.config import TrainingConfig
from engine.training.optimiser import (
    build_optimisers,
    optimiser_tensors,
    restore_optimisers,
    set_rate,
)
from models.conditioning import Composer
from tests.engine.tiny import tiny_config, tiny_network


def config(optimiser: str) -> TrainingConfig:
    return TrainingConfig(
        data=("somewhere",),
        optimiser=optimiser,
        network=tiny_config(),
        context=64,
        learning_rate=0.02,
        adam_rate=0.003,
        condition_rate=0.004,
    )


def network() -> Composer:
    return tiny_network().requires_grad_(True)


def learn(made: Composer, optimisers: list[torch.optim.Optimizer], seed: int) -> None:
    torch.manual_seed(seed)
    tokens = torch.randint(0, 320, (1, 8))
    rows = torch.rand(1, 1, 36)
    out = made(tokens, torch.zeros_like(tokens), rows, None)
    torch.nn.functional.cross_entropy(out[0], tokens[0]).backward()
    for optimiser in optimisers:
        optimiser.step()
    made.zero_grad()


def test_muon_takes_the_matrices_inside_and_adam_the_rest() -> None:
    made = network()
    muon, adam = build_optimisers(made, config("muon"))
    names = {id(parameter): name for name, parameter in made.named_parameters()}
    inside = {names[id(p)] for p in muon.param_groups[0]["params"]}
    assert inside == {
        f"transformer.blocks.0.{name}.weight"
        for name in ("attention_in", "attention_out", "feed_in", "feed_out")
    }
    rates = {names[id(p)]: group["lr"] for group in adam.param_groups for p in group["params"]}
    assert inside | set(rates) == set(names.values()) and not inside & set(rates)
    assert muon.param_groups[0]["lr"] == 0.02
    assert {rate for name, rate in rates.items() if name.startswith("transformer")} == {0.003}
    assert {rate for name, rate in rates.items() if name.startswith("conditioner")} == {0.004}
    (alone,) = build_optimisers(made, config("adamw"))
    assert sum(len(group["params"]) for group in alone.param_groups) == len(names)


def test_the_rate_is_a_share_of_the_full_one_however_often_it_is_set() -> None:
    optimisers = build_optimisers(network(), config("muon"))
    for share in (0.1, 0.5, 1.0, 0.25):
        set_rate(optimisers, share)
    rates = [group["lr"] for each in optimisers for group in each.param_groups]
    assert rates == pytest.approx([0.005, 0.00075, 0.001])


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_a_restored_state_goes_on_as_if_nothing_had_been(kind: str) -> None:
    ours = network()
    optimisers = build_optimisers(ours, config(kind))
    for seed in range(3):
        learn(ours, optimisers, seed)
    kept = optimiser_tensors(optimisers)
    assert kept and all(isinstance(tensor, torch.Tensor) for tensor in kept.values())
    theirs = network()
    theirs.load_state_dict(ours.state_dict())
    fresh = build_optimisers(theirs, config(kind))
    restore_optimisers(fresh, kept)
    for seed in (3, 4):
        learn(ours, optimisers, seed)
        learn(theirs, fresh, seed)
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b), name
    again, before = optimiser_tensors(fresh), optimiser_tensors(optimisers)
    assert again.keys() == before.keys()
    assert all(torch.equal(again[key], before[key]) for key in again)
