"""What the player answers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.playing.protocol.values import (
    PATIENCE,
    ControlMove,
    LockState,
    Pitch,
    Stroke,
    SyncSource,
)


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
    """Ports to play into, and `inputs` to follow. `sentence` says what is missing, or is empty."""

    names: tuple[str, ...]
    virtual: bool
    sentence: str = ""
    inputs: tuple[str, ...] = ()


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
class ReferenceState:
    """`on` is true when reference audio can sound; else the sentence says why, or is empty."""

    on: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class SyncState:
    """Whom the player follows, and how well. `bpm` is the leader's tempo, 0 where it has none.

    `sentence` says what hinders following, or is empty.
    """

    source: SyncSource
    port: str
    lock: LockState
    bpm: float = 0.0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Led:
    """The leader started or stopped the music."""

    playing: bool


@dataclass(frozen=True, slots=True)
class InputState:
    """Which input is heard for knobs and keys, "" for none, and whether it is there.

    `sentence` says what hinders hearing, or is empty.
    """

    port: str
    open: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ControlsMoved:
    """Controllers that were moved since the last report, each with its last value."""

    moves: tuple[ControlMove, ...]


@dataclass(frozen=True, slots=True)
class KeysStruck:
    """Keys that were struck and released, in order."""

    strokes: tuple[Stroke, ...]


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
    | ReferenceState
    | SyncState
    | Led
    | InputState
    | ControlsMoved
    | KeysStruck
    | Finished
    | PlayerReplaced
    | PlayerGone
)
