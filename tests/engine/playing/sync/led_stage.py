"""A player led through a tape, on an offline clock: the loop of the process without a process."""

from __future__ import annotations

from engine.playing.protocol import Command, Follow, Led, PortChoice, SyncState
from engine.playing.sync.sync import Sync
from tests.engine.playing.stage import Stage
from tests.engine.playing.sync.tapes import Tape, Tapes

FOLLOW_CLOCK = Follow(1, "clock", PortChoice("named", "tape"))
FOLLOW_TIMECODE = Follow(1, "timecode", PortChoice("named", "tape"))
FOLLOW_WHOEVER = Follow(1, "auto", PortChoice("named", "tape"))
WATCH_SECONDS = 0.1


class LedStage(Stage):
    """A stage whose player has an ear."""

    def __init__(self) -> None:
        super().__init__()
        self.tape = Tape(self.clock)
        self.tapes = Tapes(self.tape)
        self.sync = Sync(self.clock, self.player, self.tapes, self.replies.append)
        self._next_watch = self.clock.now()

    def tell(self, *commands: Command) -> None:
        for command in commands:
            assert self.sync.handle(command) or self.player.handle(command)
            self._advance()

    def pass_seconds(self, seconds: float) -> None:
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            wake = min(self.player.next_wake(), self.sync.next_wake(), self._next_watch, end)
            self.clock.sleep_until(max(wake, self.clock.now() + 1e-6))
            self._advance()

    def _advance(self) -> None:
        self.sync.advance()
        self.player.advance()
        if self.clock.now() >= self._next_watch:
            self._next_watch = self.clock.now() + WATCH_SECONDS
            self.sync.watch(self.player.spare())

    def struck_at(self) -> list[tuple[float, int]]:
        """Moment and pitch of each note struck."""
        return [(at, data[1]) for at, data in self.port.sent if data[0] & 0xF0 == 0x90]

    def state(self) -> SyncState:
        return [reply for reply in self.replies if isinstance(reply, SyncState)][-1]

    def led(self) -> list[bool]:
        return [reply.playing for reply in self.replies if isinstance(reply, Led)]
