"""How far real runs of four bars are from what is wished, and which of them is drawn.

It knows runs as packed ranks and classes; where they come from and what becomes of the one that
is drawn is the plan's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT, Rows
from models.conditioning import FIELD_INDEX

UNKNOWN = 255
# Among so many a run is drawn, or among an eighth of a small bank.
NEAREST = 64
# The squared width of the kernel is the distance of the nearest run, within these.
_NARROWEST, _WIDEST = 1.0, 5.0
LOWEST = np.array([0, 0, -1, -1], dtype=np.float32)
_REST = np.array([0.5, 0.5, 0, 0], dtype=np.float32)
# Two profiles this far apart in a dimension are one unit apart.
_WIDTHS = np.array([0.06, 0.06, 0.2, 0.15], dtype=np.float32)
# Trauma acts by chord choice: chords are wished as dark as it, from all major to all minor.
_CHORD_WIDTH = 0.3
# Notes follow their chords only so far, so chords go further than the wish.
_DARKENING = 1.4
# The share of half bars on the tonic chord: at home a key must be heard, away from it less.
_HOME, _AWAY, _HOME_WIDTH = 0.45, 0.05, 0.15
# Major, minor, dominant, major seventh, minor seventh, diminished, augmented, suspended.
_BRIGHTNESS = np.array([1, -1, 0.5, 1, -1, -1, -0.5, 0], dtype=np.float32)
_STEP = 0.25
# Ranks of an attribute that a composer asks for this far apart are one unit apart.
_ASKED = 0.03
# A bar of another texture than the asked one is as far as so many units.
_OTHER_TEXTURE = 64.0
_TEXTURE = FIELD_INDEX["texture"]

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredRuns:
    """What is compared with a wish, derived once from N packed runs.

    Args:
        profiles: (N, 4, 4) the profile of each bar, at rest where it is not known.
        unknown: (N, 4, 4) where it is not known.
        first: (N, 12) attribute ranks of the first bar, NaN unknown.
        brightness, home: (N,) how major the chords are, -1 to 1, and the share of tonic chords;
            NaN where no chord is known.
        attributes, modes, textures: as in the bank.
    """

    profiles: Floats
    unknown: npt.NDArray[np.bool_]
    first: Floats
    brightness: Floats
    home: Floats
    attributes: Bytes
    modes: Bytes
    textures: Bytes

    @classmethod
    def of(
        cls, profiles: Bytes, attributes: Bytes, modes: Bytes, chords: Bytes, textures: Bytes
    ) -> MeasuredRuns:
        """Measure packed runs; shapes as in the bank."""
        shares = LOWEST + unpack(profiles) * (1 - LOWEST)
        unknown = np.isnan(shares)
        return cls(
            np.where(unknown, _REST, shares),
            unknown,
            unpack(attributes[:, 0]),
            *_harmony(chords),
            attributes,
            modes,
            textures,
        )

    def distances(self, rows: Rows, mode: np.float32, before: Floats | None = None) -> Floats:
        """(N,) squared distance of each run from what is wished of up to four bars; infinite in
        the other mode where any run is in this one.

        Args:
            rows: condition rows with a profile in each.
            before: (12,) attribute ranks of the bar that the run goes on from, NaN unknown.
        """
        wish, bars = rows[:, PROFILE_AT], len(rows)
        # What is not known is most likely at rest.
        gaps = ((self.profiles[:, :bars] - wish) / _WIDTHS) ** 2 + self.unknown[:, :bars]
        far: Floats = np.einsum("nbd->n", gaps) / np.float32(bars)
        bright = np.clip(_DARKENING * (1 - 2 * wish[:, 0].mean()), -1, 1)
        home = _HOME + (_AWAY - _HOME) * max(float(wish[:, 3].mean()), 0.0)
        gap = (self.brightness - bright) / _CHORD_WIDTH
        missing = np.maximum(home - self.home, 0) / _HOME_WIDTH
        far = far + np.nan_to_num(gap**2 + missing**2, nan=1.0) + self._from_asked(rows)
        if before is not None:
            jump = (self.first - before) / _STEP
            far = far + np.einsum("na->n", np.nan_to_num(jump**2, nan=0.5)) / len(before)
        other = self.modes != np.uint8(mode)
        return far if other.all() else np.where(other, np.float32(np.inf), far)

    def _from_asked(self, rows: Rows) -> Floats:
        """(N,) squared distance of each run from the attributes and textures that are asked for."""
        away = np.zeros(len(self.modes), dtype=np.float32)
        bars, asked = len(rows), rows[:, ATTRIBUTES_AT]
        for column in np.flatnonzero(~np.isnan(asked).all(axis=0)):
            gaps = (unpack(self.attributes[:, :bars, column]) - asked[:, column]) / _ASKED
            away += np.nan_to_num(gaps**2, nan=1.0).mean(axis=1)
        textures = rows[:, _TEXTURE]
        if not np.isnan(textures).all():
            other = (self.textures[:, :bars] != textures) & ~np.isnan(textures)
            away += _OTHER_TEXTURE * other.mean(axis=1, dtype=np.float32)
        return away


def pick(distances: Floats, draw: float, before: Sequence[int] = (), favour: float = 0.0) -> int:
    """A run among the nearest, by a kernel that is as wide as the nearest are far.

    Args:
        draw: in [0, 1).
        before: runs that were drawn before; they may be drawn again however many are nearer.
        favour: added to their log weights.
    """
    count = min(NEAREST, max(len(distances) // 8, 1))
    candidates = np.union1d(np.argpartition(distances, count - 1)[:count], before).astype(np.intp)
    nearest = distances[candidates].min()
    width = np.clip(nearest, _NARROWEST, _WIDEST)
    logs = -0.5 * (distances[candidates] - nearest) / width
    logs[np.isin(candidates, before)] += favour
    total = np.cumsum(np.exp(logs - logs.max()))
    return int(candidates[int(np.searchsorted(total, draw * total[-1], side="right"))])


def _harmony(chords: Bytes) -> tuple[Floats, Floats]:
    places = chords.reshape(len(chords), -1, 2)
    roots, qualities = places[..., 0], places[..., 1]
    known = qualities != UNKNOWN
    values = np.where(known, _BRIGHTNESS[np.minimum(qualities, len(_BRIGHTNESS) - 1)], 0)
    total = np.where(known.any(axis=1), known.sum(axis=1), np.nan).astype(np.float32)
    tonics = (known & (roots == 0)).sum(axis=1, dtype=np.float32)
    return values.sum(axis=1, dtype=np.float32) / total, tonics / total


def pack(shares: Floats) -> Bytes:
    """Shares of 0 to 1 as 0 to 254, NaN as 255."""
    levels = np.round(np.clip(np.nan_to_num(shares, nan=0.0), 0, 1) * 254)
    return np.where(np.isnan(shares), UNKNOWN, levels).astype(np.uint8, order="C")


def unpack(levels: Bytes) -> Floats:
    """The shares that were packed."""
    shares = levels.astype(np.float32) / np.float32(254)
    return np.where(levels == UNKNOWN, np.float32(np.nan), shares)
