"""Training windows: runs of bars, with conditions dropped and holes cut into them.

A window always begins with BOS at a bar line. In a share of them a hole is cut, in one of three
forms: whole bars, voices within bars, pitches with their onsets kept. The hole is shown in
place and its content follows after `Fill_Start`, as a decoder will be asked to write it.

Random numbers come from a generator for each (seed, step), so a resumed run sees the windows
that an uninterrupted one would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.composing.holes import Tokens, bar_notes, infill_window, split_bars
from engine.data.shards import Entry, Shards
from engine.errors import PsychoscoreError
from models.conditioning import FIELDS, GROUPS, PROFILE_GROUPS

Window = tuple[Tokens, list[int], list[int], npt.NDArray[np.float32]]
# Every training batch has this one shape, so that a compiled network is compiled once.
WINDOW_BARS = 128
_GROUP_COLUMNS = {
    group: [i for i, each in enumerate(FIELDS) if each.group == group] for group in GROUPS
}
_STRUCTURE = ("tempo", "metre", "place", "mode", "source")


@dataclass(frozen=True, slots=True)
class Dropout:
    """How often conditions are left free in training."""

    everything: float = 0.08
    wishes: float = 0.08
    profile_dimension: float = 0.15
    attributes: float = 0.5
    single_attribute: float = 0.4
    structure: float = 0.08
    chords: float = 0.7
    mode: float = 0.4
    texture: float = 0.5
    source: float = 0.3
    label_noise: float = 0.05


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of one step: tokens, targets (-100 where nothing is scored), bars, holes (batch,
    length); rows (batch, bars, fields)."""

    tokens: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    bars: npt.NDArray[np.int64]
    holes: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float32]


def drop_conditions(
    rows: npt.NDArray[np.float32], rng: np.random.Generator, dropout: Dropout
) -> npt.NDArray[np.float32]:
    """A copy of the rows with conditions left free at random, the same for all its bars."""
    rows = rows.copy()
    choice = rng.random()
    if choice < dropout.everything:
        rows[:] = np.nan
        return rows
    noise = rng.normal(0, dropout.label_noise, 4).astype(np.float32)
    low = np.array([0, 0, -1, -1], dtype=np.float32)
    rows[:, :4] = np.clip(rows[:, :4] + noise * (1 - low), low, 1)
    wishes_free = choice < dropout.everything + dropout.wishes
    for group, columns in _GROUP_COLUMNS.items():
        if group in PROFILE_GROUPS:
            free = wishes_free or rng.random() < dropout.profile_dimension
        elif group == "attributes":
            whole = wishes_free or rng.random() < dropout.attributes
            for column in columns:
                if whole or rng.random() < dropout.single_attribute:
                    rows[:, column] = np.nan
            continue
        elif group in _STRUCTURE:
            rate = dropout.mode if group == "mode" else dropout.structure
            free = rng.random() < (dropout.source if group == "source" else rate)
        else:
            rate = dropout.chords if group == "chords" else dropout.texture
            free = wishes_free or rng.random() < rate
        if free:
            rows[:, columns] = np.nan
    return rows


