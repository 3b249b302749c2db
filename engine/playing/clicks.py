"""The click: beats that the preview sounds while the music plays, for whoever plays along.

It knows ticks and no time; the hand asks it what comes next.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable

from engine.playing.events import NOTE_OFF
from engine.playing.protocol import Events


class Clicks:
    """Notes that are struck and released at once, apart from the music.

    Args:
        send: receives them.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._events: Events = ()
        self._counting: Events = ()
        self._at = 0
        self._begin = -math.inf

    @property
    def next_tick(self) -> float:
        """Where the next one falls; infinity where none is to come."""
        if self._counting:
            return self._counting[0].tick
        return self._events[self._at].tick if self._at < len(self._events) else math.inf

    def set(self, events: Events, tick: float) -> None:
        """Click at these from now on, of which those before `tick` are past."""
        self._events = tuple(sorted(events))
        self._go_on(max(tick, self._begin) if self._counting else tick)

    def start(self, tick: float) -> None:
        """The music begins at a tick, or has jumped there."""
        self._counting, self._begin = (), tick
        self._go_on(tick)

    def count(self, events: Events) -> None:
        """Click at these once, before the music begins where it was last said to."""
        self._counting = tuple(sorted(each for each in events if each.tick < self._begin))

    def _go_on(self, tick: float) -> None:
        self._at = bisect.bisect_left(self._events, tick, key=lambda event: event.tick)

    def send_next(self) -> None:
        if self._counting:
            data = self._counting[0].data
            self._counting = self._counting[1:]
        else:
            data = self._events[self._at].data
            self._at += 1
        self._send(data)
        self._send(bytes((NOTE_OFF | data[0] & 0x0F, data[1], 64)))
