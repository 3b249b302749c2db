"""The notes of a cue, found by time.

Notes lie in buckets of one 4/4 bar, each in all buckets that it sounds in, so that a look-up
costs what it finds and a note that arrives while the engine composes costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.score import Note

BUCKET = 1920
# A foreign file may hold notes of any length; this is more than the longest cue.
_LONGEST = 2_000_000


class NoteIndex:
    """Different notes by time, and their pitch range."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._buckets: dict[int, list[Note]] = {}
        self.all: set[Note] = set()
        self.low = 127
        self.high = 0
        self.end = 0
        self.add(notes)

    @property
    def count(self) -> int:
        return len(self.all)

    def add(self, notes: Iterable[Note]) -> tuple[int, int] | None:
        """Add notes; returns the span of ticks that they cover, or None for no notes."""
        first, last = None, 0
        for note in notes:
            if note in self.all:
                continue
            self.all.add(note)
            for bucket in _buckets(note):
                self._buckets.setdefault(bucket, []).append(note)
            self.low, self.high = min(self.low, note.pitch), max(self.high, note.pitch)
            first = note.onset if first is None else min(first, note.onset)
            last = max(last, _end(note))
        self.end = max(self.end, last)
        return None if first is None else (first, last)

    def remove(self, notes: Iterable[Note]) -> None:
        """Take notes out, those that are there."""
        outermost = False
        for note in notes:
            if note in self.all:
                self.all.discard(note)
                for bucket in _buckets(note):
                    self._buckets[bucket].remove(note)
                outermost |= note.pitch in (self.low, self.high) or _end(note) == self.end
        if outermost:
            self.low = min((note.pitch for note in self.all), default=127)
            self.high = max((note.pitch for note in self.all), default=0)
            self.end = max((_end(note) for note in self.all), default=0)

    def between(self, first: float, last: float) -> Iterator[Note]:
        """The notes that sound somewhere from tick `first` up to, not including, `last`."""
        opening = int(first // BUCKET)
        for bucket in range(opening, int(last // BUCKET) + 1):
            start = bucket * BUCKET if bucket != opening else -_LONGEST
            for note in self._buckets.get(bucket, ()):
                onset = note.onset
                # A note that began in an earlier bucket was found there.
                if start <= onset < last and onset + note.duration > first:
                    yield note

    def at(self, tick: float) -> frozenset[int]:
        """The pitches that sound at a moment."""
        return frozenset(
            note.pitch
            for note in self._buckets.get(int(tick // BUCKET), ())
            if note.onset <= tick < note.end
        )


def spans(notes: Iterable[Note]) -> list[tuple[int, int]]:
    """The stretches of time that notes cover, those that touch or nearly touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((note.onset, _end(note)) for note in notes):
        if found and first <= found[-1][1] + BUCKET:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _end(note: Note) -> int:
    return note.onset + min(max(note.duration, 1), _LONGEST)


def _buckets(note: Note) -> range:
    return range(note.onset // BUCKET, (_end(note) - 1) // BUCKET + 1)
