"""The loop that the process runs, on an offline clock with commands at chosen moments."""

from __future__ import annotations

import pytest

from engine.playing.clock import OfflineClock
from engine.playing.desk import Desk
from engine.playing.hearing import Hearing
from engine.playing.loop import run
from engine.playing.outlet import Outlet
from engine.playing.player import Player
from engine.playing.ports import RecorderPort
from engine.playing.protocol import (
    Acknowledged,
    Close,
    Command,
    Heartbeat,
    Load,
    OpenPort,
    Play,
    PortChoice,
    Reply,
    Stop,
)
from engine.playing.reference import ReferenceTrack
from engine.playing.sync.sync import Sync
from tests.engine.playing.stage import MILLISECONDS, notes
from tests.engine.playing.sync.tapes import Tapes
from tests.engine.playing.test_desk import TapeMachine


class ScriptedInbox:
    """Commands at their moments; after the last of them nobody is there any more."""

    def __init__(self, clock: OfflineClock, script: list[tuple[float, Command]]) -> None:
        self._clock = clock
        self._script = list(script)

    def receive(self, until: float) -> Command | None:
        if not self._script:
            raise EOFError
        moment, command = self._script[0]
        if until < moment:
            self._clock.sleep_until(max(until, self._clock.now() + 1e-6))
            return None
        self._clock.sleep_until(moment)
        self._script.pop(0)
        return command


def _run(script: list[tuple[float, Command]]) -> tuple[RecorderPort, list[Reply]]:
    clock, replies = OfflineClock(), list[Reply]()
    machine, outlet = TapeMachine(clock), Outlet(replies.append)
    player = Player(clock, outlet, replies.append)
    desk = Desk(clock, outlet, machine, machine.open_audio, replies.append)
    sync = Sync(clock, player, Tapes(), replies.append)
    hearing = Hearing(clock, player.tick_at, Tapes(), replies.append)
    track = ReferenceTrack(clock, player, replies.append)
    inbox = ScriptedInbox(clock, script)
    run(player, desk, sync, hearing, outlet, inbox, clock, replies.append, track)
    return machine.opened[0], replies


LONG = notes((0, 60_000, 60))
OPENING: list[tuple[float, Command]] = [
    (0.0, OpenPort(1, PortChoice())),
    (0.1, Load(2, LONG, MILLISECONDS)),
    (0.2, Play(3, 0)),
]


@pytest.mark.parametrize("last", [Close(4), Stop(4)], ids=["close", "end of pipe"])
def test_however_it_ends_no_note_is_left(last: Command) -> None:
    port, replies = _run([*OPENING, (2.0, last)])
    assert [data for _, data in port.sent] == [b"\x90\x3c\x5a", b"\x80\x3c\x40"]
    assert port.closed
    told = [reply.id for reply in replies if isinstance(reply, Acknowledged)]
    assert told == [1, 2, 3, 4]


def test_an_exception_ends_every_note_and_is_not_swallowed() -> None:
    class Broken(ScriptedInbox):
        def receive(self, until: float) -> Command | None:
            if self._clock.now() > 1.0:
                raise RuntimeError("broken")
            return super().receive(until)

    clock, replies = OfflineClock(), list[Reply]()
    machine, outlet = TapeMachine(clock), Outlet(replies.append)
    player = Player(clock, outlet, replies.append)
    desk = Desk(clock, outlet, machine, machine.open_audio, replies.append)
    sync = Sync(clock, player, Tapes(), replies.append)
    hearing = Hearing(clock, player.tick_at, Tapes(), replies.append)
    inbox = Broken(clock, [*OPENING, (2.0, Stop(4))])
    with pytest.raises(RuntimeError):
        track = ReferenceTrack(clock, player, replies.append)
        run(player, desk, sync, hearing, outlet, inbox, clock, replies.append, track)
    assert [data for _, data in machine.opened[0].sent] == [b"\x90\x3c\x5a", b"\x80\x3c\x40"]


def test_ten_signs_of_life_a_second() -> None:
    _, replies = _run([*OPENING, (10.2, Close(4))])
    beats = [reply for reply in replies if reply == Heartbeat()]
    assert 95 <= len(beats) <= 105