class WindowSampler:
    """Draws batches of windows from shards.

    Args:
        shards: one or several data sets.
        weights: share of windows drawn from each source name; sources not named are not drawn.
        context: tokens of a window, including BOS.
        infill: share of windows that have a hole.

    Raises:
        PsychoscoreError: none of the sources has music to train on.
    """

    def __init__(
        self,
        shards: list[Shards],
        weights: dict[str, float],
        *,
        context: int,
        infill: float,
        dropout: Dropout,
        seed: int,
    ) -> None:
        self.context, self.infill, self.dropout, self.seed = context, infill, dropout, seed
        self._pieces: list[tuple[Shards, Entry]] = []
        chances: list[float] = []
        for source, weight in weights.items():
            members = [(s, e) for s in shards for e in s.split("train") if e.source == source]
            lengths = np.array([e.token_stop - e.token_start for _, e in members], dtype=float)
            if members and weight > 0:
                self._pieces += members
                chances += list(weight * lengths / lengths.sum())
        if not chances:
            names = ", ".join(name for name, weight in weights.items() if weight > 0)
            raise PsychoscoreError(f"The data has nothing to train on from {names}.")
        self._chances = np.array(chances) / sum(chances)

    def batch(self, step: int, size: int) -> Batch:
        """The batch of a step; the same (seed, step) gives the same batch."""
        rng = np.random.default_rng([self.seed, step])
        picks = rng.choice(len(self._pieces), size=size, p=self._chances)
        windows = [self._window(self._pieces[pick], rng) for pick in picks]
        return collate(windows, self.context, WINDOW_BARS)

    def _window(self, piece: tuple[Shards, Entry], rng: np.random.Generator) -> Window:
        shards, entry = piece
        tokens, bars, rows = shards.piece(entry)
        starts = np.flatnonzero(tokens == v.BAR)
        # Every take begins with a beginning, which few windows drawn at random would show.
        latest = max(int(np.searchsorted(starts, len(tokens) - self.context // 2)), 1)
        first = 0 if rng.random() < 0.15 else int(rng.integers(latest))
        stop = starts[first] + self.context - 1
        if first + WINDOW_BARS < len(starts):
            stop = min(stop, starts[first + WINDOW_BARS])
        run = tokens[starts[first] : stop]
        window = [int(token) for token in run]
        places = [int(bar) - int(bars[starts[first]]) for bar in bars[starts[first] :][: len(run)]]
        row_run = rows[first : first + places[-1] + 1]
        dropped = drop_conditions(np.asarray(row_run, dtype=np.float32), rng, self.dropout)
        if rng.random() < self.infill:
            tokens_shown, shown, holes = self._with_hole(window, rng)
            return tokens_shown, shown, holes, dropped
        if starts[first] + len(run) == len(tokens) and len(window) < self.context - 1:
            window, places = [*window, v.EOS], [*places, places[-1]]
        return [v.BOS, *window], [0, *places], [0] * (len(window) + 1), dropped

    def _with_hole(
        self, window: Tokens, rng: np.random.Generator
    ) -> tuple[Tokens, list[int], list[int]]:
        form = str(rng.choice(["bars", "voices", "pitches"], p=[0.4, 0.4, 0.2]))
        parts = split_bars(window)
        if len(parts) > 1:
            parts = parts[:-1]
        count = int(rng.integers(1, min(4, len(parts)) + 1))
        budget = self.context - 16
        while len(parts) > count and sum(map(len, parts)) + max(map(len, parts)) * count > budget:
            parts.pop()
        first = int(rng.integers(len(parts) - count + 1))
        present = sorted({n[1] for bar in parts[first : first + count] for n in bar_notes(bar)})
        if not present:
            form = "bars"
        chosen: frozenset[int] = frozenset()
        if form == "voices":
            size = rng.integers(1, max(len(present), 2))
            chosen = frozenset(map(int, rng.choice(present, size=size, replace=False)))
        hole = infill_window(parts, first, count, form, chosen)
        tokens, places, holes = (run[: self.context] for run in hole)
        return tokens, places, holes


def collate(windows: list[Window], length: int, bars: int) -> Batch:
    """Pad windows to one length and one number of bars; padding is not scored."""
    size = len(windows)
    tokens = np.full((size, length), v.PAD, dtype=np.int64)
    places = np.zeros((size, length), dtype=np.int64)
    holes = np.zeros((size, length), dtype=np.int64)
    targets = np.full((size, length), -100, dtype=np.int64)
    rows = np.full((size, bars, len(FIELDS)), np.nan, dtype=np.float32)
    for i, (run, bar, hole, row) in enumerate(windows):
        count = len(run)
        tokens[i, :count], places[i, :count], holes[i, :count] = run, bar, hole
        targets[i, : count - 1] = run[1:]
        rows[i, : len(row)] = row
    hidden = np.isin(targets, (v.HOLE_BAR, v.HOLE_PITCH, v.PITCH_FREE, v.FILL_START)) | (
        (targets >= v.HOLE_VOICE.start) & (targets < v.HOLE_VOICE.stop)
    )
    targets[hidden] = -100
    return Batch(tokens, targets, places, holes, rows)
