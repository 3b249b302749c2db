"""How loud each note of a performance is: metre, height, length and place in the phrase.

The mean of a bar stays nearly what it was; only the arch of the phrase moves it.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Collection, Sequence

from engine.performance.noise import Noise
from engine.performance.phrases import phrase_starts
from engine.score import TICKS_PER_QUARTER, Note, Score

# Velocities at an amount of 1.
METRE = 9.0
HEIGHT = 0.3
HIGHEST = 7.0
SHORT = 5.0
ARCH = 10.0
DRIFT, NOTE = 5.0, 3.0
_DRIFT, _NOTE = 60, 64


class Accents:
    """The velocities of one performance; arguments as those of `perform`."""

    def __init__(
        self,
        score: Score,
        amount: float,
        noise: Noise,
        fixed: Collection[int] = (),
        phrases: Sequence[int] = (),
    ) -> None:
        self._score, self._amount, self._noise = score, amount, noise
        self._fixed = frozenset(fixed)
        self._starts = score.starts
        self._phrases = tuple(phrases) or phrase_starts(score)
        self._bars: defaultdict[int, list[Note]] = defaultdict(list)
        for note in score.notes:
            self._bars[self._bar(note.onset)].append(note)
        self._middles = {
            bar: (
                sum(note.pitch for note in notes) / len(notes),
                sum(math.log2(note.duration) for note in notes) / len(notes),
            )
            for bar, notes in self._bars.items()
        }
        self._reliefs = {note: self._relief(note) for note in score.notes}
        self._levels = {bar: self._level(notes) for bar, notes in self._bars.items()}

    def velocity(self, note: Note) -> int:
        """The velocity that a note is played with, 1 to 127."""
        if note.onset in self._fixed:
            return note.velocity
        relief = self._reliefs[note] - self._levels[self._bar(note.onset)]
        change = self._amount * (relief + self._arch(note.onset))
        return min(max(round(note.velocity + change), 1), 127)

    def _bar(self, tick: int) -> int:
        return min(max(bisect.bisect_right(self._starts, tick) - 1, 0), len(self._starts) - 2)

    def _level(self, notes: Sequence[Note]) -> float:
        """What the relief of a bar comes to on the whole.

        Beside a fixed accent nothing else may grow louder, so there it is taken as more.
        """
        mean = sum(self._reliefs[note] for note in notes) / len(notes)
        if any(note.onset in self._fixed for note in notes):
            return mean + max(map(self._arch, (note.onset for note in notes)))
        return mean

    def _relief(self, note: Note) -> float:
        height, length = self._middles[self._bar(note.onset)]
        high = min(max(HEIGHT * (note.pitch - height), -HIGHEST), HIGHEST)
        short = SHORT * min(max(0.5 * (math.log2(note.duration) - length), -1.0), 1.0)
        beat = note.onset / TICKS_PER_QUARTER
        return (
            METRE * self._weight(note.onset)
            + high
            + short
            + DRIFT * self._noise.drift(_DRIFT + 2 * int(note.voice), beat)
            + NOTE * self._noise.unit(_NOTE + 16, note.onset * 128 + note.pitch)
        )

    def _weight(self, tick: int) -> float:
        """The weight of a place in its bar: down beat, half bar, beat, off beat."""
        bar = self._bar(tick)
        metre, place = self._score.metres[bar], tick - self._starts[bar]
        if place == 0:
            return 1.0
        if place % metre.beat_ticks:
            return -0.4
        halved = metre.ticks % (2 * metre.beat_ticks) == 0 and place * 2 == metre.ticks
        return 0.5 if halved else 0.1

    def _arch(self, tick: int) -> float:
        """Softer where a phrase begins and ends, louder past its middle."""
        index = min(max(bisect.bisect_right(self._phrases, tick), 1), len(self._phrases) - 1)
        start, end = self._phrases[index - 1], self._phrases[index]
        place = min(max((tick - start) / max(end - start, 1), 0.0), 1.0)
        # sin(pi x^1.2) is highest at 0.56; its mean is 0.63.
        return ARCH * (math.sin(math.pi * place**1.2) - 0.63)
