"""The sustain pedal, by harmony: down while the harmony holds, changed where the bass moves.

A piano without it is a typewriter; pedalling through a change of harmony is mud. The rule reads
the finished notes, so it can be tested, and is drawn again whenever they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.score import TICKS_PER_QUARTER, Control, Note, Score

SUSTAIN = 64
DOWN, UP = 100, 0
# The foot follows the finger: the old harmony is let go as the new one sounds.
LAG = TICKS_PER_QUARTER // 16
# A foot is not quicker than this; where mud comes sooner, the pedal stays up.
SHORTEST = TICKS_PER_QUARTER
CLUSTER = 3


def pedal(score: Score) -> tuple[Control, ...]:
    """Sustain pedal changes for a score, sorted; the last one lets go."""
    if not score.notes:
        return ()
    starts = set(score.starts[:-1])
    strokes: list[list[int]] = []
    bass = -1
    ringing: set[int] = set()
    held: list[Note] = []
    for onset, chord in _chords(score.notes):
        lowest = min(note.pitch for note in chord)
        classes = {note.pitch % 12 for note in chord}
        # Keys that are still down when the foot is pressed ring on under the new pedal.
        held = [note for note in held if note.end > onset + LAG]
        moved = lowest < 60 and lowest % 12 != bass
        muddy = clashes(ringing | classes) >= CLUSTER
        is_up = not strokes or strokes[-1][1] >= 0
        far = not strokes or onset - strokes[-1][0] >= SHORTEST
        if far and (is_up or moved or muddy or onset in starts):
            strokes.append([onset, -1])
            ringing = _classes(held) | classes
        elif muddy and not is_up:
            strokes[-1][1] = onset
        elif not is_up:
            ringing |= classes
        held += chord
        if lowest < 60:
            bass = lowest % 12
    return _controls(strokes, max(note.end for note in score.notes))


def clashes(classes: set[int]) -> int:
    """How many semitones lie among pitch classes that ring together."""
    return sum((each + 1) % 12 in classes for each in classes)


def _classes(notes: Iterable[Note]) -> set[int]:
    return {note.pitch % 12 for note in notes}


def _chords(notes: Iterable[Note]) -> list[tuple[int, list[Note]]]:
    by_onset: dict[int, list[Note]] = {}
    for note in notes:
        by_onset.setdefault(note.onset, []).append(note)
    return sorted(by_onset.items())


def _controls(strokes: Sequence[Sequence[int]], end: int) -> tuple[Control, ...]:
    """Each stroke begins a little after its onset and ends where it was lifted, at the next
    stroke, or with the music."""
    controls: list[Control] = []
    ends = [stroke[0] for stroke in strokes[1:]] + [max(end, strokes[-1][0] + 2 * LAG)]
    for (onset, lifted), following in zip(strokes, ends, strict=True):
        up = following if lifted < 0 else lifted
        if up > onset + LAG:
            controls.append(Control(onset + LAG, SUSTAIN, DOWN))
            controls.append(Control(up, SUSTAIN, UP))
    return tuple(controls)
