"""Validation loss: nats per note on held-out pieces, windows scored after their first tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from engine.composing import vocabulary as v
from engine.data.shards import Entry, Shards
from engine.training.windows import Batch, Document, collate
from models.conditioning import Composer

UNSCORED = 64


@dataclass(frozen=True, slots=True)
class Score:
    """Sum of nats over scored tokens, how many they are, and the notes among them."""

    nats: float
    tokens: int
    notes: int

    @property
    def per_note(self) -> float:
        return self.nats / max(self.notes, 1)

    @property
    def per_token(self) -> float:
        return self.nats / max(self.tokens, 1)

    def __add__(self, other: Score) -> Score:
        return Score(self.nats + other.nats, self.tokens + other.tokens, self.notes + other.notes)


def windows(
    shards: Shards, entries: tuple[Entry, ...], context: int, limit: int, *, conditions: bool
) -> Iterator[Batch]:
    """Windows spread evenly over the pieces, each beginning at a bar line.

    Args:
        limit: at most this many windows (0: all of them).
        conditions: tell the network the true condition rows; else everything is free.
    """
    found: list[tuple[Entry, int]] = []
    for entry in entries:
        tokens, _, _ = shards.piece(entry)
        starts = np.flatnonzero(tokens == v.BAR)
        at = 0
        while at < len(tokens) - UNSCORED:
            found.append((entry, at))
            following = starts[starts >= at + max(context - 1 - UNSCORED, 1)]
            if not len(following):
                break
            at = int(following[0])
    if 0 < limit < len(found):
        found = [found[i] for i in np.linspace(0, len(found) - 1, limit).astype(int)]
    for entry, at in found:
        tokens, bars, rows = shards.piece(entry)
        run = np.concatenate([[v.BOS], tokens[at : at + context - 1]]).astype(np.int64)
        first = int(bars[at])
        places = np.concatenate([[first], bars[at : at + context - 1]]).astype(np.int64) - first
        told = np.array(rows[first : first + int(places[-1]) + 1], dtype=np.float32)
        if not conditions:
            told[:] = np.nan
        document = Document(run, places, np.zeros_like(run), told)
        batch = collate([[document]], len(run), len(told))
        batch.targets[:, :UNSCORED] = -100
        yield batch


@torch.no_grad()
def score_batch(network: Composer, batch: Batch) -> Score:
    """Negative log-likelihood of one batch in nats."""
    device = network.transformer.embedding.weight.device
    tokens, bars, rows, holes, targets = (
        torch.from_numpy(each).to(device)
        for each in (batch.tokens, batch.bars, batch.rows, batch.holes, batch.targets)
    )
    logits = network(tokens, bars, rows, holes)
    nats = F.cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum"
    )
    scored = batch.targets[batch.targets >= 0]
    notes = int(((scored >= v.PITCH.start) & (scored < v.PITCH.stop)).sum())
    return Score(float(nats), len(scored), notes)


def validation_score(
    network: Composer,
    shards: Shards,
    entries: tuple[Entry, ...],
    context: int,
    limit: int = 0,
    *,
    conditions: bool = False,
) -> Score:
    """The score of a network over windows of held-out pieces."""
    total = Score(0.0, 0, 0)
    for batch in windows(shards, entries, context, limit, conditions=conditions):
        total += score_batch(network, batch)
    return total
