"""The player that other tests lean on keeps its own promises."""

from __future__ import annotations

from engine.playing.events import note_events
from engine.playing.protocol import (
    Acknowledged,
    PortChoice,
    PortOpened,
    PortsListed,
    Position,
    Reply,
)
from engine.score import Note, TempoMap, Voice
from tests.app.recording_player import RecordingPlayer

NOTE = Note(480, 240, 60, 80, Voice.MELODY)


def test_holds_what_is_loaded_and_added_until_the_next_load() -> None:
    player = RecordingPlayer(lambda reply: None)
    player.load(note_events([NOTE]), TempoMap())
    later = Note(960, 240, 64, 80, Voice.MELODY)
    player.add(note_events([later]), known_until=None)
    assert player.programme.events() == note_events([NOTE, later])
    player.load((), TempoMap(), end=480)
    assert player.programme.events() == () and player.programme.end == 480


def test_exchanges_and_remembers_strikes() -> None:
    player = RecordingPlayer(lambda reply: None)
    other = Note(480, 240, 62, 80, Voice.MELODY)
    player.load(note_events([NOTE]), TempoMap())
    player.play(0)
    player.exchange(note_events([NOTE]), note_events([other]))
    player.strike(60, 90, 0.3)
    assert player.programme.events() == note_events([other])
    assert player.playing and player.strikes == [(60, 90)]


def test_load_stops_and_play_starts_at_a_tick() -> None:
    player = RecordingPlayer(lambda reply: None)
    player.play(960)
    assert player.playing and player.tick == 960
    player.load((), TempoMap())
    assert not player.playing


def test_answers_as_a_player_does() -> None:
    heard: list[Reply] = []
    player = RecordingPlayer(heard.append, ("Piano",))
    player.list_ports()
    player.open_port(PortChoice())
    player.play(0)
    player.advance(100)
    assert heard[0] == PortsListed(("PSYCHOSCORE", "Piano"), virtual=True)
    answers = [reply for reply in heard if not isinstance(reply, Acknowledged)]
    assert answers[1:] == [PortOpened("PSYCHOSCORE"), Position(100, playing=True)]
    assert [reply.id for reply in heard if isinstance(reply, Acknowledged)] == [1, 2, 3]
