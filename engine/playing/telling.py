"""What the player tells while it plays, and how often: where it is, and how late it was."""

from __future__ import annotations

from collections.abc import Callable

from engine.playing.clock import Clock
from engine.playing.protocol import Lateness, Position, Reply

POSITION_SECONDS = 1 / 30
LATENESS_SECONDS = 1.0


class Telling:
    """Position and lateness, told now and then.

    Args:
        clock: the moments.
        report: receives them.
        position: says where the music is now.
    """

    def __init__(
        self, clock: Clock, report: Callable[[Reply], None], position: Callable[[], Position]
    ) -> None:
        self._clock, self._report, self._position = clock, report, position
        self._lateness: list[float] = []
        self._next_lateness = 0.0
        self.next_position = 0.0

    def begin(self) -> None:
        """The music begins: tell at once where it is."""
        now = self._clock.now()
        self.next_position, self._next_lateness = now, now + LATENESS_SECONDS

    def late(self, moment: float) -> None:
        """A message that was wanted at `moment` leaves now."""
        self._lateness.append((self._clock.now() - moment) * 1000.0)

    def tell(self) -> None:
        """Tell what is due while the music plays."""
        now = self._clock.now()
        if now >= self.next_position:
            self.next_position = now + POSITION_SECONDS
            self.place()
        if now >= self._next_lateness:
            self._next_lateness = now + LATENESS_SECONDS
            self.lateness()

    def place(self) -> None:
        self._report(self._position())

    def lateness(self) -> None:
        if self._lateness:
            self._report(Lateness(tuple(round(late, 4) for late in self._lateness)))
            self._lateness.clear()
