"""The bridge from a profile to attributes: plans drawn from real music.

A plan says for each bar which attributes music with the wished profile has. A mean over all such
music would be bland and jointly impossible, so runs of four bars are drawn from a bank of real
ones, each with a weight that falls with its distance from the wish. The bank is made from the
training split of a model's own data and lies among its weights; it holds ranks, no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT, Rows
from engine.composing.runs import LOWEST, NEAREST, UNKNOWN, Bytes, MeasuredRuns, pack, pick, unpack
from engine.composing.sampling import uniform
from engine.data.shards import Entry, Shards
from engine.errors import PsychoscoreError
from models.conditioning import ATTRIBUTE_NAMES, FIELD_INDEX

RUN = 4
PREFIX = "plans."
MAXIMUM_RUNS = 100_000
_KEPT_RUNS = 40_000
# Where the mode is free it is trauma's lever: at .5 both are as likely, at .7 minor is 16 times.
_MODE_SLOPE = 14.0
# The log weight of runs that were drawn before, where all is to return; less it where nothing is.
_RETURNING = 6.0
# Profiles this far apart are a step of the lane.
_STEP = 0.25
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


@dataclass(frozen=True, eq=False)
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
        profiles = (stacked[..., PROFILE_AT] - LOWEST) / (1 - LOWEST)
        return cls(
            pack(profiles),
            pack(stacked[..., ATTRIBUTES_AT]),
            _classes(stacked[:, 0, _MODE]),
            _classes(stacked[..., _CHORDS]),
            _classes(stacked[..., _TEXTURE]),
        )

    def _borrowing(self, others: PlanBank) -> PlanBank:
        chords = self.chords.copy()
        for run in np.flatnonzero((chords == UNKNOWN).all(axis=(1, 2))):
            wish = np.full((RUN, len(FIELD_INDEX)), np.nan, dtype=np.float32)
            wish[:, PROFILE_AT] = np.nan_to_num(LOWEST + unpack(self.profiles[run]) * (1 - LOWEST))
            distances = others._measured.distances(wish, np.float32(self.modes[run]))
            chords[run] = others.chords[pick(distances, run % NEAREST / NEAREST)]
        return replace(self, chords=chords)

    def _joined(self, others: PlanBank) -> PlanBank:
        """This bank and those runs of the others that have what it lacks."""
        counts = np.bincount(self.textures[self.textures != UNKNOWN], minlength=UNKNOWN + 1)
        rare = counts < _RARE * max(counts.sum(), 1)
        rare[UNKNOWN] = False
        lacking = rare[others.textures].mean(axis=1) > 0.5
        unknown = (self.profiles == UNKNOWN).mean(axis=(0, 1)) > _SELDOM_KNOWN
        away = (
            np.abs(LOWEST + unpack(others.profiles).mean(axis=1) * (1 - LOWEST)) > _AWAY_FROM_REST
        )
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
        wanted = ((*runs, len(LOWEST)), (*runs, len(ATTRIBUTE_NAMES)), (count,), (*runs, 4), runs)
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
        planned[:, _MODE] = np.where(np.isnan(rows[:, _MODE]), mode, rows[:, _MODE])
        drawn: list[int] = []
        for start, stop in _segments(rows[:, PROFILE_AT], borders):
            here = planned[start, _MODE]
            distances = self._measured.distances(rows[start:stop], here, before)
            # A line is taken up again where its chords and its motion are.
            favour = _RETURNING * float(rows[start:stop, _RETURN].mean())
            run = pick(distances, uniform(seed, take, -2 - start, 0), drawn, favour)
            drawn.append(run)
            length = stop - start
            ranks = unpack(self.attributes[run, :length])
            before = ranks[-1]
            for columns, values in (
                (ATTRIBUTES_AT, ranks),
                (_CHORDS, _known(self.chords[run, :length])),
                (_TEXTURE, _known(self.textures[run, :length])),
            ):
                told = planned[start:stop, columns]
                planned[start:stop, columns] = np.where(np.isnan(told), values, told)
        return planned

    @cached_property
    def _measured(self) -> MeasuredRuns:
        return MeasuredRuns.of(
            self.profiles, self.attributes, self.modes, self.chords, self.textures
        )


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


def _known(classes: Bytes) -> npt.NDArray[np.float32]:
    return np.where(classes == UNKNOWN, np.nan, classes).astype(np.float32)


def _classes(values: npt.NDArray[np.float32]) -> Bytes:
    return np.where(np.isnan(values), UNKNOWN, np.nan_to_num(values)).astype(np.uint8, order="C")
