"""Bars that are held: a region of what was just played comes again until it is let go.

A loop is heard as one where what rings over its end was meant for other music, and where every
stroke is the same. So what rings on into the beginning is cut there unless the beginning has its
note as well, and velocities differ a little from pass to pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.composing.sampling import uniform
from engine.score import Note

LIVELINESS = 4
"""Velocities of a repeated bar lie within so many of what they were."""


class Hold:
    """Which bar comes next while some are held.

    Args:
        first, last: the region, bars from 0, both included.
    """

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self._next = first

    @property
    def bars(self) -> int:
        return self.last - self.first + 1

    def advance(self) -> int:
        """The bar, from 0, that is repeated now."""
        bar = self._next
        self._next = bar + 1 if bar < self.last else self.first
        return bar


def repeated(
    notes: Sequence[Note],
    start: int,
    end: int,
    place: int,
    opening: Sequence[Note] | None,
    seed: int,
    velocity_range: tuple[int, int] = (1, 127),
) -> tuple[Note, ...]:
    """The notes of a bar once more, elsewhere.

    Args:
        notes: those that begin in the bar.
        start, end: its ticks.
        place: the tick where it comes again.
        opening: of the last bar of a region, the notes of the first bar, which follows; None
            elsewhere.
        seed: another for each repetition.
        velocity_range: notes are played within it.
    """
    low, high = velocity_range
    classes = None if opening is None else {note.pitch % 12 for note in opening}
    made = []
    for index, note in enumerate(notes):
        clashes = classes is not None and note.pitch % 12 not in classes
        last = min(note.end, end) if clashes else note.end
        change = round(LIVELINESS * (2 * uniform(seed, 0, -1, index) - 1))
        made.append(
            replace(
                note,
                onset=note.onset - start + place,
                duration=max(last - note.onset, 1),
                velocity=min(max(note.velocity + change, low), high),
            )
        )
    return tuple(made)
