"""Notes that belong nowhere, and bars that do not end: plain faults of a piece of music.

A stranger is a note outside the local scale and outside the chord it sounds in, that does not go
on by step. It owns these measures alone; what is measured elsewhere is not used to compose.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from engine.measuring.harmony import key_fit
from engine.score import TICKS_PER_QUARTER, Note, Score

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
# Natural minor and its leading note, which its cadences need.
_MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10, 11)
# Triads and sevenths: major, minor, diminished, augmented, dominant, major 7, minor 7, suspended.
_CHORDS = (
    (0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8),
    (0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 5, 7),
)  # fmt: skip
_NEIGHBOURS = (0.5, 1.0, 0.5)
# A tone that is no part of a chord costs it as much as one of its own brings.
_FOREIGN = 1.0
_SPAN = 2 * TICKS_PER_QUARTER
_STEP = 2
# A step that comes later than this is no resolution.
_PATIENCE = 4 * TICKS_PER_QUARTER


def stranger_share(score: Score) -> float:
    """The share of notes that are strangers; 0 where there are no notes."""
    if not score.notes or not score.metres:
        return 0.0
    return float(strangers(score).mean())


def strangers(score: Score) -> Flags:
    """(notes,) whether each note of a score is a stranger."""
    notes = score.notes
    scales = local_scales(score)
    bars = np.searchsorted(score.starts, [note.onset for note in notes], side="right") - 1
    bars = np.clip(bars, 0, len(score.metres) - 1)
    chords = _chords(score)
    later = _followers(notes)
    return np.array(
        [
            not scales[bar, note.pitch % 12]
            and not chords[note.onset // _SPAN][note.pitch % 12]
            and not _resolves(note, later[at])
            for at, (note, bar) in enumerate(zip(notes, bars, strict=True))
        ]
    )


def local_scales(score: Score) -> Flags:
    """(bars, 12) the scale of the key that fits each bar and its neighbours best."""
    edges = np.array(score.starts)
    durations = np.stack([_sounding(score, *each) for each in zip(edges, edges[1:], strict=False)])
    padded = np.pad(durations, ((1, 1), (0, 0)))
    window = sum(weight * padded[at : at + len(durations)] for at, weight in enumerate(_NEIGHBOURS))
    best = key_fit(np.asarray(window)).argmax(axis=1)
    table = np.zeros((24, 12), dtype=np.bool_)
    for tonic in range(12):
        table[tonic, [(tonic + degree) % 12 for degree in _MAJOR_SCALE]] = True
        table[12 + tonic, [(tonic + degree) % 12 for degree in _MINOR_SCALE]] = True
    return np.asarray(table[best])


def _sounding(score: Score, start: int, end: int) -> Floats:
    """(12,) quarters for which each pitch class sounds in a window of ticks."""
    found = np.zeros(12)
    for note in score.notes:
        shared = min(note.end, end) - max(note.onset, start)
        if shared > 0:
            found[note.pitch % 12] += shared / TICKS_PER_QUARTER
    return found


def _chords(score: Score) -> list[Flags]:
    """The tones of the chord that explains each half bar of four quarters best."""
    shapes = np.zeros((12 * len(_CHORDS), 12))
    for index, shape in enumerate(_CHORDS):
        for root in range(12):
            shapes[12 * index + root, [(root + each) % 12 for each in shape]] = 1.0
    last = max(score.end, *(note.onset + 1 for note in score.notes))
    found = []
    for start in range(0, last, _SPAN):
        durations = _sounding(score, start, start + _SPAN)
        inside = shapes @ durations
        # Of two chords that explain as much the smaller is meant.
        fit = inside - _FOREIGN * (durations.sum() - inside) - 0.1 * shapes.sum(axis=1)
        found.append(np.asarray(shapes[int(fit.argmax())] > 0))
    return found


def _followers(notes: tuple[Note, ...]) -> list[list[Note]]:
    """For each note, those of its voice that begin next after it."""
    by_voice: dict[int, dict[int, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for note in notes:
        by_voice[note.voice][note.onset].append(note)
    order = {voice: np.array(sorted(onsets)) for voice, onsets in by_voice.items()}
    later = []
    for note in notes:
        onsets = order[note.voice]
        at = int(np.searchsorted(onsets, note.onset, side="right"))
        later.append(by_voice[note.voice][int(onsets[at])] if at < len(onsets) else [])
    return later


def _resolves(note: Note, later: list[Note]) -> bool:
    return any(
        0 < abs(each.pitch - note.pitch) <= _STEP and each.onset - note.onset <= _PATIENCE
        for each in later
    )


def longest_repeat(score: Score) -> int:
    """How often at most one bar sounds running, literally: the same pitches at the same places.

    Bars in which nothing begins count for nothing.
    """
    longest, current, before = 0, 0, frozenset[tuple[int, int]]()
    for start, notes in zip(score.starts, score.notes_by_bar(), strict=False):
        bar = frozenset((note.onset - start, note.pitch) for note in notes)
        current = current + 1 if bar and bar == before else int(bool(bar))
        before = bar
        longest = max(longest, current)
    return longest
