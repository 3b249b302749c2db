"""What two hands can hold on a piano: five notes and a tenth each."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.score import Note

FINGERS = 5
TENTH = 16
"""Semitones of a major tenth."""


def playable(pitches: Collection[int]) -> bool:
    """Whether two hands can hold these keys: the lower ones the left, the others the right."""
    keys = sorted(set(pitches))
    count = len(keys)
    for left in range(max(0, count - FINGERS), min(FINGERS, count) + 1):
        low, high = keys[:left], keys[left:]
        if (not low or low[-1] - low[0] <= TENTH) and (not high or high[-1] - high[0] <= TENTH):
            return True
    return False


def unplayable(notes: Iterable[Note]) -> frozenset[Note]:
    """The notes that are struck while two hands cannot hold all that sounds then."""
    ordered = sorted(notes)
    found: set[Note] = set()
    held: list[Note] = []
    index = 0
    while index < len(ordered):
        onset = ordered[index].onset
        struck = []
        while index < len(ordered) and ordered[index].onset == onset:
            struck.append(ordered[index])
            index += 1
        held = [note for note in held if note.end > onset] + struck
        if not playable([note.pitch for note in held]):
            found.update(struck)
    return frozenset(found)
