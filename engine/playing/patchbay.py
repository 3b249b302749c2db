"""Who is connected with our JACK port, and whether the JACK server still lives.

rtmidi can tell neither, and goes on sending to a dead server until it freezes. This needs the
`jack` package; without it, or without a server, there is simply no patchbay.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from engine.playing.protocol import PORT_NAME

_JOINING_SECONDS = 0.3
SERVER_GONE = "The JACK server has stopped."
PORT_REMOVED = "The JACK server has removed the port."


class JackPatchbay:
    """A silent JACK client of our own that looks after the port rtmidi made."""

    def __init__(self, client: Any, error: type[Exception]) -> None:
        self._client = client
        self._error = error
        self._port = ""
        self._closed_by = ""
        client.set_shutdown_callback(self._server_left)

    @classmethod
    def open(cls) -> JackPatchbay | None:
        """A patchbay, or None where there is no JACK to look at."""
        try:
            import jack
        except (ImportError, OSError):
            return None
        try:
            client = jack.Client(f"{PORT_NAME} patchbay", no_start_server=True)
            return cls(client, jack.JackError)
        except jack.JackError:
            return None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The port that appears under our name inside the block is the one looked after."""
        before = self._ours()
        yield
        self._port = next(iter(sorted(self._ours() - before)), "")

    def trouble(self) -> str:
        """Why the port is of no use any more, or an empty string."""
        if self._closed_by:
            return SERVER_GONE
        if self._port and self._port not in self._ours():
            return PORT_REMOVED
        return ""

    def peers(self) -> tuple[str, ...]:
        """Ports connected with ours, by their full names."""
        if self._closed_by or not self._port:
            return ()
        try:
            port = self._client.get_port_by_name(self._port)
            return tuple(sorted(peer.name for peer in self._client.get_all_connections(port)))
        except self._error:
            return ()  # the port left while we asked

    def join(self, peers: Sequence[str]) -> None:
        """Connect our port with those of these that are there, and wait until they hear us.

        JACK connects with its next period; what is sent before is heard by nobody.
        """
        if self._closed_by or not self._port:
            return
        there = {port.name for port in self._client.get_ports(is_midi=True, is_input=True)}
        for peer in sorted((there & set(peers)) - set(self.peers())):
            with suppress(self._error):  # the peer left while we asked
                self._client.connect(self._port, peer)
        wanted = there & set(peers)
        deadline = time.perf_counter() + _JOINING_SECONDS
        while wanted and time.perf_counter() < deadline:
            time.sleep(2 * self.period())
            if wanted <= set(self.peers()):
                break

    def period(self) -> float:
        """Seconds in which JACK hands messages over."""
        if self._closed_by:
            return 0.0
        return float(self._client.blocksize / self._client.samplerate)

    def close(self) -> None:
        if not self._closed_by:
            self._client.close(ignore_errors=True)
            self._closed_by = "us"

    def _ours(self) -> set[str]:
        ports = self._client.get_ports(f"^{PORT_NAME}", is_midi=True, is_output=True)
        return {port.name for port in ports}

    def _server_left(self, status: object, reason: str) -> None:
        self._closed_by = reason or "the server"
