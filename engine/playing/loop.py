"""The loop around player and desk: a command, what is due, a sign of life, and a clean end.

It runs on any clock and any inbox, so that tests run the same loop as the process does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.playing.clock import Clock
from engine.playing.desk import Desk
from engine.playing.hearing import Hearing
from engine.playing.outlet import Outlet
from engine.playing.player import Player
from engine.playing.protocol import Acknowledged, Close, Command, Heartbeat, Reply
from engine.playing.reference import ReferenceTrack
from engine.playing.sync.sync import Sync

PULSE_SECONDS = 0.1


class Inbox(Protocol):
    """Where commands arrive."""

    def receive(self, until: float) -> Command | None:
        """The next command, or None once the moment `until` has come.

        Raises:
            EOFError: nobody will send any more.
        """
        ...


def run(
    player: Player,
    desk: Desk,
    sync: Sync,
    hearing: Hearing,
    outlet: Outlet,
    inbox: Inbox,
    clock: Clock,
    report: Callable[[Reply], None],
    track: ReferenceTrack,
) -> None:
    """Play until told to close, or until nobody is there to tell.

    However it ends, no note is left sounding.
    """
    next_pulse = clock.now()
    try:
        while True:
            ears = min(sync.next_wake(), hearing.next_wake())
            command = inbox.receive(min(player.next_wake(), track.next_wake(), ears, next_pulse))
            if isinstance(command, Close):
                outlet.close()
                sync.close()
                hearing.close()
                report(Acknowledged(command.id))
                return
            if command is not None:
                any(hand.handle(command) for hand in (sync, player, hearing, desk, track))
                report(Acknowledged(command.id))
            sync.advance()
            player.advance()
            track.advance()
            hearing.advance()
            if clock.now() >= next_pulse:
                next_pulse = clock.now() + PULSE_SECONDS
                desk.watch(player.spare())
                sync.watch(player.spare())
                hearing.watch(player.spare())
                report(Heartbeat())
    except EOFError:
        return
    finally:
        outlet.close()
