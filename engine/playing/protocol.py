"""What the player is told and what it answers: frozen messages and their bytes.

Time is in ticks, 480 a quarter note; only the player turns ticks into deadlines. Messages cross
the pipe as strict JSON, never as pickles. This module knows no port, no clock and no process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

from engine.score import TempoMap

PORT_NAME = "PSYCHOSCORE"
PATIENCE = 0.5

Pitch = tuple[int, int]
"""A sounding pitch: MIDI channel 0-15 and pitch 0-127."""


class PlayerEvent(NamedTuple):
    """One MIDI message of one to three bytes at a tick."""

    tick: int
    data: bytes


Events = tuple[PlayerEvent, ...]


@dataclass(frozen=True, slots=True)
class PortChoice:
    """Where the music goes: our own virtual port, somebody's port by name, or nowhere."""

    kind: Literal["virtual", "named", "none"] = "virtual"
    name: str = PORT_NAME


# Commands. Each has an id and is answered by `Acknowledged` once it has been carried out.


@dataclass(frozen=True, slots=True)
class Begin:
    """Serve from now on: the first command to a player, who may have waited for it as a spare."""

    id: int


@dataclass(frozen=True, slots=True)
class Load:
    """Stop, forget all events, hold these. `end` finishes playing, None means the last event.

    Up to `known_until` all events are there; the musical now waits at this tick for more.
    None means that nothing more will come.
    """

    id: int
    events: Events
    tempo_map: TempoMap
    end: int | None = None
    known_until: int | None = None


@dataclass(frozen=True, slots=True)
class AddEvents:
    """Lay more events beside those held. A note that is a little late sounds at once."""

    id: int
    events: Events
    known_until: int | None = None


@dataclass(frozen=True, slots=True)
class ReplaceFrom:
    """Forget the events from `tick` on and hold these instead; open notes end at `tick`."""

    id: int
    tick: int
    events: Events
    known_until: int | None = None


@dataclass(frozen=True, slots=True)
class ExchangeEvents:
    """Forget some events and hold others; all that is not named plays on untouched."""

    id: int
    removed: Events
    events: Events


@dataclass(frozen=True, slots=True)
class StrikeNote:
    """Sound a note now, beside the music and whether or not it plays."""

    id: int
    pitch: int
    velocity: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SetTempoMap:
    id: int
    tempo_map: TempoMap


@dataclass(frozen=True, slots=True)
class Play:
    """Play from a tick, or on from where the player stands when it is None."""

    id: int
    from_tick: int | None = None


@dataclass(frozen=True, slots=True)
class Locate:
    id: int
    tick: int


@dataclass(frozen=True, slots=True)
class Stop:
    id: int


@dataclass(frozen=True, slots=True)
class Panic:
    """Stop and silence everything that hears us, whatever we believe to be sounding."""

    id: int


@dataclass(frozen=True, slots=True)
class SetLoop:
    """Repeat from `start_tick` up to `end_tick`; both None ends the loop."""

    id: int
    start_tick: int | None = None
    end_tick: int | None = None


@dataclass(frozen=True, slots=True)
class OpenPort:
    """Change the MIDI port; `peers` are programs to connect a virtual port with again."""

    id: int
    choice: PortChoice
    peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndNotes:
    """Send offs for notes that a player who is no more left sounding."""

    id: int
    notes: tuple[Pitch, ...]


@dataclass(frozen=True, slots=True)
class ListPorts:
    id: int


@dataclass(frozen=True, slots=True)
class SetAudio:
    """Preview sound on or muted. `soundfont` is a file, or None for an installed one."""

    id: int
    on: bool
    soundfont: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    id: int


Command = (
    Begin
    | Load
    | AddEvents
    | ReplaceFrom
    | ExchangeEvents
    | StrikeNote
    | SetTempoMap
    | Play
    | Locate
    | Stop
    | Panic
    | SetLoop
    | OpenPort
    | EndNotes
    | ListPorts
    | SetAudio
    | Close
)


