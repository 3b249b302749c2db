"""What a follower knows of its leader, as frozen values, and what all followers can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.playing.protocol import LockState


@dataclass(frozen=True, slots=True)
class Lead:
    """The leader runs: at `moment` it was at `place`.

    `place` is in ticks of the song for a clock, in seconds of the picture for time code.
    `bpm` is its tempo, or 0 for a leader that has none. `turn` counts its starts and jumps.
    """

    place: float
    moment: float
    bpm: float
    turn: int


class Follower(Protocol):
    """Hears a leader's messages with their moments; it asks no clock and opens no port."""

    @property
    def bpm(self) -> float: ...

    @property
    def place(self) -> float:
        """Where the leader stands, or would go on."""
        ...

    @property
    def turn(self) -> int: ...

    def hear(self, moment: float, data: bytes) -> None: ...

    def lead(self, now: float) -> Lead | None:
        """Where the leader is; None while it does not run."""
        ...

    def state(self, now: float) -> LockState: ...
