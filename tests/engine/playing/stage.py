"""A player on an offline clock with a recorder, through which an hour passes in no time."""

from __future__ import annotations

import math

from engine.playing.clock import OfflineClock
from engine.playing.events import note_events
from engine.playing.outlet import Outlet
from engine.playing.player import Player
from engine.playing.ports import RecorderPort
from engine.playing.protocol import Command, Events, Finished, Load, Play, Reply
from engine.score import Note, TempoMap, Voice

# At 125 quarter notes a minute a tick is a millisecond.
MILLISECONDS = TempoMap(((0, 125.0),))


def notes(*spans: tuple[int, int, int]) -> Events:
    """Events of notes given as onset, end and pitch."""
    return note_events(Note(on, off - on, pitch, 90, Voice.MELODY) for on, off, pitch in spans)


class Stage:
    """Player, outlet, recorder and all replies."""

    def __init__(self) -> None:
        self.clock = OfflineClock(1000.0)
        self.replies: list[Reply] = []
        self.outlet = Outlet(self.replies.append)
        self.port = RecorderPort(self.clock)
        self.outlet.set_port(self.port)
        self.player = Player(self.clock, self.outlet, self.replies.append)

    def tell(self, *commands: Command) -> None:
        for command in commands:
            assert self.player.handle(command)
            self.player.advance()

    def start(self, events: Events, *, end: int | None = None, known: int | None = None) -> None:
        """Load and play from tick 0."""
        self.tell(Load(1, events, MILLISECONDS, end, known), Play(2, 0))

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass as the real loop would: sleep to the next wake, advance."""
        end = self.clock.now() + seconds
        while True:
            wake = self.player.next_wake()
            if wake > end:
                break
            # A thousandth of a millisecond more keeps a sleep from being no sleep at all.
            self.clock.sleep_until(max(wake, self.clock.now() + 1e-6))
            self.player.advance()
        if not math.isinf(end):
            self.clock.sleep_until(end)
            self.player.advance()

    def sent(self) -> list[bytes]:
        return [data for _, data in self.port.sent]

    def struck(self) -> list[int]:
        return [data[1] for data in self.sent() if data[0] & 0xF0 == 0x90]

    def milliseconds(self) -> list[int]:
        """When each note was struck, since the first."""
        moments = [moment for moment, data in self.port.sent if data[0] & 0xF0 == 0x90]
        return [round((moment - moments[0]) * 1000) for moment in moments]

    def sounding(self) -> set[int]:
        held: set[int] = set()
        for data in self.sent():
            if data[0] & 0xF0 == 0x90:
                held.add(data[1])
            elif data[0] & 0xF0 == 0x80:
                held.discard(data[1])
        return held

    def finished(self) -> bool:
        return any(isinstance(reply, Finished) for reply in self.replies)
