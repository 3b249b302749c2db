"""A score as arrays: notes, onset groups, top line and a piano roll, cut into bars.

Everything that is measured reads these arrays, so a whole song costs a handful of numpy calls.
Knows nothing of attributes, ranks or profiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.score import TICKS_PER_QUARTER, Score, TempoMap, Voice

FRAME_TICKS = 40
TOGETHER_TICKS = 24
PITCHES = 128

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One melodic line: onset ticks, pitches and the bar of each note."""

    onset: Ints
    pitch: Ints
    bar: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The arrays of one score; N notes sorted by onset, B bars, F frames of 40 ticks.

    Args:
        starts: (B + 1,) tick of each bar line and of the end.
        beat: (B,) ticks of the felt beat.
        seconds: (B,) length of each bar.
        onset, end, pitch, velocity, voice, bar: (N,) the notes that begin inside the bars.
        group: (G,) onset tick of each group of notes struck together, ascending.
        group_of: (N,) the group of each note.
        group_bar: (G,) the bar of each group.
        roll: (F, 128) whether a pitch sounds.
        sounding: (F,) whether anything sounds.
        by_pitch: (B, 128) in how many frames of each bar a pitch sounds.
        frames: (B + 1,) first frame of each bar and the end.
        top: the top line: the melody's notes in bars that have one, elsewhere the skyline.
        in_top: (N,) whether the note belongs to the top line.
    """

    starts: Ints
    beat: Ints
    seconds: Floats
    onset: Ints
    end: Ints
    pitch: Ints
    velocity: Ints
    voice: Ints
    bar: Ints
    group: Ints
    group_of: Ints
    group_bar: Ints
    roll: Flags
    sounding: Flags
    by_pitch: Floats
    frames: Ints
    top: Line
    in_top: Flags

    @property
    def bars(self) -> int:
        return len(self.beat)

    @property
    def quarters(self) -> Floats:
        """(B,) length of each bar in quarter notes."""
        return np.diff(self.starts) / TICKS_PER_QUARTER

    def count(self, bar: Ints) -> Floats:
        """(B,) how often each bar occurs in `bar`."""
        return np.bincount(bar, minlength=self.bars).astype(np.float64)

    def total(self, bar: Ints, values: Floats) -> Floats:
        """(B,) the sum of `values` over the entries of each bar."""
        return np.bincount(bar, values, minlength=self.bars).astype(np.float64)

    def mean(self, bar: Ints, values: Floats) -> Floats:
        """(B,) the mean of `values` over the entries of each bar, NaN where there are none."""
        return ratio(self.total(bar, values), self.count(bar))

    def per_bar(self, frames: NDArray[Any]) -> Floats:
        """(B, ...) the sum over the frames of each bar of an array (F, ...)."""
        return _per_bar(frames, self.frames)


def _per_bar(values: NDArray[Any], frames: Ints) -> Floats:
    # Told its type the sum is buffered; a converted copy of a long roll would fill the memory.
    kind = np.int64 if values.dtype.kind in "bui" else np.float64
    sums = np.add.reduceat(values, frames[:-1], axis=0, dtype=kind)
    return np.asarray(sums, dtype=np.float64)


def _by_pitch(roll: Flags, frames: Ints) -> Floats:
    if int(np.diff(frames).max()) > 255:
        return _per_bar(roll, frames)
    # Sums of bytes need no conversion, which is most of the time.
    sums = np.add.reduceat(roll.view(np.uint8), frames[:-1], axis=0, dtype=np.uint8)
    return np.asarray(sums, dtype=np.float64)


def ratio(above: Floats, below: Floats) -> Floats:
    """`above / below`, NaN where `below` is 0."""
    shape = np.broadcast(above, below).shape
    return np.asarray(np.divide(above, below, out=np.full(shape, np.nan), where=below > 0))


def seconds_at(tempo_map: TempoMap, ticks: Ints) -> Floats:
    """Seconds from the first bar line to each of `ticks` (none negative)."""
    marks = np.array([tick for tick, _ in tempo_map.marks], dtype=np.float64)
    pace = np.array([60.0 / (bpm * TICKS_PER_QUARTER) for _, bpm in tempo_map.marks])
    reached = np.concatenate([[0.0], np.cumsum(np.diff(marks) * pace[:-1])])
    index = np.searchsorted(marks, ticks, side="right") - 1
    result: Floats = reached[index] + (ticks - marks[index]) * pace[index]
    return result


def grid(score: Score) -> Grid:
    """Lay a score out as arrays. A score without bars has no grid.

    Raises:
        ValueError: the score has no bars.
    """
    if not score.metres:
        raise ValueError("a score without bars cannot be measured")
    starts = np.array(score.starts, dtype=np.int64)
    columns = np.array(
        [x for n in score.notes for x in (n.onset, n.end, n.pitch, n.velocity, n.voice)],
        dtype=np.int64,
    ).reshape(-1, 5)
    columns = columns[(columns[:, 0] >= 0) & (columns[:, 0] < starts[-1])]
    columns = columns[np.lexsort((columns[:, 2], columns[:, 0]))]
    onset, end, pitch, velocity, voice = columns.T
    bar = np.searchsorted(starts, onset, side="right") - 1
    fresh = np.diff(onset, prepend=-10 * TICKS_PER_QUARTER) > TOGETHER_TICKS
    group_of = np.cumsum(fresh) - 1
    frames = starts // FRAME_TICKS
    roll = _roll(onset, end, pitch, int(frames[-1]))
    in_top = _top_line(onset, pitch, voice, bar, fresh, group_of, roll)
    return Grid(
        starts=starts,
        beat=np.array([metre.beat_ticks for metre in score.metres], dtype=np.int64),
        seconds=np.diff(seconds_at(score.tempo_map, starts)),
        onset=onset,
        end=end,
        pitch=pitch,
        velocity=velocity,
        voice=voice,
        bar=bar,
        group=onset[fresh],
        group_of=group_of,
        group_bar=bar[fresh],
        roll=roll,
        sounding=np.asarray(roll.view(np.uint64).any(axis=1)),
        by_pitch=_by_pitch(roll, frames),
        frames=frames,
        top=Line(onset[in_top], pitch[in_top], bar[in_top]),
        in_top=in_top,
    )


def _roll(onset: Ints, end: Ints, pitch: Ints, frames: int) -> Flags:
    """(F, 128) the piano roll; every note lasts at least one frame."""
    roll = np.zeros((frames, PITCHES), dtype=np.bool_)
    first = np.minimum(onset // FRAME_TICKS, frames - 1)
    last = np.clip((end + FRAME_TICKS // 2) // FRAME_TICKS, first + 1, frames)
    # Faster than sums of changes, for a roll is nearly empty.
    for start, stop, key in zip(first.tolist(), last.tolist(), pitch.tolist(), strict=True):
        roll[start:stop, key] = True
    return roll


def _top_line(
    onset: Ints, pitch: Ints, voice: Ints, bar: Ints, fresh: Flags, group_of: Ints, roll: Flags
) -> Flags:
    """(N,) the highest melody note of each group; where a bar has no melody, its skyline.

    A note is under the skyline when a higher one still sounds a sixteenth after it began: played
    music overlaps a little, and that must not hide a falling step.
    """
    if not len(onset):
        return np.zeros(0, dtype=np.bool_)
    melodic = voice == Voice.MELODY
    has_melody = np.zeros(int(bar[-1]) + 1, dtype=np.bool_)
    has_melody[bar[melodic]] = True
    look = np.minimum(onset // FRAME_TICKS + 3, len(roll) - 1)
    # From the top downwards the first sounding pitch is the highest; 0 where all is silent.
    then = roll[look]
    highest = np.where(then.any(axis=1), PITCHES - 1 - np.argmax(then[:, ::-1], axis=1), 0)
    candidate = np.where(has_melody[bar], melodic, pitch >= highest)
    best = np.full(int(group_of[-1]) + 1, -1, dtype=np.int64)
    np.maximum.at(best, group_of, np.where(candidate, pitch, -1))
    chosen = candidate & (pitch == best[group_of])
    # Two notes of one pitch in one group are one note of the line.
    _, first = np.unique(np.where(chosen, group_of, -1), return_index=True)
    single = np.zeros(len(onset), dtype=np.bool_)
    single[first] = True
    result: Flags = chosen & single
    return result
