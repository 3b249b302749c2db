"""The player's process: `python -m engine.playing.child HANDLE`.

Started as a program of its own, not as a copy of its parent, so it holds neither a network nor a
window whatever its parent has imported. One thread does everything that Python does here: a
second one could be preempted holding the interpreter, and the music would wait for it. The end
of its pipe is the end of it, and of every note.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import time
from collections import deque
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine.playing.audio import FluidOpening
from engine.playing.clock import RealClock
from engine.playing.desk import Desk
from engine.playing.hearing import Hearing
from engine.playing.inputs import RtMidiInputs
from engine.playing.loop import run
from engine.playing.outlet import Outlet
from engine.playing.player import Player
from engine.playing.ports import RtMidiPorts, prepare
from engine.playing.priority import claim_realtime
from engine.playing.protocol import (
    Begin,
    Command,
    Heartbeat,
    Lateness,
    Position,
    Ready,
    Reply,
    decode,
    encode,
)
from engine.playing.reference import ReferenceTrack
from engine.playing.sync.sync import Sync

if TYPE_CHECKING:
    Link = Connection[Any, Any]

_SPARE_SECONDS = 1.0
_MAXIMUM_BACKLOG = 10_000


class PipeInbox:
    """Commands from the pipe, waited for with microseconds."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._parent = os.getppid()

    def begin(self) -> None:
        """Wait, as long as it takes, for the word to begin.

        Raises:
            EOFError: it never came.
        """
        while not isinstance(self.receive(time.perf_counter() + _SPARE_SECONDS), Begin):
            pass

    def receive(self, until: float) -> Command | None:
        """The next command, or None at `until`.

        Raises:
            EOFError: the parent closed its end, or is no more.
        """
        if not self._ready(max(0.0, until - time.perf_counter())):
            # A stranger who inherited our pipe would keep it open after the parent's death.
            if os.getppid() != self._parent:
                raise EOFError
            return None
        try:
            command: Command = decode(self._link.recv_bytes())
        except OSError as error:
            raise EOFError from error
        return command

    def _ready(self, seconds: float) -> bool:
        if sys.platform == "win32":
            return bool(wait([self._link], seconds))
        return bool(select.select([self._link.fileno()], [], [], seconds)[0])


class PipeOutbox:
    """Replies into the pipe, which never make the music wait for a parent who does not read."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._backlog: deque[bytes] = deque(maxlen=_MAXIMUM_BACKLOG)
        self._alone = False

    def send(self, reply: Reply) -> None:
        """Send a reply now or later; signs of life and positions are now or never.

        Raises:
            EOFError: the parent is no more; said once, so that the last offs can still go out.
        """
        if self._alone:
            return
        try:
            while self._backlog and self._writable():
                self._link.send_bytes(self._backlog.popleft())
            if not self._backlog and self._writable():
                self._link.send_bytes(encode(reply))
            elif not isinstance(reply, Heartbeat | Position | Lateness):
                self._backlog.append(encode(reply))
        except OSError as error:
            self._alone = True
            raise EOFError from error

    def _writable(self) -> bool:
        # A socket counts as writable while three quarters of it are free: room for any reply.
        return sys.platform == "win32" or bool(select.select([], [self._link.fileno()], [], 0)[1])


def main(handle: int) -> None:
    """Serve one parent until it closes."""
    link = _link(handle)
    _hush()
    _leave_politely()
    clock, outbox = RealClock(), PipeOutbox(link)
    outlet = Outlet(outbox.send)
    player = Player(clock, outlet, outbox.send)
    track = ReferenceTrack(clock, player, outbox.send)
    desk = Desk(clock, outlet, RtMidiPorts(), FluidOpening, outbox.send, track)
    inputs = RtMidiInputs(clock)
    sync = Sync(clock, player, inputs, outbox.send)
    hearing = Hearing(clock, player.tick_at, inputs, outbox.send)
    prepare()
    gc.collect()
    gc.freeze()
    gc.disable()
    inbox = PipeInbox(link)
    inbox.begin()
    outbox.send(Ready(os.getpid(), claim_realtime()))
    run(player, desk, sync, hearing, outlet, inbox, clock, outbox.send, track)


def _link(handle: int) -> Link:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


def _hush() -> None:
    """Drivers write into the terminal as they please; Python's own last words stay audible."""
    os.environ["JACK_NO_START_SERVER"] = "1"
    last_words = os.dup(2)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    sys.stderr = os.fdopen(last_words, "w", buffering=1)


def _leave_politely() -> None:
    """Ctrl-C belongs to the parent; being told to end is the same as the end of the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def leave(number: int, frame: FrameType | None) -> None:
        raise EOFError

    for number in (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(number, leave)


if __name__ == "__main__":
    code = 0
    try:
        main(int(sys.argv[1]))
    except EOFError:
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    # A driver's thread that hangs must not keep the process: nothing of ours is left to do.
    os._exit(code)
