"""The sampler of profiles: triplets of excerpts that cover the space of feeling evenly.

Music crowds in the middle of that space. Anchors are therefore drawn from its occupied cells
with equal chance; a positive is drawn by a kernel on the distance of profiles, a negative
outside a radius with all distances equally likely. Draws depend on (seed, step) alone, so that
a resumed run sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import PsychoscoreError
from engine.training.excerpts import Excerpts, Floats, profile_distances

Ints = npt.NDArray[np.int64]

CELLS = 4  # along each dimension
_CANDIDATES = 48
_RINGS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Triplets:
    """Indices of excerpts, (N,) each."""

    anchors: Ints
    positives: Ints
    negatives: Ints

    @property
    def pool(self) -> Ints:
        """All of them, (3N,)."""
        return np.concatenate([self.anchors, self.positives, self.negatives])


class TripletSampler:
    """Draws triplets.

    Args:
        shares: weight of each source by name; sources that have no excerpts get nothing.
        radius: profiles nearer than this are never negatives of each other.
        kernel: width of the kernel by which positives are drawn.

    Raises:
        PsychoscoreError: there is a single song, so that nothing can be compared.
    """

    def __init__(
        self,
        excerpts: Excerpts,
        shares: dict[str, float],
        *,
        radius: float,
        kernel: float,
        seed: int,
    ) -> None:
        if len(np.unique(excerpts.songs)) < 2:
            raise PsychoscoreError("Contrastive training needs the music of at least two songs.")
        self._excerpts, self._radius, self._kernel, self._seed = excerpts, radius, kernel, seed
        self._chance = _even_chances(excerpts, shares)

    def draw(self, step: int, count: int) -> Triplets:
        """The triplets of a step (from 0)."""
        rng = np.random.default_rng((self._seed, step))
        of = self._excerpts
        size = min(_CANDIDATES * 2, len(of))
        anchors = rng.choice(len(of), size=count, p=self._chance)
        others = rng.choice(len(of), size=(count, size), p=self._chance)
        positives, negatives = np.empty_like(anchors), np.empty_like(anchors)
        for row, anchor in enumerate(anchors):
            away = profile_distances(of.profiles[anchor][None], of.profiles[others[row]])[0]
            foreign = of.songs[others[row]] != of.songs[anchor]
            positives[row] = others[row][self._near(rng, away, foreign)]
            negatives[row] = others[row][self._far(rng, away, foreign)]
        return Triplets(anchors, positives, negatives)

    def _near(self, rng: np.random.Generator, away: Floats, foreign: npt.NDArray[np.bool_]) -> int:
        weights = np.exp(-0.5 * (away.astype(np.float64) / self._kernel) ** 2) * foreign
        if weights.sum() <= 0.0:
            return int(away.argmin())
        return int(rng.choice(len(away), p=weights / weights.sum()))

    def _far(self, rng: np.random.Generator, away: Floats, foreign: npt.NDArray[np.bool_]) -> int:
        outside = np.flatnonzero((away > self._radius) & foreign)
        if not len(outside):
            return int(away.argmax())
        # By rings of distance: most music lies at one distance from any anchor.
        edges = np.linspace(self._radius, float(away[outside].max()) + 1e-6, _RINGS + 1)
        ring = np.digitize(away[outside], edges)
        chosen = outside[ring == rng.choice(np.unique(ring))]
        return int(rng.choice(chosen))


def cells_of(profiles: Floats) -> Ints:
    """The cell (N,) of each unit profile; an unknown dimension lies in the middle."""
    placed = np.nan_to_num(profiles, nan=0.5)
    digits = np.clip((placed * CELLS).astype(np.int64), 0, CELLS - 1)
    return np.asarray(digits @ (CELLS ** np.arange(profiles.shape[1])))


def _even_chances(excerpts: Excerpts, shares: dict[str, float]) -> npt.NDArray[np.float64]:
    """Chance of each excerpt: its source's share, even over cells, even within a cell."""
    chance = np.zeros(len(excerpts))
    for number, name in enumerate(excerpts.names):
        own = np.flatnonzero(excerpts.sources == number)
        if len(own) and shares.get(name, 0.0) > 0.0:
            cells, place, crowd = np.unique(
                cells_of(excerpts.profiles[own]), return_inverse=True, return_counts=True
            )
            chance[own] = shares[name] / len(cells) / crowd[place]
    return np.asarray(chance / chance.sum())
