"""From logits to a token: guidance, temperature, masks, top-p, in this order.

Random numbers come from a counter keyed by (seed, take, bar, step), so that a take does not
depend on its neighbours in the batch.
"""

from __future__ import annotations

import hashlib
import struct

import numpy as np
import numpy.typing as npt

from engine.composing.grammar import Mask

Logits = npt.NDArray[np.float32]


def uniform(seed: int, take: int, bar: int, step: int) -> float:
    """A number in [0, 1) that depends on its key alone."""
    key = struct.pack("<qqqq", seed, take, bar, step)
    number = int.from_bytes(hashlib.blake2b(key, digest_size=7).digest(), "little") / 2.0**56
    # A float has 53 bits of the 56, so the largest of them would round up to 1.
    return min(number, 1.0 - 2.0**-53)


def guide(conditional: Logits, free: Logits, strength: float) -> Logits:
    """Classifier-free guidance: 1 is the conditional model, 0 the free one."""
    return free + np.float32(strength) * (conditional - free)


def keep_odds(guided: Logits, conditional: Logits, allowed: Mask, token: int) -> Logits:
    """Guided logits in which one of the allowed tokens is as probable as without guidance.

    Guidance sharpens what is told; of a token that ends something that makes an extreme: what is
    told to be sparse falls silent.
    """
    others = allowed.copy()
    others[token] = False
    if not others.any():
        return guided
    odds = conditional[token] - np.logaddexp.reduce(conditional[others])
    kept = guided.copy()
    kept[token] = np.logaddexp.reduce(guided[others]) + odds
    return kept


def probabilities(
    logits: Logits,
    temperature: float,
    allowed: Mask,
    top_p: float,
    lean: Logits | None = None,
) -> npt.NDArray[np.float64]:
    """The distribution that is sampled from, zero outside the mask and the nucleus.

    Args:
        lean: added to the log weights after the temperature, as masks are; shape of the logits.
    """
    weights = np.zeros(len(logits))
    heard = None if lean is None else lean[allowed]
    weights[allowed] = weigh(logits[allowed], temperature, top_p, heard)
    weights /= weights.sum()
    return weights


def weigh(
    logits: Logits, temperature: float, top_p: float, lean: Logits | None = None
) -> npt.NDArray[np.float64]:
    """Weights of tokens that are all allowed, zero outside the nucleus; they sum to no fixed
    number."""
    scaled = logits / np.float64(temperature)
    if lean is not None:
        scaled += lean
    weights: npt.NDArray[np.float64] = np.exp(scaled - scaled.max())
    if top_p < 1.0:
        order = (-weights).argsort(kind="stable")
        until = weights[order].cumsum()
        inside = int(until.searchsorted(top_p * until[-1])) + 1
        weights[order[inside:]] = 0.0
    return weights


def choose(weights: npt.NDArray[np.float64], draw: float) -> int:
    """The token at a place of the cumulative distribution, `draw` in [0, 1)."""
    total = weights.cumsum()
    index = int(total.searchsorted(draw * total[-1], side="right"))
    # Rounding may carry the draw past the end; the last token with any weight is meant then.
    return index if index < len(weights) else int(np.flatnonzero(weights)[-1])
