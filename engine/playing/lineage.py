"""What a player's owner remembers of it, so that a successor can stand in its place.

Commands are remembered by the thread that forwards them, replies by the one that hears them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.playing.programme import Programme
from engine.playing.protocol import (
    AddEvents,
    Command,
    EndNotes,
    ExchangeEvents,
    Follow,
    Listen,
    Load,
    Locate,
    NotePlayed,
    OpenPort,
    Pitch,
    PortJoined,
    Position,
    ReplaceFrom,
    Reply,
    SendClock,
    SetAudio,
    SetLoop,
    SetPlace,
    SetReference,
    SetTempoMap,
)
from engine.score import TempoMap


class Memory:
    """The state of a player as its commands and replies tell it."""

    def __init__(self) -> None:
        self.tick = 0.0
        self.playing = False
        self._programme = Programme()
        self._tempo_map = TempoMap()
        self._loop: SetLoop | None = None
        self._port: OpenPort | None = None
        self._audio: SetAudio | None = None
        self._sync: dict[type[Command], Command] = {}
        self._peers: tuple[str, ...] = ()
        self._sounding: dict[Pitch, None] = {}

    def remember(self, command: Command) -> None:
        """Take note of a command that is about to be sent."""
        match command:
            case Load():
                self._programme.load(command.events, command.end, command.known_until)
                self._tempo_map = command.tempo_map
                self.tick = 0.0
            case AddEvents():
                self._programme.add(command.events, command.known_until)
            case ReplaceFrom():
                self._programme.replace_from(command.tick, command.events, command.known_until)
            case ExchangeEvents():
                self._programme.exchange(command.removed, command.events)
            case SetTempoMap():
                self._tempo_map = command.tempo_map
            case SetLoop():
                self._loop = command
            case OpenPort():
                self._port, self._peers = command, ()
            case SetAudio():
                self._audio = command
            case SetPlace() | SendClock() | Follow() | Listen() | SetReference():
                self._sync[type(command)] = command
            case _:
                return

    def note(self, reply: Reply) -> None:
        """Take note of what a player says of itself."""
        match reply:
            case Position():
                self.tick, self.playing = reply.tick, reply.playing
            case PortJoined():
                self._peers = reply.peers
            case NotePlayed():
                for pitch in reply.struck:
                    self._sounding[pitch] = None
                for pitch in reply.released:
                    self._sounding.pop(pitch, None)
            case _:
                return

    def testament(self, id: int, chunk: int) -> Iterator[Command]:
        """Commands for a successor: first the port and an end to what sounds, then the rest."""
        if self._port is not None:
            yield OpenPort(id, self._port.choice, self._peers)
            yield EndNotes(id, tuple(self._sounding))
        self._sounding.clear()
        self.playing = False
        if self._audio is not None:
            yield SetAudio(id, self._audio.on, self._audio.soundfont)
        events, programme = self._programme.events(), self._programme
        known = programme.known_until
        yield Load(id, events[:chunk], self._tempo_map, programme.set_end, known)
        for start in range(chunk, len(events), chunk):
            yield AddEvents(id, events[start : start + chunk], known)
        if self._loop is not None:
            yield SetLoop(id, self._loop.start_tick, self._loop.end_tick)
        yield Locate(id, round(self.tick))
        # Following comes last: a leader that runs takes the successor along at once.
        for kind in (SetReference, SetPlace, SendClock, Listen, Follow):
            if kind in self._sync:
                yield replace(self._sync[kind], id=id)
