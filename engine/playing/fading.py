"""Growing silent: what plays becomes softer and softer, and then it is over.

It knows the moments and where messages leave, and neither ticks nor the programme.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.playing.clock import Clock
from engine.playing.events import CONTROL, is_on
from engine.playing.protocol import FadeBy

VOLUME = 7
USUAL_VOLUME = 100
"""What a receiver has that nobody told a volume, by General MIDI."""
STEP_SECONDS = 0.02
SHORTEST, LONGEST = 0.1, 60.0


class Fading:
    """At most one fade at a time.

    Args:
        clock: the moments.
        send: receives the volumes.
    """

    def __init__(self, clock: Clock, send: Callable[[bytes], None]) -> None:
        self._clock, self._send = clock, send
        self._begun: float | None = None
        self._seconds = 1.0
        self._by: FadeBy = "volume"
        self._next = math.inf
        self._volumes = {0: USUAL_VOLUME}
        self._told: dict[int, int] = {}

    @property
    def active(self) -> bool:
        return self._begun is not None

    def begin(self, seconds: float, by: FadeBy) -> None:
        """Begin to grow silent; one that runs already goes on as it is."""
        if self._begun is None:
            self._begun = self._next = self._clock.now()
            self._seconds = min(max(seconds, SHORTEST), LONGEST)
            self._by = by

    def end(self) -> None:
        """Nothing grows silent any more: give every channel its volume back."""
        self._begun, self._next = None, math.inf
        for channel in self._told:
            self._send(bytes((CONTROL | channel, VOLUME, self._volumes[channel])))
        self._told.clear()

    def next_wake(self) -> float:
        return self._next

    def advance(self) -> bool:
        """Send the volume that is due; True once all is silent."""
        if self._begun is None or self._clock.now() < self._next:
            return False
        left = self._left()
        self._next = self._clock.now() + STEP_SECONDS
        if self._by == "volume":
            for channel in self._volumes:
                self._tell(channel, left)
        return left <= 0.0

    def shaped(self, data: bytes) -> bytes:
        """A message of the music as it leaves now."""
        channel = data[0] & 0x0F
        if data[0] & 0xF0 == CONTROL and data[1] == VOLUME:
            self._volumes[channel] = data[2]
            if self._begun is not None and self._by == "volume":
                return bytes((data[0], VOLUME, round(data[2] * self._share(self._left()))))
        elif is_on(data):
            self._volumes.setdefault(channel, USUAL_VOLUME)
            if self._begun is not None and self._by == "velocity":
                return bytes((data[0], data[1], max(1, round(data[2] * self._left()))))
        return data

    def _left(self) -> float:
        """From 1 at the beginning to 0 at the end."""
        assert self._begun is not None
        return max(0.0, 1.0 - (self._clock.now() - self._begun) / self._seconds)

    def _share(self, left: float) -> float:
        # Volume is heard by its square, so its root falls evenly.
        return math.sqrt(left)

    def _tell(self, channel: int, left: float) -> None:
        volume = round(self._volumes[channel] * self._share(left))
        if self._told.get(channel) != volume:
            self._told[channel] = volume
            self._send(bytes((CONTROL | channel, VOLUME, volume)))
