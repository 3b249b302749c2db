"""The clock that we send: 24 ticks a quarter note, song position, start, continue, stop.

The player asks for the next pulse among its events and gives each its exact moment. This module
knows the song's ticks and the words, neither moments nor events.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.sync.clock_follower import (
    CLOCK,
    CLOCKS_PER_SIXTEENTH,
    CONTINUE,
    SONG_POSITION,
    START,
    STOP,
    TICKS_PER_CLOCK,
)

_LAST_SIXTEENTH = 0x3FFF
_HAIR = 1e-6


class Pulses:
    """What is sent and what comes next.

    Args:
        send: where messages go; a receiver that is gone is its affair.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self.on = False
        self.song_tick = 0
        self._clock: int | None = None
        self._word = b""

    @property
    def next_tick(self) -> float:
        """The player's tick at which a pulse is due; infinity where none is."""
        if self._clock is None:
            return math.inf
        clock = self._clock - 1 if self._word else self._clock
        return float(clock * TICKS_PER_CLOCK - self.song_tick)

    def start(self, tick: float) -> None:
        """The music begins to run at `tick`, or jumps there.

        A song position names a sixteenth, so what begins between two is joined at the next.
        """
        self.stop()
        if not self.on:
            return
        song = tick + self.song_tick
        sixteenth = max(0, math.ceil(song / (TICKS_PER_CLOCK * CLOCKS_PER_SIXTEENTH) - _HAIR))
        self._clock = sixteenth * CLOCKS_PER_SIXTEENTH
        self._word = bytes((CONTINUE if sixteenth else START,))
        if sixteenth:
            named = min(sixteenth, _LAST_SIXTEENTH)
            self._send(bytes((SONG_POSITION, named & 0x7F, named >> 7)))
        # The word comes shortly before its tick, as receivers want it.
        if self.next_tick < tick + _HAIR:
            self._send_word()

    def stop(self) -> None:
        """The music stands still."""
        if self._clock is not None and not self._word:
            self._send(bytes((STOP,)))
        self._clock, self._word = None, b""

    def send_next(self) -> None:
        """Send the pulse that is due."""
        if self._clock is None:
            return
        if self._word:
            self._send_word()
        else:
            self._send(bytes((CLOCK,)))
            self._clock += 1

    def _send_word(self) -> None:
        self._send(self._word)
        self._word = b""
