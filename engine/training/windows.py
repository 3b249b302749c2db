"""Training windows: runs of bars, with conditions dropped and holes cut into them.

A window is packed with documents of one source, as many as it holds: a document is a run of bars
of one piece behind a BOS at a bar line, with dropped conditions of its own. In a share of them a
hole is cut, in one of three forms: whole bars, voices within bars, pitches with their onsets
kept. The hole is shown in place and its content follows after `Fill_Start`, as a decoder will be
asked to write it.

Random numbers come from a generator for each (seed, step, window): a resumed run sees the
windows that an uninterrupted one would have seen, and processes that share a batch draw their
parts of it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.composing.holes import bar_notes, infill_window
from engine.data.shards import Entry, Shards
from engine.errors import PsychoscoreError
from models.conditioning import FIELDS, GROUPS, PROFILE_GROUPS

# Every training batch has this one shape, so that a compiled network is compiled once.
WINDOW_BARS = 128
# What is left of a window is filled up with another document down to this many tokens.
LEAST_ROOM = 64
# A run of at most so many bars is cut out of the music.
HOLE_BARS = 4
_BEGINNINGS = 0.15
_UNSCORED = (v.HOLE_BAR, v.HOLE_PITCH, v.PITCH_FREE, v.FILL_START)
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
class Document:
    """Music that is read by itself: tokens, bar (from 0) and hole index of each (length,); the
    condition row of each bar (bars, fields)."""

    tokens: npt.NDArray[np.int64]
    bars: npt.NDArray[np.int64]
    holes: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of one step: tokens, targets (-100 where nothing is scored), bars, holes, documents
    (batch, length); rows (batch, bars, fields). Documents are numbered from 0 in each window,
    padding being the last; bars count on from one to the next."""

    tokens: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    bars: npt.NDArray[np.int64]
    holes: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float32]
    documents: npt.NDArray[np.int64]

    @property
    def scored(self) -> int:
        """How many tokens are scored."""
        return int((self.targets >= 0).sum())


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


@dataclass(frozen=True, slots=True)
class _Source:
    """Pieces of one kind; `reach` is the share of their tokens up to and with each."""

    pieces: list[tuple[Shards, Entry]]
    reach: npt.NDArray[np.float64]

    @classmethod
    def of(cls, pieces: list[tuple[Shards, Entry]]) -> _Source:
        lengths = np.array([e.token_stop - e.token_start for _, e in pieces], dtype=np.float64)
        reach = lengths.cumsum()
        return cls(pieces, reach / reach[-1])

    def draw(self, rng: np.random.Generator) -> tuple[Shards, Entry]:
        return self.pieces[int(np.searchsorted(self.reach, rng.random(), side="right"))]


