"""Every message survives the pipe unchanged."""

from __future__ import annotations

import json

import pytest

from engine.playing import protocol
from engine.playing.protocol import (
    AddEvents,
    EndNotes,
    ExchangeEvents,
    Follow,
    Lateness,
    Led,
    Load,
    Message,
    NotePlayed,
    OpenPort,
    Play,
    PlayerEvent,
    PlayerReplaced,
    PortChoice,
    PortsListed,
    Position,
    ReferenceState,
    ReplaceFrom,
    SendClock,
    SetAudio,
    SetLoop,
    SetPlace,
    SetReference,
    SetTempoMap,
    StrikeNote,
    SyncState,
    decode,
    encode,
)
from engine.score import TempoMap

EVENTS = (PlayerEvent(-240, b"\x90\x3c\x40"), PlayerEvent(960, b"\xc0\x05"))
TEMPO = TempoMap(((0, 72.5), (960, 60.0)))
MESSAGES: tuple[Message, ...] = (
    Load(1, EVENTS, TEMPO, 1920, None),
    AddEvents(2, EVENTS, 960),
    ReplaceFrom(3, 480, (), None),
    ExchangeEvents(3, EVENTS[:1], EVENTS[1:]),
    StrikeNote(3, 60, 90, 0.3),
    SetTempoMap(4, TEMPO),
    Play(5),
    SetLoop(6, 0, 1920),
    OpenPort(7, PortChoice("named", "Söng: port 1"), ("a:b", "c:d")),
    EndNotes(8, ((0, 60), (9, 35))),
    SetAudio(9, True, "/a/b.sf3"),
    Follow(10, "clock", PortChoice("named", "DAW:clock")),
    SetPlace(11, 15_360, "01:00:00;02", "29.97 DF"),
    SendClock(12, True),
    SetReference(13, "/c/a.pcm", 96_000, 48_000, -2.5, -3.0),
    SetReference(14),
    ReferenceState(False, "No."),
    SyncState("clock", "DAW:clock", "locked", 120.5),
    Led(True),
    Position(12.25, True, True),
    Lateness((0.1, -0.2)),
    NotePlayed(((0, 60),), ((1, 61), (0, 62))),
    PortsListed(("x", "y"), True, "", ("z",)),
    PlayerReplaced("why", 480, True),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_equal(message: Message) -> None:
    assert decode(encode(message)) == message


def test_bytes_are_strict_json() -> None:
    assert json.loads(encode(Play(5, 480))) == {"is": "Play", "id": 5, "from_tick": 480}


@pytest.mark.parametrize("data", [b"", b"{}", b'{"is":"Print"}', b'{"is":"Play"}', b"\x80\x04."])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(data)


def test_every_command_has_an_id() -> None:
    for command in protocol.Command.__args__:
        assert next(iter(command.__dataclass_fields__)) == "id"
