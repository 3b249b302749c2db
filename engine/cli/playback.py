"""The player as a command line uses it: replies one after the other, and a clean end."""

from __future__ import annotations

import queue
import time
from types import TracebackType
from typing import TypeVar

from engine.errors import PsychoscoreError
from engine.playing.process import PlayerClient
from engine.playing.protocol import PlayerGone, Reply

ANSWER_SECONDS = 30.0
Wanted = TypeVar("Wanted")


class Playback:
    """A player for the length of a `with` block; at its end every note has ended."""

    def __init__(self) -> None:
        self._replies: queue.Queue[Reply] = queue.Queue()
        self.client = PlayerClient(self._replies.put, spare=False)

    def __enter__(self) -> Playback:
        self.client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def next_reply(self, seconds: float = ANSWER_SECONDS) -> Reply | None:
        """The next reply, or None when none came in time.

        Raises:
            PsychoscoreError: there is no player any more.
        """
        try:
            reply = self._replies.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        if isinstance(reply, PlayerGone):
            raise PsychoscoreError(reply.sentence)
        return reply

    def wait_for(self, *kinds: type[Wanted], seconds: float = ANSWER_SECONDS) -> Wanted:
        """The next reply of one of these kinds; others are passed over.

        Raises:
            PsychoscoreError: it did not come in time.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            reply = self.next_reply(left)
            if isinstance(reply, kinds):
                return reply
        raise PsychoscoreError("The player does not answer.")
