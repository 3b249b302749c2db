"""A JACK server without a sound card for one test, and a receiver beside it.

Use it as `from tests.jack_server import JackRecorder, JackServer, jack_server`; importing the
fixture's name into a conftest.py makes it known there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 20.0


class JackServer:
    """`jackd` with the dummy driver, under a name that nobody else uses.

    Args:
        period: frames; a receiver written in Python loses messages on a busy machine when it
            is given less time than the default.
        realtime: ask for real-time priority, for the server and the ears of its clients; where
            the system grants none it does without.
    """

    def __init__(self, period: int = 1024, *, realtime: bool = False) -> None:
        self.name = f"psychoscore-{uuid.uuid4().hex[:12]}"
        self._period = period
        self._scheduling = ["-R", "-P", "10"] if realtime else ["-r"]
        self._start()

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which programs find this server."""
        return {**os.environ, "JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def kill(self) -> None:
        """Let the server die without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the server, in order also where it was killed.

        JACK knows eight servers on a machine and never forgets one that was killed, until
        another of its name leaves in order.
        """
        if self._process.poll() is not None:
            self._start()
        self._process.terminate()
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def _start(self) -> None:
        self._process = subprocess.Popen(
            ["jackd", "-n", self.name, *self._scheduling]
            + ["-d", "dummy", "-r", "48000", "-p", str(self._period)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._await()
        except BaseException:
            self.kill()
            raise

    def _await(self) -> None:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            asked = subprocess.run(
                [sys.executable, "-c", "import jack; jack.Client('q', no_start_server=True)"],
                env=self.environment,
                capture_output=True,
                check=False,
            )
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("jackd did not start")


class JackRecorder:
    """A process that receives what outputs named SOURCE send.

    Args:
        server: where it listens.
        source: how the names of the outputs begin.
        once: connect only the first output that appears, as a person would.
    """

    def __init__(
        self, server: JackServer, source: str = "PSYCHOSCORE", *, once: bool = False
    ) -> None:
        command = [sys.executable, "-m", "engine.bench.jack_receiver", source, *(["once"] * once)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=server.environment, stdout=subprocess.PIPE, text=True
        )
        self._ready = threading.Event()
        self.messages: list[tuple[float, bytes]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._ready.wait(SECONDS), "the recorder did not start"

    def __enter__(self) -> JackRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:  # its server is gone, and libjack waits for it
            self._process.kill()
            self._process.wait()
        self._reader.join(SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def notes(self) -> list[tuple[int, int]]:
        """Pitch and velocity of every note struck, in order."""
        return [(d[1], d[2]) for _, d in list(self.messages) if d[0] & 0xF0 == 0x90 and d[2]]

    def sounding(self) -> set[tuple[int, int]]:
        """Channel and pitch of every note struck and not released."""
        held: set[tuple[int, int]] = set()
        for _, data in list(self.messages):
            key = (data[0] & 0x0F, data[1])
            if data[0] & 0xF0 == 0x90 and data[2]:
                held.add(key)
            elif data[0] & 0xF0 in (0x80, 0x90):
                held.discard(key)
        return held

    def wait_for(self, holds: Callable[[JackRecorder], bool], seconds: float = SECONDS) -> None:
        """Wait until something holds.

        Raises:
            AssertionError: it did not come to hold in time.
        """
        deadline = time.monotonic() + seconds
        while not holds(self):
            assert time.monotonic() < deadline, (
                f"received {len(self.messages)}, last {self.messages[-9:]}"
            )
            time.sleep(0.01)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            plain = json.loads(line)
            if plain == "ready":
                self._ready.set()
            else:
                self.messages.append((plain[0], bytes(plain[1:])))


@pytest.fixture
def jack_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A JACK server that programs started by the test find by themselves."""
    server = JackServer()
    monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    try:
        yield server
    finally:
        server.stop()
