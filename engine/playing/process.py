"""The player seen from outside: a client that never blocks, whatever becomes of the player.

Callers put commands into a bounded queue; a forwarder thread alone starts players and writes to
them; a listener thread reads replies and buries a player that died or froze. The forwarder
remembers what it sent, so that a successor stands where its predecessor fell.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from engine.errors import PsychoscoreError
from engine.playing.lineage import Memory
from engine.playing.protocol import (
    PATIENCE,
    Acknowledged,
    Begin,
    Close,
    Command,
    Heartbeat,
    PlayerGone,
    PlayerReplaced,
    Ready,
    Reply,
    decode,
)
from engine.playing.spawn import Child
from engine.playing.wishes import CHUNK_EVENTS, Wishes

QUEUE_LENGTH = 4096
STARTING_PATIENCE = 30.0
CLOSING_SECONDS = 2.0
LIVES = 3
LIVES_WITHIN_SECONDS = 10.0
_OWN_ID = 0


@dataclass(frozen=True, slots=True)
class _Died:
    child: Child
    sentence: str


@dataclass(frozen=True, slots=True)
class _Served:
    """A player has begun: time to prepare its successor."""


class PlayerClient(Wishes):
    """A player in a process of its own, and a spare one that waits to succeed it.

    Every method returns at once with the id of its command, which comes back in an
    `Acknowledged`. Ticks are 480 a quarter note.

    Args:
        on_message: receives every reply, on a thread of the client's own.
        patience: seconds without a sign of life after which a player is replaced.
        spare: keep a successor ready (20 MB), or start it when it is needed (a third of a
            second later on a busy machine).
    """

    def __init__(
        self,
        on_message: Callable[[Reply], None],
        *,
        patience: float = PATIENCE,
        spare: bool = True,
    ) -> None:
        self._on_message = on_message
        self._patience = patience
        self._ids = count(1)
        self._queue: queue.Queue[Command | _Died | _Served] = queue.Queue(QUEUE_LENGTH)
        self._memory = Memory()
        self._child: Child | None = None
        self._spare: Child | None = None
        self._spare_wanted = spare
        self._deaths: list[float] = []
        self._forwarder = threading.Thread(target=self._forward, name="to the player", daemon=True)
        self._listener: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the player that lives now."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Start the player. Commands given before it runs wait for it."""
        self._forwarder.start()

    def close(self) -> None:
        """End the player with every note; waits for it, two seconds at most."""
        if not self._forwarder.is_alive():
            return
        self._send(Close)
        self._forwarder.join(2 * CLOSING_SECONDS)

    def _send(self, build: Callable[[int], Command]) -> int:
        identity = next(self._ids)
        try:
            self._queue.put_nowait(build(identity))
        except queue.Full:
            raise PsychoscoreError("The player does not keep up with what it is told.") from None
        return identity

    # The forwarder's thread.

    def _forward(self) -> None:
        self._begin_child()
        while True:
            item = self._queue.get()
            if isinstance(item, _Served):
                if self._spare is None and self._spare_wanted:
                    self._spare = Child()
                continue
            if isinstance(item, _Died):
                if item.child is self._child:
                    self._replace(item.sentence)
                continue
            self._memory.remember(item)
            if self._child is not None:
                self._child.send(item)
            if isinstance(item, Close):
                break
        if self._spare is not None:
            self._spare.end(0.0)
            self._spare.close()
        self._end_child(CLOSING_SECONDS)

    def _end_child(self, seconds: float) -> None:
        """End the living player; its listener then finds the end of the pipe, and goes first."""
        if self._child is None:
            return
        self._child.end(seconds)
        if self._listener is not None:
            self._listener.join(CLOSING_SECONDS)
        self._child.close()

    def _begin_child(self) -> Child:
        child, self._spare = self._spare or Child(), None
        self._child = child
        child.send(Begin(_OWN_ID))
        self._listener = threading.Thread(
            target=self._listen, args=(child,), name="from the player", daemon=True
        )
        self._listener.start()
        return child

    def _replace(self, sentence: str) -> None:
        self._end_child(0.0)
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < LIVES_WITHIN_SECONDS]
        self._deaths.append(now)
        if len(self._deaths) > LIVES:
            self._child = None
            self._tell(PlayerGone(f"{sentence} It happened {LIVES} times, so playing is off."))
            return
        playing, tick = self._memory.playing, round(self._memory.tick)
        successor = self._begin_child()
        for command in self._memory.testament(_OWN_ID, CHUNK_EVENTS):
            successor.send(command)
        self._tell(PlayerReplaced(sentence, tick, playing))

    # The listener's thread.

    def _listen(self, child: Child) -> None:
        patience = STARTING_PATIENCE
        while True:
            try:
                if not child.speaks(patience):
                    child.kill()
                    self._bury(child, "The player did not answer and was replaced.")
                    return
                reply: Reply = decode(child.receive())
            except (EOFError, OSError, ValueError):
                self._bury(child, "The player ended unexpectedly and was replaced.")
                return
            patience = self._patience
            if isinstance(reply, Heartbeat) and reply.patience > PATIENCE:
                patience = max(patience, reply.patience)
            if isinstance(reply, Ready):
                self._queue.put(_Served())
            self._memory.note(reply)
            if not (isinstance(reply, Acknowledged) and reply.id == _OWN_ID):
                self._tell(reply)

    def _bury(self, child: Child, sentence: str) -> None:
        if not child.ending:
            self._queue.put(_Died(child, sentence))

    def _tell(self, reply: Reply) -> None:
        try:
            self._on_message(reply)
        except Exception:  # the edge of a thread: one bad listener must not end the music
            sys.excepthook(*sys.exc_info())
