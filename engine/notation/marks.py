"""What stands over and under the notes: tempo, dynamics, pedal, chord names.

Each mark is a value at a unit of the music. It knows no XML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.notation.layers import WrittenBar
from engine.notation.values import UNIT_TICKS
from engine.score import TICKS_PER_QUARTER, Chord, Control, Note, TempoMap

SUSTAIN = 64
# Mean velocities from which a bar is so loud.
_LEVELS = ((0, "pp"), (38, "p"), (52, "mp"), (66, "mf"), (82, "f"), (100, "ff"))
# A bar must go so far beyond a level before another is written.
_SLACK = 4
# Steps of tempo nearer than this belong to one glide.
_GLIDE = 2 * TICKS_PER_QUARTER
_SAME = 0.005
# Pedals are read on eighths of a beat: the foot that follows the finger is written with it.
_FOOT = 120


@dataclass(frozen=True, slots=True)
class TempoAt:
    """A tempo in quarter notes a minute; within a glide only its ends are printed.

    `words` say where it goes from here: `rit.`, `accel.`, or nothing.
    """

    unit: int
    bpm: float
    printed: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class DynamicAt:
    """A dynamic from `pp` to `ff`, with the velocity that it stands for."""

    unit: int
    name: str
    velocity: int


@dataclass(frozen=True, slots=True)
class PedalAt:
    """The sustain pedal: `start`, `stop`, or `change`, up and down again."""

    unit: int
    kind: str


@dataclass(frozen=True, slots=True)
class ChordAt:
    """A chord name from a unit on; its root is None where no chord sounds."""

    unit: int
    chord: Chord


Mark = TempoAt | DynamicAt | PedalAt | ChordAt


def tempo_marks(tempo: TempoMap, start: int, end: int) -> tuple[TempoAt, ...]:
    """The tempi that begin before tick `end`; the first one stands at unit `start`."""
    steps = [(tick, bpm) for tick, bpm in tempo.marks if tick < end or not tick]
    joined = [later[0] - before[0] < _GLIDE for before, later in pairwise(steps)]
    found: list[TempoAt] = []
    for index, (tick, bpm) in enumerate(steps):
        unit = round(tick / UNIT_TICKS) if found else start
        begins = index < len(joined) and joined[index] and not (index and joined[index - 1])
        following = joined[index] if index < len(joined) else end - tick < _GLIDE
        inside = index > 0 and joined[index - 1] and following
        words = ""
        if begins:
            words = "rit." if steps[index + 1][1] < bpm else "accel."
        same = bool(found) and abs(found[-1].bpm - bpm) < _SAME
        found.append(TempoAt(unit, bpm, not inside and not same, words))
    return tuple(found)


def dynamic_marks(bars: Sequence[WrittenBar], notes: Sequence[Note]) -> tuple[DynamicAt, ...]:
    """A dynamic at the first bar with notes, and wherever the bars grow louder or softer."""
    found: list[DynamicAt] = []
    for bar in bars:
        heard = [note.velocity for note in notes if bar.start <= note.onset / UNIT_TICKS < bar.end]
        if not heard:
            continue
        mean = sum(heard) / len(heard)
        if found and _within(mean, found[-1].name):
            continue
        name = next(name for low, name in reversed(_LEVELS) if mean >= low)
        found.append(DynamicAt(bar.start, name, round(mean)))
    return tuple(found)


def _within(mean: float, name: str) -> bool:
    names = [each for _, each in _LEVELS]
    index = names.index(name)
    high = _LEVELS[index + 1][0] if index + 1 < len(_LEVELS) else 128
    return _LEVELS[index][0] - _SLACK <= mean < high + _SLACK


def pedal_marks(controls: Sequence[Control], end: int) -> tuple[PedalAt, ...]:
    """The strokes of the sustain pedal, as far as tick `end`, where the last is lifted."""
    strokes: list[list[int]] = []
    for control in sorted(controls):
        if control.controller != SUSTAIN:
            continue
        at = min(round((control.onset - 1) / _FOOT) * _FOOT, end)
        down = bool(strokes) and len(strokes[-1]) == 1
        if control.value >= 64 and not down and at < end:
            strokes.append([at])
        elif control.value < 64 and down:
            strokes[-1].append(at)
    found: list[PedalAt] = []
    for stroke in strokes:
        start, stop = stroke[0], stroke[1] if len(stroke) > 1 else end
        if stop <= start:
            continue
        if found and found[-1].kind == "stop" and found[-1].unit == start // UNIT_TICKS:
            found[-1] = PedalAt(start // UNIT_TICKS, "change")
        else:
            found.append(PedalAt(start // UNIT_TICKS, "start"))
        found.append(PedalAt(stop // UNIT_TICKS, "stop"))
    return tuple(found)


def chord_marks(chords: Sequence[Chord]) -> tuple[ChordAt, ...]:
    """The chords by their places; repetitions are left out."""
    found: list[ChordAt] = []
    for chord in chords:
        same = found and (found[-1].chord.root, found[-1].chord.quality) == (
            chord.root,
            chord.quality,
        )
        if not same:
            found.append(ChordAt(round(chord.start / UNIT_TICKS), chord))
    return tuple(found)
