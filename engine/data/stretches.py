"""The bars of a file in metres that the token format can write.

Owns what becomes of other metres: bars are taken apart or joined where that keeps every note in
its place, and where it does not, the music before and after them is used, never the bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.measuring.grid import seconds_at
from engine.score import METRES, TICKS_PER_QUARTER, Metre, Score, TempoMap, bar_starts

_STEP = 0.005
_COMPOUND = Metre(9, 8)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars `first` to `last` of the file, from 1, both included, and the metres they become.

    `start` is the tick of the first of them.
    """

    first: int
    last: int
    start: int
    metres: tuple[Metre, ...]


def training_metres(metre: Metre) -> tuple[Metre, ...]:
    """The bars of the token format that fill one bar of this metre; empty where none do."""
    if metre in METRES:
        return (metre,)
    compound = metre.denominator >= 8 and metre.numerator % 3 == 0
    parts = ("12/8", "6/8") if compound else ("4/4", "3/4", "5/4", "2/4")
    for part in map(Metre.parse, parts):
        if metre.ticks % part.ticks == 0:
            return (part,) * (metre.ticks // part.ticks)
    return ()


def in_triplets(score: Score) -> Score:
    """The score with its bars of 9/8 as bars of 3/4 in triplets, which sound the same.

    All notes keep their seconds and, in grid positions, their places in the bar.
    """
    if _COMPOUND not in score.metres:
        return score
    metres = tuple(Metre(3, 4) if metre == _COMPOUND else metre for metre in score.metres)
    old, new = np.array(score.starts), np.array(bar_starts(metres))

    def moved(ticks: Sequence[int]) -> list[int]:
        beyond = np.maximum(np.array(ticks) - old[-1], 0)
        return [int(tick) for tick in np.rint(np.interp(ticks, old, new)) + beyond]

    onsets = moved([note.onset for note in score.notes])
    ends = moved([note.end for note in score.notes])
    notes = tuple(
        replace(note, onset=onset, duration=max(1, end - onset))
        for note, onset, end in zip(score.notes, onsets, ends, strict=True)
    )
    at = sorted({*(tick for tick, _ in score.tempo_map.marks), *old[:-1].tolist()})
    bars = np.searchsorted(old, at, side="right") - 1
    marks = {
        later: score.tempo_map.bpm(tick) * (2 / 3 if _is_compound(score.metres, bar) else 1.0)
        for tick, later, bar in zip(at, moved(at), bars.tolist(), strict=True)
    }
    clamped = tuple((tick, min(max(bpm, 4.0), 1000.0)) for tick, bpm in sorted(marks.items()))
    return replace(score, notes=notes, metres=metres, tempo_map=TempoMap(clamped))


def _is_compound(metres: Sequence[Metre], bar: int) -> bool:
    return 0 <= bar < len(metres) and metres[bar] == _COMPOUND


def find_stretches(metres: Sequence[Metre]) -> tuple[tuple[Stretch, ...], tuple[str, ...]]:
    """The stretches that can be used, and a sentence for each run of bars that cannot."""
    starts = bar_starts(metres)
    found: list[Stretch] = []
    strange: list[str] = []
    bar = 0
    while bar < len(metres):
        metre = metres[bar]
        made, took = training_metres(metre), 1
        if not made and bar + 1 < len(metres) and metres[bar + 1] == metre:
            made, took = _joined(metre), 2
        if not made:
            took = _run(metres, bar)
            strange.append(_sentence(bar + 1, bar + took, metre))
        elif found and found[-1].last == bar:
            before = found[-1]
            found[-1] = Stretch(before.first, bar + took, before.start, before.metres + made)
        else:
            found.append(Stretch(bar + 1, bar + took, starts[bar], made))
        bar += took
    return tuple(found), tuple(strange)


def _joined(metre: Metre) -> tuple[Metre, ...]:
    """The one bar that two of this metre are: of 3/8 one of 6/8, of 5/8 one of 5/4."""
    if metre.numerator > 32:
        return ()
    made = training_metres(Metre(2 * metre.numerator, metre.denominator))
    return made if len(made) == 1 else ()


def _run(metres: Sequence[Metre], bar: int) -> int:
    """How many bars from here on have no way to be written."""
    end = bar + 1
    if _joined(metres[bar]):
        return 1
    while end < len(metres) and metres[end] == metres[bar]:
        end += 1
    return end - bar


def _sentence(first: int, last: int, metre: Metre) -> str:
    bars = f"Bar {first}" if first == last else f"Bars {first} to {last}"
    return f"{bars} ({metre}) cannot be written and {'was' if first == last else 'were'} left out."


def tempo_by_bars(tempo_map: TempoMap, start: int, metres: Sequence[Metre]) -> TempoMap:
    """The tempo map of the bars that begin at tick `start`, one step a bar at most.

    Every bar keeps its length in seconds, to half a percent; a bar that is as fast as the one
    before it has no mark of its own.
    """
    edges = np.array(bar_starts(metres), dtype=np.int64)
    seconds = np.diff(seconds_at(tempo_map, edges + start))
    bpm = np.clip(np.diff(edges) * 60.0 / TICKS_PER_QUARTER / seconds, 4.0, 1000.0)
    marks: list[tuple[int, float]] = []
    for tick, pace in zip(edges[:-1].tolist(), np.round(bpm, 3).tolist(), strict=True):
        if not marks or abs(pace / marks[-1][1] - 1.0) > _STEP:
            marks.append((tick, pace))
    return TempoMap(tuple(marks))
