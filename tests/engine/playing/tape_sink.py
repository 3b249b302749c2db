"""A sink for reference audio that writes down what it is told, with a clock that may be wrong."""

from __future__ import annotations

from engine.errors import PsychoscoreError
from engine.playing.clock import OfflineClock
from engine.playing.reference import Pcm


class TapeSink:
    """Sounds nothing.

    Args:
        clock: the player's.
        speed: seconds of audio in a second of that clock.
        broken: refuses all audio.
    """

    def __init__(self, clock: OfflineClock, speed: float = 1.0, *, broken: bool = False) -> None:
        self.clock, self.speed, self.broken = clock, speed, broken
        self.loaded: list[Pcm] = []
        self.told: list[tuple[float, str, float]] = []
        self.gain_db: float | None = None
        self._began = (0.0, clock.now())
        self._stopped: float | None = 0.0

    def load(self, pcm: Pcm) -> None:
        if self.broken:
            raise PsychoscoreError("The tape is torn.")
        self.loaded.append(pcm)

    def start(self, seconds: float, gain_db: float) -> None:
        self._began, self._stopped = (seconds, self.clock.now()), None
        self.gain_db = gain_db
        self.told.append((self.clock.now(), "start", seconds))

    def stop(self) -> None:
        self.told.append((self.clock.now(), "stop", self.position()))
        self._stopped = self.position()

    def position(self) -> float:
        if self._stopped is not None:
            return self._stopped
        seconds, moment = self._began
        return seconds + (self.clock.now() - moment) * self.speed

    @property
    def sounding(self) -> bool:
        return self._stopped is None

    @property
    def starts(self) -> list[float]:
        """Where it was told to begin."""
        return [place for _, what, place in self.told if what == "start"]
