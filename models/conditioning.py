"""What the network is told about each bar, and how it becomes scale and shift.

A bar is a row of plain numbers, NaN where a field is left free. Scalars are spread over hat
functions, classes over one-hot slots; a free field is all zeros, so leaving everything free is
the zero vector. The layout is append-only: later checkpoints keep the order of these fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.transformer import Transformer, TransformerConfig

HATS = 9


@dataclass(frozen=True, slots=True)
class ConditionField:
    """One number of the row: a scalar in [low, high], or a class index below `classes`."""

    name: str
    group: str
    classes: int = 0
    low: float = 0.0
    high: float = 1.0

    @property
    def features(self) -> int:
        return self.classes or HATS


ATTRIBUTE_NAMES = (
    "onset_rate",
    "velocity_mean",
    "velocity_spread",
    "register",
    "polyphony",
    "mode_score",
    "dissonance",
    "irregularity",
    "leaps",
    "note_count",
    "return",
    "estrangement",
)
RESERVED_SCALARS = 8

FIELDS: tuple[ConditionField, ...] = (
    ConditionField("trauma", "trauma"),
    ConditionField("entropy", "entropy"),
    ConditionField("rsi_real", "rsi_real", low=-1.0),
    ConditionField("rsi_imaginary", "rsi_imaginary", low=-1.0),
    *(ConditionField(name, "attributes") for name in ATTRIBUTE_NAMES),
    ConditionField("tempo", "tempo", low=30.0, high=210.0),
    *(ConditionField(f"reserved_{i}", "reserved") for i in range(RESERVED_SCALARS)),
    ConditionField("mode", "mode", classes=2),
    ConditionField("metre", "metre", classes=8),
    ConditionField("texture", "texture", classes=8),
    ConditionField("from_start", "place", classes=8),
    ConditionField("to_end", "place", classes=8),
    ConditionField("chord_root", "chords", classes=12),
    ConditionField("chord_quality", "chords", classes=8),
    ConditionField("half_chord_root", "chords", classes=12),
    ConditionField("half_chord_quality", "chords", classes=8),
    ConditionField("source", "source", classes=8),
    ConditionField("hit", "hit", classes=8),
)
FIELD_INDEX: dict[str, int] = {each.name: index for index, each in enumerate(FIELDS)}
FEATURES = sum(each.features for each in FIELDS)
PROFILE_GROUPS = ("trauma", "entropy", "rsi_real", "rsi_imaginary")
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(each.group for each in FIELDS))


def spread(rows: Tensor) -> Tensor:
    """Features of condition rows: (..., len(FIELDS)) to (..., FEATURES); NaN is all zeros."""
    parts: list[Tensor] = []
    hats = torch.arange(HATS, dtype=rows.dtype, device=rows.device)
    for index, each in enumerate(FIELDS):
        value = rows[..., index, None]
        free = value.isnan()
        if each.classes:
            slots = torch.arange(each.classes, dtype=rows.dtype, device=rows.device)
            part = (value == slots).to(rows.dtype)
        else:
            share = ((value - each.low) / (each.high - each.low)).clamp(0, 1) * (HATS - 1)
            part = (1 - (share - hats).abs()).clamp(min=0)
        parts.append(torch.where(free, torch.zeros_like(part), part))
    return torch.cat(parts, dim=-1)


class Conditioner(nn.Module):
    """Condition rows to FiLM: (batch, bars, fields) to (batch, bars, layers + 1, 2, width).

    The last layer starts at zero, so an untrained conditioner changes nothing.
    """

    def __init__(self, config: TransformerConfig, hidden: int = 256) -> None:
        super().__init__()
        self.shape = (config.layers + 1, 2, config.width)
        self.input = nn.Linear(FEATURES, hidden)
        self.middle = nn.Linear(hidden, hidden)
        self.output = nn.Linear(hidden, (config.layers + 1) * 2 * config.width)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, rows: Tensor) -> Tensor:
        x = nn.functional.silu(self.input(spread(rows)))
        x = nn.functional.silu(self.middle(x))
        film: Tensor = self.output(x)
        return film.view(*rows.shape[:-1], *self.shape)


class Composer(nn.Module):
    """Transformer and conditioner together: what a checkpoint holds."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = Transformer(config)
        self.conditioner = Conditioner(config)

    def forward(
        self,
        tokens: Tensor,
        bars: Tensor,
        rows: Tensor,
        holes: Tensor | None,
        documents: Tensor | None = None,
    ) -> Tensor:
        """Logits (batch, length, vocabulary) of windows; `rows` is (batch, bars, fields)."""
        logits: Tensor = self.transformer(tokens, bars, self.conditioner(rows), holes, documents)
        return logits
