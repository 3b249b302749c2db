"""Two encoders into one space: a profile and the bars of a piece become unit vectors.

Music and profiles that feel alike point the same way. Bars come as rows of numbers, already
measured; what the numbers mean is not known here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HATS = 9
_FURTHEST = 4.0  # standard deviations: one odd bar must not drown the others
_HIGHEST_SCALE = 60.0


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Shape of the encoders.

    Args:
        features: numbers a bar.
        width: channels of the network over bars, and of the hidden layers.
        layers: convolutions over neighbouring bars.
        embedding: length of the unit vectors.
    """

    features: int = 65
    width: int = 96
    layers: int = 2
    embedding: int = 48


class MidiEncoder(nn.Module):
    """Bars to unit vectors: (batch, bars, features) with a mask (batch, bars) to (batch,
    embedding). Any number of bars; what the mask leaves out counts for nothing."""

    centre: Tensor
    spread: Tensor

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(config.features))
        self.register_buffer("spread", torch.ones(config.features))
        self.input = nn.Linear(config.features, config.width)
        self.neighbours = nn.ModuleList(
            nn.Conv1d(config.width, config.width, 3, padding=1) for _ in range(config.layers)
        )
        self.middle = nn.Linear(2 * config.width, config.width)
        self.output = nn.Linear(config.width, config.embedding)

    def forward(self, bars: Tensor, mask: Tensor) -> Tensor:
        known = mask[..., None].to(bars.dtype)
        standard = ((bars - self.centre) / self.spread).clamp(-_FURTHEST, _FURTHEST)
        x = F.silu(self.input(standard)) * known
        for layer in self.neighbours:
            # Masked before and after, so that padding never reaches a bar that sounds.
            x = (x + F.silu(layer(x.mT)).mT) * known
        count = known.sum(dim=1).clamp(min=1)
        mean = x.sum(dim=1) / count
        around = (((x - mean[:, None]) * known).square().sum(dim=1) / count + 1e-6).sqrt()
        hidden = F.silu(self.middle(torch.cat([mean, around], dim=-1)))
        return F.normalize(self.output(hidden), dim=-1)


class ProfileEncoder(nn.Module):
    """Profiles to unit vectors: (batch, dimensions), each in [0, 1], to (batch, embedding).

    A dimension that is NaN is free: it says nothing.
    """

    def __init__(self, config: EncoderConfig, dimensions: int = 4) -> None:
        super().__init__()
        self.input = nn.Linear(dimensions * HATS, config.width)
        self.middle = nn.Linear(config.width, config.width)
        self.output = nn.Linear(config.width, config.embedding)

    def forward(self, profiles: Tensor) -> Tensor:
        hats = torch.linspace(0, HATS - 1, HATS, dtype=profiles.dtype, device=profiles.device)
        share = profiles.clamp(0, 1)[..., None] * (HATS - 1)
        spread = (1 - (share - hats).abs()).clamp(min=0).nan_to_num(nan=0.0)
        x = F.silu(self.input(spread.flatten(-2)))
        x = F.silu(self.middle(x))
        return F.normalize(self.output(x), dim=-1)


class Encoders(nn.Module):
    """Both encoders, and how sharply their cosines are compared in training."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.midi = MidiEncoder(config)
        self.profile = ProfileEncoder(config)
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))

    @property
    def scale(self) -> Tensor:
        return self.log_scale.exp().clamp(max=_HIGHEST_SCALE)
