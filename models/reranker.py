"""The reranker's ear: what profile the bars of a piece have. It knows neither wish nor plan.

A linear part carries what a straight line can say; a small hidden layer, which starts at zero,
adds the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_FURTHEST = 4.0


@dataclass(frozen=True, slots=True)
class RerankerConfig:
    """Shape of the reranker: `features` numbers a bar, `width` of its hidden layer."""

    features: int = 65
    width: int = 32


class Reranker(nn.Module):
    """(batch, bars, features) with a mask (batch, bars) to profiles (batch, 4) in [0, 1]."""

    centre: Tensor
    spread: Tensor

    def __init__(self, config: RerankerConfig, dimensions: int = 4) -> None:
        super().__init__()
        self.config = config
        inputs = 2 * config.features
        self.register_buffer("centre", torch.zeros(inputs))
        self.register_buffer("spread", torch.ones(inputs))
        self.straight = nn.Linear(inputs, dimensions)
        self.hidden = nn.Linear(inputs, config.width)
        self.bend = nn.Linear(config.width, dimensions)
        for layer in (self.straight, self.bend):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, bars: Tensor, mask: Tensor) -> Tensor:
        return self.place(summary(bars, mask))

    def place(self, heard: Tensor) -> Tensor:
        """The same of summaries (batch, 2 x features)."""
        standard = (heard - self.centre) / self.spread
        standard = standard.clamp(-_FURTHEST, _FURTHEST)
        return torch.sigmoid(self.straight(standard) + self.bend(F.silu(self.hidden(standard))))


def summary(bars: Tensor, mask: Tensor) -> Tensor:
    """Mean and spread of each feature over the bars, (batch, 2 x features)."""
    known = mask[..., None].to(bars.dtype)
    count = known.sum(dim=1).clamp(min=1)
    mean = (bars * known).sum(dim=1) / count
    around = (((bars - mean[:, None]) * known).square().sum(dim=1) / count).sqrt()
    return torch.cat([mean, around], dim=-1)
