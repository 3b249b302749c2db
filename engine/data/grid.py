"""Performed notes and the way they are laid onto bars.

A `Performance` holds arrays in seconds, straight from a file. `lay_out` maps them, through
whatever curve of seconds to ticks a source offers, onto the token grid. Knows no file layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import symusic
from numpy.typing import NDArray

from engine.data.piece import POSITION_TICKS
from engine.errors import PsychoscoreError
from engine.midi.overlaps import cut_overlaps
from engine.score import Metre, Note, Voice, bar_starts

Floats = NDArray[np.float64]
_LARGEST_TRACK = 100_000


@dataclass(frozen=True, slots=True)
class Performance:
    """The notes of one track. All arrays have shape (notes,), sorted by onset.

    Args:
        onsets, ends: seconds.
        pitches, velocities: MIDI numbers.
    """

    onsets: Floats
    ends: Floats
    pitches: NDArray[np.int64]
    velocities: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.onsets)


def parse_performances(content: bytes) -> tuple[tuple[str, Performance], ...]:
    """The tracks of a data set's MIDI file with their names, times in seconds.

    Uses symusic, a hundred times faster than pure Python but native code: import of data sets
    runs in a process of its own; a composer's own files come through `engine.midi.file` instead.

    Raises:
        PsychoscoreError: the bytes are no MIDI file that can be read.
    """
    if content[:4] != b"MThd" or len(content) < 22:
        raise PsychoscoreError("It is not a MIDI file.")
    try:
        # The package's own hints call this a bare Score, which has no tracks.
        score: Any = symusic.Score.from_midi(content, ttype="second")
    except Exception as error:  # the native parser raises many types, some of them undocumented
        raise PsychoscoreError(f"The MIDI file cannot be parsed: {error}.") from error
    tracks = []
    for track in score.tracks:
        columns = track.notes.numpy()
        if len(columns["time"]) > _LARGEST_TRACK:
            raise PsychoscoreError(f"A track holds more than {_LARGEST_TRACK:,} notes.")
        onsets = columns["time"].astype(np.float64)
        order = np.lexsort((columns["pitch"], onsets))
        ends = onsets + columns["duration"].astype(np.float64)
        performance = Performance(
            onsets[order],
            ends[order],
            columns["pitch"].astype(np.int64)[order],
            np.clip(columns["velocity"].astype(np.int64)[order], 1, 127),
        )
        tracks.append((str(track.name), performance))
    return tuple(tracks)


def merge(tracks: Sequence[Performance]) -> Performance:
    """All notes of some tracks as one performance.

    Raises:
        PsychoscoreError: there are none.
    """
    onsets = np.concatenate([track.onsets for track in tracks] or [np.zeros(0)])
    if not len(onsets):
        raise PsychoscoreError("It has no notes.")
    pitches = np.concatenate([track.pitches for track in tracks])
    order = np.lexsort((pitches, onsets))
    return Performance(
        onsets[order],
        np.concatenate([track.ends for track in tracks])[order],
        pitches[order],
        np.concatenate([track.velocities for track in tracks])[order],
    )


def snap(ticks: Floats) -> NDArray[np.int64]:
    """Ticks rounded to the nearest grid position."""
    return np.rint(ticks / POSITION_TICKS).astype(np.int64) * POSITION_TICKS


def lay_out(
    performance: Performance, to_ticks: Callable[[Floats], Floats], voice: Voice
) -> tuple[list[Note], Floats]:
    """Notes on the grid, and how far each onset was moved, in ticks.

    Args:
        to_ticks: maps seconds to ticks, rising; NaN drops the note.
        voice: given to all of the notes.
    """
    exact = to_ticks(performance.onsets)
    ends = to_ticks(performance.ends)
    kept = np.isfinite(exact)
    onsets = snap(np.where(kept, exact, 0.0))
    snapped_ends = snap(np.where(np.isfinite(ends), ends, 0.0))
    durations = np.maximum(snapped_ends - onsets, POSITION_TICKS)
    rows = zip(
        onsets.tolist(),
        durations.tolist(),
        performance.pitches.tolist(),
        performance.velocities.tolist(),
        kept.tolist(),
        strict=True,
    )
    notes = [Note(on, dur, pitch, vel, voice) for on, dur, pitch, vel, keep in rows if keep]
    moved: Floats = np.abs(onsets - exact)[kept]
    return notes, moved


def trim(
    notes: Sequence[Note], metres: Sequence[Metre]
) -> tuple[tuple[Note, ...], tuple[Metre, ...], int]:
    """Drop empty bars at both ends, and settle doubled and overhanging notes.

    Returns the notes, the metres, and the ticks that were cut off at the front.

    Raises:
        PsychoscoreError: no note lies inside the bars.
    """
    starts = bar_starts(metres)
    inside = [note for note in notes if 0 <= note.onset < starts[-1]]
    if not inside:
        raise PsychoscoreError("No notes lie inside its bars.")
    first_onset = min(note.onset for note in inside)
    last_end = max(min(note.end, starts[-1]) for note in inside)
    first = int(np.searchsorted(starts, first_onset, side="right")) - 1
    last = int(np.searchsorted(starts, last_end, side="left"))
    shift, end = starts[first], starts[last]
    moved = [
        Note(
            note.onset - shift,
            min(note.end, end) - note.onset,
            note.pitch,
            note.velocity,
            note.voice,
        )
        for note in inside
    ]
    return cut_overlaps(moved), tuple(metres[first:last]), shift
