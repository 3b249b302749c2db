"""Where phrases begin, read from the notes: after long notes and rests of the upper line.

A small relative of the local boundary model (Cambouropoulos 2001, "The local boundary detection
model", ICMC): a boundary is where the melody waits longest, near a bar line, some four bars on.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from engine.score import Note, Score, Voice

USUAL_BARS = 4
SHORTEST_BARS, LONGEST_BARS = 2, 6


def phrase_starts(score: Score) -> tuple[int, ...]:
    """The tick at which each phrase begins, the first at 0, and the end of the music."""
    starts = score.starts
    bars = len(score.metres)
    line = _upper_line(score.notes)
    found = [0]
    bar = 0
    while bars - bar > LONGEST_BARS:
        bar = _next_bar(line, starts, bar)
        found.append(starts[bar])
    return (*found, starts[-1])


def _upper_line(notes: Sequence[Note]) -> list[int]:
    """The onsets of the melody; of all notes where there is none."""
    melody = sorted({note.onset for note in notes if note.voice is Voice.MELODY})
    return melody or sorted({note.onset for note in notes})


def _next_bar(line: Sequence[int], starts: Sequence[int], bar: int) -> int:
    """The bar, from 0, in which the phrase after the one that begins in `bar` begins."""
    best, strongest = bar + USUAL_BARS, 0.0
    for border in range(bar + SHORTEST_BARS, bar + LONGEST_BARS + 1):
        if len(starts) - 1 - border < SHORTEST_BARS:
            break
        index = bisect.bisect_left(line, starts[border])
        wait = line[index] - line[index - 1] if 0 < index < len(line) else 0
        length = starts[border] - starts[border - 1]
        strength = min(wait / length, 2.0) / (1.0 + abs(border - bar - USUAL_BARS))
        if strength > strongest + 1e-9:
            best, strongest = border, strength
    return min(best, len(starts) - 2)
