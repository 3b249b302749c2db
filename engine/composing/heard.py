"""A score as the networks that listen hear it, whole or in stretches of bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.composing.bar_features import Floats, bar_features, excerpt
from engine.composing.conditions import ATTRIBUTES_AT, structure_rows
from engine.composing.tokens import encode
from engine.measuring.reference import ProfileEstimate, Reference, estimate
from engine.score import Score


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Features of the bars of a score, (bars, features), and what our estimator says of it."""

    features: Floats
    estimate: ProfileEstimate


def hear(score: Score, reference: Reference) -> Heard:
    """Hear a score. One without a key is heard from the home key that is found in it."""
    found = estimate(score, reference)
    if score.key is None:
        score = Score(score.notes, score.metres, score.tempo_map, found.measures.home)
    tempi = [score.tempo_map.bpm(start) for start in score.starts[:-1]]
    rows = structure_rows(score.metres, tempi, score.key)
    rows[:, ATTRIBUTES_AT] = found.ranks
    encoded = encode(score)
    tokens = np.array(encoded.tokens, dtype=np.uint16)
    return Heard(bar_features(tokens, np.array(encoded.bars, dtype=np.uint16), rows), found)


def stacked(parts: Sequence[Floats]) -> tuple[torch.Tensor, torch.Tensor]:
    """Excerpts of different length as one batch: bars (N, longest, features) and their mask."""
    longest = max((len(part) for part in parts), default=1)
    mask = np.array([np.arange(longest) < len(part) for part in parts])
    bars = np.zeros((len(parts), longest, parts[0].shape[1]), dtype=np.float32)
    for row, part in zip(bars, parts, strict=True):
        row[: len(part)] = excerpt(part, 0, len(part))
    return torch.from_numpy(bars), torch.from_numpy(mask)
