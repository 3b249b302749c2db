"""The bridge from a profile to attributes: plans drawn from real music.

A plan says for each bar which attributes music with the wished profile has. A mean over all such
music would be bland and jointly impossible, so runs of four bars are drawn from a bank of real
ones, each with a weight that falls with its distance from the wish. The bank is made from the
training split of a model's own data and lies among its weights; it holds ranks, no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT, Rows
from engine.composing.sampling import uniform
from engine.data.shards import Entry, Shards
from engine.errors import PsychoscoreError
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX

RUN = 4
PREFIX = "plans."
MAXIMUM_RUNS = 100_000
_KEPT_RUNS = 40_000
_NEAREST = 32
_UNKNOWN = 255
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
# Where the mode is free it is trauma's lever: at .5 both are as likely, at .7 minor is 16 times.
_MODE_SLOPE = 14.0
# By how much a run that was drawn before is nearer where all is to return, farther where nothing.
_RETURNING = 10.0
_STEP = 0.25
# Ranks of an attribute that a composer asks for this far apart are one unit apart.
_ASKED = 0.06
# A bar of another texture than the asked one is as far as so many units.
_OTHER_TEXTURE = 16.0
_LOW = np.array([0, 0, -1, -1], dtype=np.float32)
_REST = np.array([0.5, 0.5, 0, 0], dtype=np.float32)
_RSI = slice(2, 4)
# A texture that fewer bars have is lacking, and a dimension that is unknown in more.
_RARE, _SELDOM_KNOWN = 0.01, 0.2
_AWAY_FROM_REST = 0.4
_KEPT_OTHERS = 8_000
_MODE, _RETURN = FIELD_INDEX["mode"], FIELD_INDEX["rsi_real"]
_TEXTURE = FIELD_INDEX["texture"]
_CHORDS = [
    FIELD_INDEX[name]
    for name in ("chord_root", "chord_quality", "half_chord_root", "half_chord_quality")
]

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PlanBank:
    """Runs of four real bars; N runs.

    Args:
        profiles: (N, 4, 4) the profile of each bar, 0-254 over its range, 255 unknown.
        attributes: (N, 4, 12) attribute ranks, 0-254 for 0-1, 255 unknown.
        modes: (N,) 0 major, 1 minor, 255 unknown.
        chords: (N, 4, 4) root (from the tonic) and quality at the bar line and at the half bar,
            255 unknown.
        textures: (N, 4) the texture of each bar, 255 unknown.
    """

    profiles: Bytes
    attributes: Bytes
    modes: Bytes
    chords: Bytes
    textures: Bytes

    @classmethod
    def collect(cls, shards: list[Shards], source: str) -> PlanBank | None:
        """Cut one source's training split into runs, thinned where there are too many.

        Where a source has no chords, each run borrows those of the nearest run of the others.
        What a source has seldom or does not tell (a texture, how much returns, how far from home)
        comes with runs of the others that have it.

        Returns:
            None where no piece of the source is as long as a run.
        """
        entries = [(each, entry) for each in shards for entry in each.split("train")]
        own = cls._cut([(each, entry) for each, entry in entries if entry.source == source])
        others = cls._cut([(each, entry) for each, entry in entries if entry.source != source])
        return own if own is None or others is None else own._borrowing(others)._joined(others)

    @classmethod
    def _cut(cls, pieces: list[tuple[Shards, Entry]], seed: int = 0) -> PlanBank | None:
        runs: list[Rows] = []
        for shards, entry in pieces:
            rows = shards.rows[entry.row_start : entry.row_stop]
            runs += [rows[at : at + RUN] for at in range(0, len(rows) - RUN + 1, RUN)]
        if len(runs) > _KEPT_RUNS:
            picks = np.random.default_rng(seed).permutation(len(runs))[:_KEPT_RUNS]
            runs = [runs[pick] for pick in sorted(picks)]
        if not runs:
            return None
        stacked = np.stack(runs)
        profiles = (stacked[..., PROFILE_AT] - _LOW) / (1 - _LOW)
        return cls(
            _pack(profiles),
            _pack(stacked[..., ATTRIBUTES_AT]),
            _classes(stacked[:, 0, _MODE]),
            _classes(stacked[..., _CHORDS]),
            _classes(stacked[..., _TEXTURE]),
        )

    def _borrowing(self, others: PlanBank) -> PlanBank:
        chords, harmony = self.chords.copy(), others._harmony()
        for run in np.flatnonzero((chords == _UNKNOWN).all(axis=(1, 2))):
            wish = np.full((RUN, len(FIELD_INDEX)), np.nan, dtype=np.float32)
            wish[:, PROFILE_AT] = np.nan_to_num(_LOW + _unpack(self.profiles[run]) * (1 - _LOW))
            distances = others._distances(wish, np.float32(self.modes[run]), None, harmony)
            chords[run] = others.chords[_pick(distances, run % _NEAREST / _NEAREST)]
        return replace(self, chords=chords)

    def _joined(self, others: PlanBank) -> PlanBank:
        """This bank and those runs of the others that have what it lacks."""
        counts = np.bincount(self.textures[self.textures != _UNKNOWN], minlength=_UNKNOWN + 1)
        rare = counts < _RARE * max(counts.sum(), 1)
        rare[_UNKNOWN] = False
        lacking = rare[others.textures].mean(axis=1) > 0.5
        unknown = (self.profiles == _UNKNOWN).mean(axis=(0, 1)) > _SELDOM_KNOWN
        away = np.abs(_LOW + _unpack(others.profiles).mean(axis=1) * (1 - _LOW)) > _AWAY_FROM_REST
        lacking |= (away & unknown)[:, _RSI].any(axis=1)
        picks = np.flatnonzero(lacking)
        if len(picks) > _KEPT_OTHERS:
            picks = np.sort(np.random.default_rng(0).permutation(picks)[:_KEPT_OTHERS])
        mine, theirs = self.arrays(), others.arrays()
        joined = {name: np.concatenate([mine[name], theirs[name][picks]]) for name in mine}
        return PlanBank(*joined.values())

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Bytes]) -> PlanBank | None:
        """The bank among the tensors of a checkpoint, or None where it has none.

        Raises:
            PsychoscoreError: the arrays have another shape.
        """
        if not arrays:
            return None
        try:
            bank = cls(*(arrays[PREFIX + each.name] for each in fields(cls)))
        except KeyError as error:
            raise PsychoscoreError(f"The plan bank has no {error.args[0]}.") from error
        count = len(bank.modes)
        shapes = tuple(each.shape for each in bank.arrays().values())
        runs = (count, RUN)
        wanted = ((*runs, len(_LOW)), (*runs, len(ATTRIBUTE_NAMES)), (count,), (*runs, 4), runs)
        typed = all(each.dtype == np.uint8 for each in arrays.values())
        if shapes != wanted or not typed or not 0 < count <= MAXIMUM_RUNS:
            raise PsychoscoreError("The plan bank has another shape than this version's.")
        return bank

    def arrays(self) -> dict[str, Bytes]:
        """The bank as arrays by name, to lie beside a network's weights."""
        return {PREFIX + each.name: getattr(self, each.name) for each in fields(self)}

    def draw(
        self,
        rows: Rows,
        seed: int,
        take: int,
        before: npt.NDArray[np.float32] | None = None,
        borders: Sequence[int] = (),
    ) -> Rows:
        """Condition rows with a plan: attributes, chords, textures, and the mode where it is free.

        What the rows already say of them stays, and runs that have it are preferred.

        Args:
            rows: (bars, fields) with a profile in each row.
            seed, take: key of the random numbers.
            before: (12,) attribute ranks of the bar that the plan goes on from, NaN unknown.
            borders: rows, from 0, at which a phrase or another key begins: no run lies over one.
        """
        planned = rows.copy()
        mode = rows[0, _MODE]
        if np.isnan(mode):
            trauma = float(rows[:, FIELD_INDEX["trauma"]].mean())
            minor = 1.0 / (1.0 + np.exp(-_MODE_SLOPE * (trauma - 0.5)))
            mode = np.float32(uniform(seed, take, -1, 1) < minor)
        harmony = self._harmony()
        planned[:, _MODE] = np.where(np.isnan(rows[:, _MODE]), mode, rows[:, _MODE])
        drawn: list[int] = []
        for start, stop in _segments(rows[:, PROFILE_AT], borders):
            here = planned[start, _MODE]
            distances = self._distances(rows[start:stop], here, before, harmony)
            # A line is taken up again where its chords and its motion are.
            distances[drawn] -= _RETURNING * rows[start:stop, _RETURN].mean()
            run = _pick(distances, uniform(seed, take, -2 - start, 0))
            drawn.append(run)
            length = stop - start
            ranks = _unpack(self.attributes[run, :length])
            before = ranks[-1]
            for columns, values in (
                (ATTRIBUTES_AT, ranks),
                (_CHORDS, _known(self.chords[run, :length])),
                (_TEXTURE, _known(self.textures[run, :length])),
            ):
                told = planned[start:stop, columns]
                planned[start:stop, columns] = np.where(np.isnan(told), values, told)
        return planned

    def _harmony(self) -> npt.NDArray[np.float32]:
        """(N, 2) of each run how major its chords are, -1 to 1, and the share of tonic chords;
        NaN where no chord is known."""
        chords = self.chords.reshape(len(self.chords), -1, 2)
        roots, qualities = chords[..., 0], chords[..., 1]
        known = qualities != _UNKNOWN
        values = np.where(known, _BRIGHTNESS[np.minimum(qualities, len(_BRIGHTNESS) - 1)], 0)
        total = known.sum(axis=1)
        sums = np.stack([values.sum(axis=1), (known & (roots == 0)).sum(axis=1)], axis=1)
        means = sums / np.maximum(total, 1)[:, None]
        return np.where(total[:, None] > 0, means, np.nan).astype(np.float32)

    def _distances(
        self,
        rows: Rows,
        mode: np.float32,
        before: npt.NDArray[np.float32] | None,
        harmony: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        """(N,) squared distance of each run from what is wished of up to four bars."""
        wish, bars = rows[:, PROFILE_AT], len(rows)
        profiles = _LOW + _unpack(self.profiles[:, :bars]) * (1 - _LOW)
        # What is not known is most likely at rest.
        unknown = np.isnan(profiles)
        gaps = ((np.where(unknown, _REST, profiles) - wish) / _WIDTHS) ** 2 + unknown
        distances: npt.NDArray[np.float32] = gaps.mean(axis=1).sum(axis=-1)
        bright = np.clip(_DARKENING * (1 - 2 * wish[:, 0].mean()), -1, 1)
        home = _HOME + (_AWAY - _HOME) * max(float(wish[:, 3].mean()), 0.0)
        gap = (harmony[:, 0] - bright) / _CHORD_WIDTH
        missing = np.maximum(home - harmony[:, 1], 0) / _HOME_WIDTH
        distances = distances + np.nan_to_num(gap**2 + missing**2, nan=1.0)
        distances = distances + self._from_asked(rows)
        if before is not None:
            jump = (_unpack(self.attributes[:, 0]) - before) / _STEP
            distances = distances + np.nan_to_num(jump**2, nan=0.5).mean(axis=-1)
        other = self.modes != np.uint8(mode)
        return distances if other.all() else np.where(other, np.float32(np.inf), distances)

    def _from_asked(self, rows: Rows) -> npt.NDArray[np.float32]:
        """(N,) squared distance of each run from the attributes and textures that are asked for."""
        away = np.zeros(len(self.modes), dtype=np.float32)
        bars, asked = len(rows), rows[:, ATTRIBUTES_AT]
        for column in np.flatnonzero(~np.isnan(asked).all(axis=0)):
            gaps = (_unpack(self.attributes[:, :bars, column]) - asked[:, column]) / _ASKED
            away += np.nan_to_num(gaps**2, nan=1.0).mean(axis=1)
        textures = rows[:, _TEXTURE]
        if not np.isnan(textures).all():
            other = (self.textures[:, :bars] != textures) & ~np.isnan(textures)
            away += _OTHER_TEXTURE * other.mean(axis=1, dtype=np.float32)
        return away


def _segments(
    profiles: npt.NDArray[np.float32], borders: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """Cut the bars into runs of at most four, at borders, and wherever the profile jumps."""
    jumps = np.abs(np.diff(profiles, axis=0)).max(axis=1, initial=0.0) > _STEP
    segments: list[tuple[int, int]] = []
    start = 0
    for bar in range(1, len(profiles) + 1):
        if bar == len(profiles) or bar - start == RUN or jumps[bar - 1] or bar in borders:
            segments.append((start, bar))
            start = bar
    return segments


def _pick(distances: npt.NDArray[np.float32], draw: float) -> int:
    """A run among the nearest, by a kernel that is as wide as the nearest are far."""
    nearest = np.argsort(distances, kind="stable")[:_NEAREST]
    gaps = distances[nearest] - distances[nearest[0]]
    weights = np.exp(-0.5 * gaps)
    total = np.cumsum(weights)
    return int(nearest[int(np.searchsorted(total, draw * total[-1], side="right"))])


def _pack(shares: npt.NDArray[np.float32]) -> Bytes:
    levels = np.round(np.clip(np.nan_to_num(shares, nan=0.0), 0, 1) * 254)
    return np.where(np.isnan(shares), _UNKNOWN, levels).astype(np.uint8, order="C")


def _unpack(levels: Bytes) -> npt.NDArray[np.float32]:
    shares = levels.astype(np.float32) / np.float32(254)
    return np.where(levels == _UNKNOWN, np.float32(np.nan), shares)


def _known(classes: Bytes) -> npt.NDArray[np.float32]:
    return np.where(classes == _UNKNOWN, np.nan, classes).astype(np.float32)


def _classes(values: npt.NDArray[np.float32]) -> Bytes:
    return np.where(np.isnan(values), _UNKNOWN, np.nan_to_num(values)).astype(np.uint8, order="C")
