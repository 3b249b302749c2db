"""Notes struck by hand, beside the music: each sounds at once and ends after its time.

It knows the moments and the outlet, and neither ticks nor the programme.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.clock import Clock
from engine.playing.events import NOTE_OFF, NOTE_ON
from engine.playing.outlet import Outlet
from engine.playing.protocol import NotePlayed, Reply

LONGEST_SECONDS = 10.0


class Touches:
    """The notes that a hand holds, on MIDI channel 1.

    Args:
        clock: the moments.
        outlet: where messages leave.
        report: receives what is struck and released.
    """

    def __init__(self, clock: Clock, outlet: Outlet, report: Callable[[Reply], None]) -> None:
        self._clock, self._outlet, self._report = clock, outlet, report
        self._ends: dict[int, float] = {}

    def strike(self, pitch: int, velocity: int, seconds: float) -> None:
        """Sound a pitch now, at most ten seconds long; struck again it begins anew."""
        self._ends[pitch] = self._clock.now() + min(max(seconds, 0.0), LONGEST_SECONDS)
        self._report(NotePlayed(struck=((0, pitch),)))
        self._outlet.send(bytes((NOTE_ON, pitch, velocity)))

    def holds(self, pitch: int) -> bool:
        return pitch in self._ends

    def next_end(self) -> float:
        """The moment at which a note must end; infinity where none is held."""
        return min(self._ends.values(), default=math.inf)

    def advance(self) -> None:
        """End what is over."""
        now = self._clock.now()
        over = [pitch for pitch, end in self._ends.items() if end <= now]
        for pitch in over:
            del self._ends[pitch]
            self._outlet.send(bytes((NOTE_OFF, pitch, 64)))
        if over:
            self._report(NotePlayed(released=tuple((0, pitch) for pitch in over)))
