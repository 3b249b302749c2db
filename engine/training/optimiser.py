"""The optimisers of a run, and their state as plain tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from engine.training.config import TrainingConfig
from models.conditioning import Composer


def build_optimisers(network: Composer, config: TrainingConfig) -> list[Optimizer]:
    """Muon for the matrices inside the network, AdamW for all else (or for everything)."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in network.transformer.named_parameters():
        inner = name.startswith("blocks") and parameter.ndim == 2
        (matrices if inner and config.optimiser == "muon" else others).append(parameter)
    conditions = list(network.conditioner.parameters())
    groups: list[dict[str, Any]] = [
        {"params": others},
        {"params": conditions, "lr": config.condition_rate},
    ]
    adam = torch.optim.AdamW(
        groups,
        lr=config.adam_rate,
        betas=(0.9, 0.95),
        weight_decay=config.weight_decay,
    )
    if not matrices:
        return [adam]
    muon = torch.optim.Muon(
        matrices, lr=config.learning_rate, momentum=0.95, weight_decay=config.weight_decay
    )
    return [muon, adam]


def set_rate(optimisers: list[Optimizer], share: float) -> None:
    """Set each optimiser's rate to a share of the one it was built with."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group.setdefault("full_rate", group["lr"])
            group["lr"] = group["full_rate"] * share


def optimiser_tensors(optimisers: list[Optimizer]) -> dict[str, Tensor]:
    """All optimiser state as named tensors (steps included), for safetensors."""
    tensors: dict[str, Tensor] = {}
    for index, optimiser in enumerate(optimisers):
        for number, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"{index}.{number}.{key}"] = torch.as_tensor(value).clone()
    return tensors


def restore_optimisers(optimisers: list[Optimizer], tensors: dict[str, Tensor]) -> None:
    """The inverse of `optimiser_tensors`."""
    for index, optimiser in enumerate(optimisers):
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            owner, number, key = name.split(".", 2)
            if int(owner) == index:
                state.setdefault(int(number), {})[key] = value
        whole = optimiser.state_dict()
        whole["state"] = state
        optimiser.load_state_dict(whole)
