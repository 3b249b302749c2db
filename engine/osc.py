"""OSC in: a fixed table of addresses, checked values, a limit on how many a second, loopback only.

It owns the socket and its thread. What an address means for the music is its listener's; nothing
is ever sent. Whatever is not in the table, or not as the table wants it, is dropped unheard.
"""

from __future__ import annotations

import math
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from pythonosc.osc_packet import OscPacket, ParseError

from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME

HOST = "127.0.0.1"
USUAL_PORT = 9121
LOWEST_PORT, HIGHEST_PORT = 1024, 65535
A_SECOND = 200
"""Messages that are heard in a second; the rest is dropped."""
LARGEST_BYTES = 2048
PREFIX = "/psychoscore/"
_BUNDLE = b"#bundle\x00"
_DEEPEST = 4

Word = Literal["play", "stop", "generate", "go"]
WORDS: tuple[Word, ...] = ("play", "stop", "generate", "go")


@dataclass(frozen=True, slots=True)
class SliderWish:
    """A slider is to stand at a value within its range."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class WordWish:
    """Something is to be done."""

    word: Word


OscWish = SliderWish | WordWish
ADDRESSES: Mapping[str, str] = MappingProxyType(
    {f"{PREFIX}{name}": name for name in (*DIMENSION_BY_NAME, *WORDS)}
)


def wish_of(address: str, arguments: list[Any]) -> OscWish | None:
    """What a message asks for; None where it is not in the table or not as it should be.

    A slider wants one finite number and is kept within its range. A word wants nothing, or what
    a button sends: one number, of which 0 is its release.
    """
    name = ADDRESSES.get(address)
    if name is None or len(arguments) > 1:
        return None
    value = arguments[0] if arguments else None
    number = _number(value)
    if name in DIMENSION_BY_NAME:
        if number is None:
            return None
        dimension = DIMENSION_BY_NAME[name]
        return SliderWish(name, min(max(number, dimension.minimum), dimension.maximum))
    word = next(word for word in WORDS if word == name)
    if value is not None and value is not True and not number:
        return None
    return WordWish(word)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


class Rate:
    """So many messages a second, no more.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, a_second: int, clock: Callable[[], float]) -> None:
        self._a_second, self._clock = float(a_second), clock
        self._left, self._since = self._a_second, clock()

    def allows(self) -> bool:
        """Whether one more is heard; one that is heard counts."""
        now = self._clock()
        self._left = min(self._a_second, self._left + (now - self._since) * self._a_second)
        self._since = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


def wishes_in(packet: bytes) -> list[OscWish]:
    """What a datagram asks for, bundles unpacked; empty where it is no OSC."""
    if len(packet) > LARGEST_BYTES or not _whole(packet):
        return []
    try:
        messages = OscPacket(packet).messages
        found = [wish_of(each.message.address, list(each.message.params)) for each in messages]
    except (ParseError, ValueError, IndexError, RecursionError):
        return []
    return [wish for wish in found if wish is not None]


def _whole(packet: bytes, depth: int = 0) -> bool:
    """Whether the parts of a bundle lie one behind the other, as its sizes say.

    The library believes them: with a size below zero it would read for ever.
    """
    if not packet.startswith(_BUNDLE):
        return True
    at = len(_BUNDLE) + 8
    while at + 4 <= len(packet):
        size = int.from_bytes(packet[at : at + 4], "big", signed=True)
        at += 4
        if size <= 0 or at + size > len(packet) or depth >= _DEEPEST:
            return False
        if not _whole(packet[at : at + size], depth + 1):
            return False
        at += size
    return at == len(packet)


class _Server(socketserver.UDPServer):
    max_packet_size = LARGEST_BYTES + 1


class OscInput:
    """Hears OSC on one port of this machine, on a thread of its own.

    Args:
        hear: receives each wish, on that thread.
        port: UDP, 1024 to 65535; 0 takes a free one.

    Raises:
        PsychoscoreError: the port is taken or not allowed.
    """

    def __init__(
        self,
        hear: Callable[[OscWish], None],
        port: int = USUAL_PORT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        rate = Rate(A_SECOND, clock)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                # Reading costs as well, so what is no OSC at all counts too.
                if rate.allows():
                    for number, wish in enumerate(wishes_in(self.request[0])):
                        if number == 0 or rate.allows():
                            hear(wish)

        try:
            self._server = _Server((HOST, port), Handler)
        except (OSError, OverflowError) as error:
            raise PsychoscoreError(
                f"OSC port {port} cannot be opened: {error}.", "Choose another port number."
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="osc in", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Hear nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
