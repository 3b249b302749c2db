"""InfoNCE with graded positives: each candidate is a positive as far as a kernel on the distance
of profiles says so, and what is wrongly near is mined as a hard negative.

Candidates within the radius are never mined: near-identical profiles are not negatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Contrast:
    """How candidates count.

    Args:
        kernel: width of the kernel, in the distance of unit profiles.
        radius: candidates nearer than this are no negatives.
        margin: a candidate outside the radius is mined where its cosine comes within this of
            the mean cosine of the anchor's positives.
        weight: how much more than another a mined negative counts.
    """

    kernel: float = 0.25
    radius: float = 0.15
    margin: float = 0.1
    weight: float = 2.0


@dataclass(frozen=True, slots=True)
class Compared:
    """Loss in nats an anchor; the share of candidates outside the radius that were mined."""

    loss: Tensor
    mined: float


def compare(
    anchors: Tensor,
    candidates: Tensor,
    distances: Tensor,
    scale: Tensor,
    contrast: Contrast,
    allowed: Tensor | None = None,
) -> Compared:
    """InfoNCE of unit vectors (N, E) against (M, E), whose profiles lie `distances` (N, M) apart.

    Args:
        scale: what cosines are multiplied with.
        allowed: (N, M) which candidates an anchor may be compared with; each needs one.
    """
    everyone = torch.ones_like(distances, dtype=torch.bool)
    allowed = everyone if allowed is None else allowed
    cosines = anchors @ candidates.T
    logs = (-0.5 * (distances / contrast.kernel).square()).masked_fill(~allowed, -torch.inf)
    wanted = logs.softmax(dim=1)
    with torch.no_grad():
        level = (wanted * cosines).sum(dim=1, keepdim=True)
        outside = (distances > contrast.radius) & allowed
        mined = outside & (cosines > level - contrast.margin)
        raised = torch.log(torch.where(mined, contrast.weight, 1.0))
    logits = (scale * cosines + raised).masked_fill(~allowed, -torch.inf)
    found = logits.log_softmax(dim=1).masked_fill(~allowed, 0.0)
    loss = -(wanted * found).sum(dim=1).mean()
    return Compared(loss, float(mined.sum()) / max(float(outside.sum()), 1.0))
