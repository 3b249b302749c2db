"""An interpolated 5-gram with modified Kneser-Ney discounts: the baseline a network must beat.

Counts come from sorting packed keys, so that seven million tokens take seconds and some hundred
megabytes. It knows token ids, not what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.integer]
Keys = NDArray[np.int64]
Floats = NDArray[np.float64]

ORDER = 5
# Discounts of Kneser-Ney where the data is too small to estimate them (Chen and Goodman 1999).
_USUAL_DISCOUNTS = (0.5, 1.0, 1.5)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """Grams of one length with what their contexts hold in all.

    `grams` and `contexts` are sorted keys; `counts` belongs to grams; `totals` and `left_over`
    (the mass that discounts set free) to contexts.
    """

    grams: Keys
    counts: Floats
    contexts: Keys
    totals: Floats
    left_over: Floats
    discounts: Floats  # by count 0, 1, 2, 3 or more

    @classmethod
    def count(cls, grams: Keys, counts: NDArray[np.int64], bits: int) -> _Level:
        discounts = _discounts(counts)
        discounted = discounts[np.minimum(counts, 3)]
        before = grams >> bits
        starts = np.flatnonzero(np.diff(before, prepend=-1))
        return cls(
            grams,
            counts.astype(np.float64),
            before[starts],
            np.add.reduceat(counts, starts).astype(np.float64),
            np.add.reduceat(discounted, starts),
            discounts,
        )

    def interpolate(self, grams: Keys, bits: int, shorter: Floats) -> Floats:
        """Probabilities of grams, given those of the grams without their first token."""
        found, counts = _look_up(self.grams, self.counts, grams)
        known, totals = _look_up(self.contexts, self.totals, grams >> bits)
        _, left_over = _look_up(self.contexts, self.left_over, grams >> bits)
        counts = np.where(found, counts, 0.0)
        kept = counts - self.discounts[np.minimum(counts.astype(np.int64), 3)]
        totals = np.where(known, totals, 1.0)
        return np.where(known, (kept + left_over * shorter) / totals, shorter)


def _discounts(counts: NDArray[np.int64]) -> Floats:
    """Modified Kneser-Ney discounts for the counts 0, 1, 2 and 3 or more."""
    once, twice, thrice, often = (float((counts == n).sum()) for n in (1, 2, 3, 4))
    if min(once, twice, thrice, often) == 0:
        return np.array((0.0, *_USUAL_DISCOUNTS)).clip(max=np.array([0.0, 1.0, 2.0, 3.0]))
    share = once / (once + 2 * twice)
    found = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice,
             3 - 4 * share * often / thrice)  # fmt: skip
    return np.array((0.0, *found)).clip(0.0, np.array([0.0, 1.0, 2.0, 3.0]))


def _look_up(keys: Keys, values: Floats, wanted: Keys) -> tuple[NDArray[np.bool_], Floats]:
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[at] == wanted, values[at]


class NGram:
    """A fitted n-gram over ids below `vocabulary`.

    Args:
        stream: training tokens; pieces are parted by a token that begins each of them.
        order: length of the grams, the predicted token included.
    """

    def __init__(self, stream: Tokens, vocabulary: int, order: int = ORDER) -> None:
        self._bits = max(vocabulary - 1, 1).bit_length()
        if self._bits * order > 62:
            raise ValueError(f"{order} tokens of {self._bits} bits do not fit into one key")
        if len(stream) < order:
            raise ValueError(f"{len(stream)} tokens are fewer than the order {order}")
        self.order, self._vocabulary = order, vocabulary
        self._levels = tuple(self._count(stream))

    def _count(self, stream: Tokens) -> list[_Level]:
        grams, counts = np.unique(self._pack(stream, self.order), return_counts=True)
        levels = [_Level.count(grams, counts, self._bits)]
        for length in range(self.order - 1, 0, -1):
            # A shorter gram counts by how many different tokens came before it.
            shorter = grams & ((1 << self._bits * length) - 1)
            grams, counts = np.unique(shorter, return_counts=True)
            levels.insert(0, _Level.count(grams, counts, self._bits))
        return levels

    def _pack(self, tokens: Tokens, length: int) -> Keys:
        """The key of each run of `length` tokens."""
        wide = tokens.astype(np.int64)
        keys = np.zeros(len(wide) - length + 1, dtype=np.int64)
        for at in range(length):
            keys = (keys << self._bits) | wide[at : len(keys) + at]
        return keys

    def probabilities(self, tokens: Tokens) -> Floats:
        """The probability of each token of a run that has `order - 1` tokens before it.

        Shape (len(tokens) - order + 1,): the first ones are context alone.
        """
        grams = self._pack(tokens, self.order)
        found: Floats = np.full(len(grams), 1.0 / self._vocabulary)
        for length, level in enumerate(self._levels, 1):
            short = grams & ((1 << self._bits * length) - 1)
            found = level.interpolate(short, self._bits, found)
        return found
