"""The sustain pedal, by harmony: down while the harmony holds, changed where the bass moves.

A piano without it is a typewriter; pedalling through a change of harmony is mud. The rule reads
the finished notes, so it can be tested, and is drawn again whenever they change.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.score import TICKS_PER_QUARTER, Control, Note, Score

SUSTAIN = 64
DOWN, UP = 100, 0
# The foot follows the finger: the old harmony is let go as the new one sounds.
_LAG = TICKS_PER_QUARTER // 16
_SHORTEST = TICKS_PER_QUARTER
_CLUSTER = 3


def pedal(score: Score) -> tuple[Control, ...]:
    """Sustain pedal changes for a score, sorted; the last one lets go."""
    if not score.notes:
        return ()
    starts = set(score.starts[:-1])
    changes: list[int] = []
    bass = -1
    sounding: set[int] = set()
    by_onset: dict[int, list[Note]] = {}
    for note in score.notes:
        by_onset.setdefault(note.onset, []).append(note)
    for onset, chord in sorted(by_onset.items()):
        lowest = min(note.pitch for note in chord)
        classes = {note.pitch % 12 for note in chord}
        moved = lowest < 60 and lowest % 12 != bass
        muddy = _clashes(sounding | classes) >= _CLUSTER
        far = not changes or onset - changes[-1] >= _SHORTEST
        if far and (moved or muddy or onset in starts):
            changes.append(onset)
            sounding = set(classes)
        else:
            sounding |= classes
        if lowest < 60:
            bass = lowest % 12
    return _controls(changes, max(note.end for note in score.notes))


def _clashes(classes: set[int]) -> int:
    """How many semitones lie among the pitch classes that ring together."""
    return sum((each + 1) % 12 in classes for each in classes)


def _controls(changes: Sequence[int], end: int) -> tuple[Control, ...]:
    controls: list[Control] = []
    for index, tick in enumerate(changes):
        if index:
            controls.append(Control(tick, SUSTAIN, UP))
        controls.append(Control(tick + _LAG, SUSTAIN, DOWN))
    controls.append(Control(max(end, changes[-1] + 2 * _LAG), SUSTAIN, UP))
    return tuple(controls)
