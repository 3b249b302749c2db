"""A performance laid on the bars that are found for it, and how the player departed from them.

Owns the way from beats to bars of the token format with a tempo step each, and the measure of
what was moved. Knows performances; knows no archives and no files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.beatmap import BeatMap
from engine.data.beats.find import Beats, find_beats
from engine.data.beats.learned import Learned
from engine.data.grid import Floats, Performance, lay_out, trim
from engine.data.piece import Mood, Piece, Source, Split
from engine.measuring.grid import seconds_at
from engine.measuring.keys import find_key
from engine.score import (
    TICKS_PER_QUARTER,
    Metre,
    Note,
    Score,
    TempoMap,
    Voice,
    assign_voices,
    bar_starts,
)

# Beats and bars count as found from this confidence on, else they are provisional.
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Laid:
    """A performance on bars of its own.

    Args:
        notes: on the token grid, with voices, sorted as in a score.
        metres: one for each bar.
        tempo_map: a step a bar, so that bars last as long as they did.
        tempo: mean quarter notes per minute.
        deviations: of each note, the milliseconds by which its onset lay after the place that
            notes and tempo map now give it (negative: before), shape (notes,), float32.
        moved_ms: mean of their sizes.
        dropped: notes that found no place, or that fell on another of their pitch.
        confidence: chance in [0, 1] that beats and bars are the composer's.
    """

    notes: tuple[Note, ...]
    metres: tuple[Metre, ...]
    tempo_map: TempoMap
    tempo: float
    deviations: NDArray[np.float32]
    moved_ms: float
    dropped: int
    confidence: float

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE

    def piece(
        self, id: str, song: str, source: Source, split: Split, quadrant: Mood | None = None
    ) -> Piece:
        """It as a piece of training music, in the key that is found in it."""
        return Piece(
            id=id,
            song=song,
            source=source,
            score=Score(self.notes, self.metres, self.tempo_map, find_key(self.notes)),
            quadrant=quadrant,
            split=split,
            tempo=self.tempo,
            provisional=not self.sure,
            moved_ms=self.moved_ms,
            dropped=self.dropped,
            deviations=tuple(self.deviations.tolist()),
        )


def lay_on_found_beats(performance: Performance, learned: Learned | None = None) -> Laid:
    """Find beats and bars for a performance and lay it on them.

    Args:
        learned: the finder's weights, the shipped ones by default.

    Raises:
        PsychoscoreError: it has too few onsets to find beats in.
    """
    beats = find_beats(
        performance.onsets,
        performance.pitches,
        performance.velocities,
        performance.ends - performance.onsets,
        learned,
    )
    bars = bars_of(beats, float(performance.onsets.min()), float(performance.onsets.max()))
    raw, _ = lay_out(performance, bars.ticks, Voice.ACCOMPANIMENT)
    kept, metres, shift = trim(raw, bars.metres)
    notes = assign_voices(kept)
    starts = np.array(bar_starts(metres), dtype=np.float64)
    lines = np.interp(starts + shift, bars.positions, bars.times)
    tempo_map = _tempo_map(starts, lines)
    played = _played(performance, raw, bars, shift)
    due = lines[0] + seconds_at(tempo_map, np.array([note.onset for note in notes]))
    late = np.array([played[note.onset, note.pitch] for note in notes]) - due
    deviations = (late * 1000.0).astype(np.float32)
    return Laid(
        notes=notes,
        metres=metres,
        tempo_map=tempo_map,
        tempo=float(60.0 * starts[-1] / TICKS_PER_QUARTER / (lines[-1] - lines[0])),
        deviations=deviations,
        moved_ms=float(np.abs(deviations).mean()),
        dropped=len(performance) - len(notes),
        confidence=beats.confidence,
    )


def bars_of(beats: Beats, first: float, last: float) -> BeatMap:
    """Whole bars over all onsets from `first` to `last` (seconds), the tempo carried on at both
    ends; a bar that lacks beats gets the metre it has, a single beat joins the bar before."""
    unit = beats.metre.beat_ticks
    length = beats.metre.ticks // unit
    firsts = np.flatnonzero(beats.downbeats)
    head_step = float(np.median(np.diff(beats.times[:5])))
    tail_step = float(np.median(np.diff(beats.times[-5:])))
    early = (beats.times[firsts[0]] - first) / head_step - 1 / 24
    whole = max(int(np.ceil(early / length)), -(-int(firsts[0]) // length))
    before = whole * length - int(firsts[0])
    late = max(0.0, (last - beats.times[-1]) / tail_step)
    after = length * (2 + int(np.ceil(late / length)))
    head = beats.times[0] - head_step * np.arange(before, 0, -1)
    tail = beats.times[-1] + tail_step * np.arange(1, after + 1)
    times = np.concatenate([head, beats.times, tail])
    shifted = firsts + before
    lines = [*range(0, int(shifted[0]), length), *shifted.tolist()]
    lines += range(lines[-1] + length, len(times), length)
    lines = _joined(lines)
    times = times[lines[0] : lines[-1] + 1]
    metres = tuple(_metre(count, beats.metre) for count in np.diff(lines).tolist())
    positions = unit * np.arange(len(times), dtype=np.float64)
    tempo = 60.0 * unit / TICKS_PER_QUARTER / float(np.median(np.diff(times)))
    return BeatMap(times, positions, (False,) * (len(times) - 1), metres, tempo)


def _joined(lines: list[int]) -> list[int]:
    """Bar lines without those that begin a bar of one beat."""
    kept = lines[:1]
    for line, after in zip(lines[1:], [*lines[2:], lines[-1] + 2], strict=True):
        if after - line > 1:
            kept.append(line)
    return kept


def _metre(count: int, usual: Metre) -> Metre:
    """The metre of a bar of so many beats of the usual kind."""
    return Metre(count * 3, 8) if usual.denominator == 8 else Metre(count, 4)


def _tempo_map(starts: Floats, lines: Floats) -> TempoMap:
    """A step at each bar line, from ticks and seconds of the bar lines."""
    quarters = np.diff(starts) / TICKS_PER_QUARTER
    paces = np.round(60.0 * quarters / np.diff(lines), 3)
    marks = [(int(tick), float(bpm)) for tick, bpm in zip(starts[:-1], paces, strict=True)]
    kept = marks[:1] + [
        mark for before, mark in zip(marks, marks[1:], strict=False) if mark[1] != before[1]
    ]
    return TempoMap(tuple(kept))


def _played(
    performance: Performance, raw: list[Note], bars: BeatMap, shift: int
) -> dict[tuple[int, int], float]:
    """Seconds of the first note that was laid on each tick and pitch."""
    kept = np.isfinite(bars.ticks(performance.onsets))
    found: dict[tuple[int, int], float] = {}
    for note, onset in zip(raw, performance.onsets[kept].tolist(), strict=True):
        found.setdefault((note.onset - shift, note.pitch), onset)
    return found
