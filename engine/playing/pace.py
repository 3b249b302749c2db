"""The line between ticks and moments: the tempo map from an anchor on, or a leader's tempo.

It knows no events and asks no clock.
"""

from __future__ import annotations

from engine.playing.clock import TempoLine
from engine.score import TempoMap

_SLOWEST, _FASTEST = 4.0, 1000.0


class Pace:
    """Tick `tick` is at moment `moment`, and all others follow from the tempo."""

    def __init__(self) -> None:
        self.tick = 0.0
        self.moment = 0.0
        self._own = TempoLine(TempoMap())
        self._line = self._own

    def set_map(self, tempo_map: TempoMap) -> None:
        """Keep the music's own tempo; it counts where no leader sets another."""
        led = self._line is not self._own
        self._own = TempoLine(tempo_map)
        if not led:
            self._line = self._own

    def lead(self, bpm: float) -> None:
        """Run at a leader's tempo in quarter notes a minute; 0 is the music's own."""
        if not bpm:
            self._line = self._own
        else:
            self._line = TempoLine(TempoMap(((0, min(max(bpm, _SLOWEST), _FASTEST)),)))

    def anchor(self, tick: float, moment: float) -> None:
        self.tick, self.moment = tick, moment

    def tick_at(self, moment: float) -> float:
        """The tick of a moment, at the earliest the anchor's."""
        return self.projected(self.tick, self.moment, moment)

    def moment_of(self, tick: float) -> float:
        return self.moment + self._line.seconds(tick) - self._line.seconds(self.tick)

    def projected(self, tick: float, moment: float, later: float) -> float:
        """Where one is `later` who is at `tick` at `moment`."""
        return self._line.tick(self._line.seconds(tick) + max(0.0, later - moment))

    def apart(self, tick: float, other: float) -> float:
        """Seconds between two ticks."""
        return abs(self._line.seconds(tick) - self._line.seconds(other))

    def own_tick(self, seconds: float) -> float:
        """The tick that lies so many seconds after tick 0, by the music's own tempo."""
        return self._own.tick(seconds)

    def own_seconds(self, tick: float) -> float:
        """The inverse of `own_tick`."""
        return self._own.seconds(tick)

    def own_bpm(self, tick: float) -> float:
        return self._own.tempo_map.bpm(tick)
