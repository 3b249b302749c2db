"""Knobs and keys through a real JACK server into the player's own process."""

from __future__ import annotations

import time
from collections.abc import Callable

import rtmidi

from engine.playing.process import PlayerClient
from engine.playing.protocol import (
    CONTROLS_NAME,
    ControlsMoved,
    InputState,
    KeysStruck,
    PortChoice,
    Reply,
)
from tests.jack_server import JackServer

SECONDS = 20.0


def _until(holds: Callable[[], bool], again: Callable[[], object] = lambda: None) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        again()
        time.sleep(0.05)


def test_a_knob_and_a_key_are_heard(jack_server: JackServer) -> None:
    heard: list[Reply] = []
    client = PlayerClient(heard.append, spare=False)
    client.start()
    end = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "knobs")
    try:
        client.listen(PortChoice("virtual", CONTROLS_NAME))
        _until(lambda: any(isinstance(reply, InputState) and reply.open for reply in heard))
        _until(lambda: any("controllers in" in name for name in end.get_ports()))
        port = next(index for index, name in enumerate(end.get_ports()) if "controllers in" in name)
        end.open_port(port)
        values = iter(range(128))
        _until(
            lambda: any(isinstance(reply, ControlsMoved) for reply in heard),
            lambda: end.send_message([0xB2, 21, next(values)]),
        )
        end.send_message([0x90, 60, 99])
        _until(lambda: any(isinstance(reply, KeysStruck) for reply in heard))
    finally:
        end.close_port()
        end.delete()
        client.close()
    moved = next(reply for reply in heard if isinstance(reply, ControlsMoved))
    assert moved.moves[0][:2] == (2, 21)
    struck = next(reply for reply in heard if isinstance(reply, KeysStruck))
    assert struck.strokes[0][1:] == (0, 60, 99)