class WindowSampler:
    """Draws batches of windows from shards.

    Args:
        shards: one or several data sets.
        weights: share of windows drawn from each source name; sources not named are not drawn.
        shares: share of windows drawn from each of `shards`, instead of `weights`.
        context: tokens of a window, including each BOS.
        infill: share of documents that have a hole.

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
        shares: Sequence[float] = (),
    ) -> None:
        self.context, self.infill, self.dropout, self.seed = context, infill, dropout, seed
        pieces = [(each, entry) for each in shards for entry in each.split("train")]
        pools = (
            [
                (share, [piece for piece in pieces if piece[0] is each])
                for each, share in zip(shards, shares, strict=True)
            ]
            if shares
            else [
                (weight, [piece for piece in pieces if piece[1].source == source])
                for source, weight in weights.items()
            ]
        )
        drawn = [(share, members) for share, members in pools if members and share > 0]
        if not drawn:
            names = ", ".join(name for name, weight in weights.items() if weight > 0)
            raise PsychoscoreError(f"The data has nothing to train on from {names}.")
        self._sources = [_Source.of(members) for _, members in drawn]
        chances = np.array([share for share, _ in drawn])
        self._chances = chances / chances.sum()

    def batch(self, step: int, size: int, first: int = 0) -> Batch:
        """The windows `first` to `first + size - 1` of a step; (seed, step) says what they are."""
        return collate(
            [self._window(step, index) for index in range(first, first + size)],
            self.context,
            WINDOW_BARS,
        )

    def _window(self, step: int, index: int) -> list[Document]:
        rng = np.random.default_rng([self.seed, step, index])
        source = self._sources[int(rng.choice(len(self._sources), p=self._chances))]
        documents: list[Document] = []
        room, bars = self.context, WINDOW_BARS
        while not documents or (room >= LEAST_ROOM and bars):
            documents.append(self._document(source.draw(rng), rng, room, bars))
            room -= len(documents[-1].tokens)
            bars -= len(documents[-1].rows)
        return documents

    def _document(
        self, piece: tuple[Shards, Entry], rng: np.random.Generator, room: int, most_bars: int
    ) -> Document:
        """A run of a piece of at most `room` tokens and `most_bars` bars."""
        shards, entry = piece
        tokens, places, rows = shards.piece(entry)
        starts = np.flatnonzero(tokens == v.BAR)
        # Every take begins with a beginning, which few windows drawn at random would show.
        latest = max(int(np.searchsorted(starts, len(tokens) - room // 2)), 1)
        first = 0 if rng.random() < _BEGINNINGS else int(rng.integers(latest))
        begin = int(starts[first])
        stop = min(begin + room - 1, len(tokens))
        if first + most_bars < len(starts):
            stop = min(stop, int(starts[first + most_bars]))
        run = tokens[begin:stop].astype(np.int64)
        at = places[begin:stop].astype(np.int64) - int(places[begin])
        told = np.asarray(rows[first : first + int(at[-1]) + 1], dtype=np.float32)
        told = drop_conditions(told, rng, self.dropout)
        if rng.random() < self.infill:
            holed = _with_hole(run, told, rng, room)
            if holed is not None:
                return holed
        ended = stop == len(tokens) and len(run) < room - 1
        run = np.concatenate([[v.BOS], run, [v.EOS] if ended else []]).astype(np.int64)
        at = np.concatenate([[0], at, at[-1:] if ended else []]).astype(np.int64)
        return Document(run, at, np.zeros_like(run), told)


def _with_hole(
    run: npt.NDArray[np.int64],
    rows: npt.NDArray[np.float32],
    rng: np.random.Generator,
    room: int,
) -> Document | None:
    """The run with one to four bars cut into; None where no hole with its answer fits."""
    form = str(rng.choice(["bars", "voices", "pitches"], p=[0.4, 0.4, 0.2]))
    starts = np.flatnonzero(run == v.BAR)
    lengths = np.diff(starts, append=len(run))
    whole = max(len(starts) - 1, 1)
    # The marks of a hole: one in each cut bar or one a voice, and those around the answer.
    budget = room - 16
    for count in range(int(rng.integers(1, min(HOLE_BARS, whole) + 1)), 0, -1):
        # The longest bars might be the ones that are written twice.
        needed = lengths.cumsum() + count * np.maximum.accumulate(lengths)
        bars = int(np.searchsorted(needed[:whole], budget, side="right"))
        if bars >= count:
            break
    else:
        return None
    parts = [part.tolist() for part in np.split(run, starts[1:])[:bars]]
    first = int(rng.integers(bars - count + 1))
    cut = parts[first : first + count]
    present = sorted({note[1] for bar in cut for note in bar_notes(bar)})
    if not present:
        form = "bars"
    chosen: frozenset[int] = frozenset()
    if form == "voices":
        size = int(rng.integers(1, max(len(present), 2)))
        chosen = frozenset(map(int, rng.choice(present, size=size, replace=False)))
    tokens, places, holes = infill_window(parts, first, count, form, chosen)
    if len(tokens) > room:
        return None
    return Document(np.array(tokens), np.array(places), np.array(holes), rows[:bars])


def collate(windows: Sequence[Sequence[Document]], length: int, bars: int) -> Batch:
    """Pack the documents of each window and pad to one length and one number of bars."""
    size = len(windows)
    tokens = np.full((size, length), v.PAD, dtype=np.int64)
    places, holes = np.zeros_like(tokens), np.zeros_like(tokens)
    targets = np.full_like(tokens, -100)
    numbers = np.zeros_like(tokens)
    rows = np.full((size, bars, len(FIELDS)), np.nan, dtype=np.float32)
    for i, documents in enumerate(windows):
        at = row = 0
        for number, each in enumerate(documents):
            stop = at + len(each.tokens)
            tokens[i, at:stop], holes[i, at:stop] = each.tokens, each.holes
            places[i, at:stop] = each.bars + row
            targets[i, at : stop - 1] = each.tokens[1:]
            rows[i, row : row + len(each.rows)] = each.rows
            # What comes behind is numbered by the next document, or is padding.
            numbers[i, stop:] = number + 1
            at, row = stop, row + len(each.rows)
    hidden = np.isin(targets, _UNSCORED) | (
        (targets >= v.HOLE_VOICE.start) & (targets < v.HOLE_VOICE.stop)
    )
    targets[hidden] = -100
    return Batch(tokens, targets, places, holes, rows, numbers)