# Replies.


@dataclass(frozen=True, slots=True)
class Ready:
    """The player runs. `priority` says in words what the system granted."""

    pid: int
    priority: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life; without another in `patience` seconds the player counts as frozen."""

    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Acknowledged:
    id: int


@dataclass(frozen=True, slots=True)
class Position:
    """The musical now. `waiting` is true while it stands still for events yet to come."""

    tick: float
    playing: bool
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Lateness:
    """Milliseconds from the desired to the actual moment of each event since the last report."""

    milliseconds: tuple[float, ...]

    @property
    def worst(self) -> float:
        return max(self.milliseconds, default=0.0)


@dataclass(frozen=True, slots=True)
class NotePlayed:
    """Pitches struck and released: a lamp's pulse, and the memory of what sounds."""

    struck: tuple[Pitch, ...] = ()
    released: tuple[Pitch, ...] = ()


@dataclass(frozen=True, slots=True)
class PortsListed:
    """Ports one can play into. `sentence` says what is missing, or is empty."""

    names: tuple[str, ...]
    virtual: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PortOpened:
    """A port is open under this name; with choice `none` the name is empty."""

    name: str


@dataclass(frozen=True, slots=True)
class PortLost:
    """A port could not be opened, or went away. Playing goes on without it."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PortJoined:
    """Who listens to our port now."""

    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AudioState:
    """`on` is true when preview sound can be heard; else the sentence says what to do."""

    on: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end was reached; the player has stopped there."""


@dataclass(frozen=True, slots=True)
class PlayerReplaced:
    """A player died or froze; its successor stands, stopped, at the last known tick."""

    sentence: str
    tick: int
    was_playing: bool


@dataclass(frozen=True, slots=True)
class PlayerGone:
    """Players died one after the other, and no more are started."""

    sentence: str


Reply = (
    Ready
    | Heartbeat
    | Acknowledged
    | Position
    | Lateness
    | NotePlayed
    | PortsListed
    | PortOpened
    | PortLost
    | PortJoined
    | AudioState
    | Finished
    | PlayerReplaced
    | PlayerGone
)
Message = Command | Reply

_MESSAGES: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (*Command.__args__, *Reply.__args__)
}


def _events_plain(events: Events) -> list[object]:
    return [part for event in events for part in (event.tick, event.data.hex())]


def _events(plain: list[Any]) -> Events:
    return tuple(
        PlayerEvent(tick, bytes.fromhex(data))
        for tick, data in zip(plain[::2], plain[1::2], strict=True)
    )


def _pitches(plain: list[list[int]]) -> tuple[Pitch, ...]:
    return tuple((channel, pitch) for channel, pitch in plain)


_TO_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "events": _events_plain,
    "removed": _events_plain,
    "tempo_map": lambda tempo_map: tempo_map.marks,
    "choice": lambda choice: [choice.kind, choice.name],
}
_FROM_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "events": _events,
    "removed": _events,
    "tempo_map": lambda marks: TempoMap(tuple((tick, bpm) for tick, bpm in marks)),
    "choice": lambda plain: PortChoice(*plain),
    "peers": tuple,
    "names": tuple,
    "milliseconds": tuple,
    "notes": _pitches,
    "struck": _pitches,
    "released": _pitches,
}


def encode(message: Message) -> bytes:
    """The bytes of a message."""
    plain: dict[str, object] = {"is": type(message).__name__}
    for each in fields(message):
        value = getattr(message, each.name)
        convert = _TO_PLAIN.get(each.name)
        plain[each.name] = convert(value) if convert else value
    return json.dumps(plain, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """The message of some bytes.

    Raises:
        ValueError, KeyError, TypeError: the bytes are no message of this protocol.
    """
    plain = json.loads(data)
    kind = _MESSAGES[plain.pop("is")]
    return kind(
        **{
            name: _FROM_PLAIN[name](value) if name in _FROM_PLAIN else value
            for name, value in plain.items()
        }
    )
