"""A successor is told everything its predecessor knew."""

from __future__ import annotations

from engine.playing.lineage import Memory
from engine.playing.protocol import (
    AddEvents,
    EndNotes,
    ExchangeEvents,
    Follow,
    Load,
    Locate,
    NotePlayed,
    OpenPort,
    PortChoice,
    PortJoined,
    Position,
    ReplaceFrom,
    SendClock,
    SetAudio,
    SetLoop,
    SetPlace,
)
from tests.engine.playing.stage import MILLISECONDS, Stage, notes


def _lived() -> Memory:
    memory = Memory()
    for command in (
        OpenPort(1, PortChoice("virtual", "X")),
        SetAudio(2, True, "a.sf3"),
        Load(3, notes((0, 400, 60), (500, 900, 61)), MILLISECONDS, 4000, 1000),
        AddEvents(4, notes((1000, 1400, 62)), 2000),
        ReplaceFrom(5, 500, notes((500, 900, 70)), None),
        ExchangeEvents(5, notes((0, 400, 60)), notes((0, 400, 59))),
        SetLoop(6, 0, 2000),
    ):
        memory.remember(command)
    for reply in (
        PortJoined(("daw:in",)),
        NotePlayed(struck=((0, 60), (0, 70))),
        NotePlayed(released=((0, 60),)),
        Position(612.4, True),
    ):
        memory.note(reply)
    return memory


def test_the_port_and_the_sounding_notes_come_first() -> None:
    first, second, *_ = _lived().testament(0, 1000)
    assert first == OpenPort(0, PortChoice("virtual", "X"), ("daw:in",))
    assert second == EndNotes(0, ((0, 70),))


def test_the_rest_is_there() -> None:
    memory = _lived()
    assert memory.playing
    rest = list(memory.testament(0, 3))[2:]
    assert rest[0] == SetAudio(0, True, "a.sf3")
    assert isinstance(rest[1], Load)
    assert (rest[1].tempo_map, rest[1].end, rest[1].known_until) == (MILLISECONDS, 4000, None)
    assert isinstance(rest[2], AddEvents)
    assert (*rest[1].events, *rest[2].events) == notes((0, 400, 59), (500, 900, 70))
    assert rest[3:] == [SetLoop(0, 0, 2000), Locate(0, 612)]
    assert not memory.playing


def test_a_successor_plays_the_same_music() -> None:
    stage = Stage()
    for command in _lived().testament(0, 1000):
        stage.player.handle(command)
    assert stage.player.position() == 612
    stage.start(notes((0, 400, 60)))
    assert not stage.finished()


def test_a_successor_follows_whom_its_predecessor_followed_last_of_all() -> None:
    memory = _lived()
    follow = Follow(7, "clock", PortChoice("named", "DAW"))
    for command in (follow, SendClock(8, True), SetPlace(9, 1920, "01:00:00:00", "24")):
        memory.remember(command)
    assert list(memory.testament(0, 1000))[-3:] == [
        SetPlace(0, 1920, "01:00:00:00", "24"),
        SendClock(0, True),
        Follow(0, "clock", PortChoice("named", "DAW")),
    ]
