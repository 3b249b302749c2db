"""What the player is told. Each command has an id; `Acknowledged` answers it, carried out."""

from __future__ import annotations

from dataclasses import dataclass

from engine.playing.protocol.values import Events, FadeBy, Pitch, PortChoice, SyncSource
from engine.score import TempoMap


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
class CountIn:
    """Sound these in the preview alone, then play from a tick; all of them lie before it."""

    id: int
    from_tick: int
    events: Events = ()


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
class Follow:
    """Whose time is the musical now: our own, or a MIDI clock or time code from an input port.

    Our own virtual input is one that a DAW sends its clock to.
    """

    id: int
    source: SyncSource
    choice: PortChoice = PortChoice("none", "")


@dataclass(frozen=True, slots=True)
class SetPlace:
    """Where tick 0 of this music lies for a leader.

    `song_tick` is its place in the DAW's song, whole bars from there on; `timecode` its place in
    the picture, such as `01:02:00:00`, counted at `frame_rate` (`25`, `29.97 DF`).
    """

    id: int
    song_tick: int = 0
    timecode: str = "00:00:00:00"
    frame_rate: str = "25"


@dataclass(frozen=True, slots=True)
class SendClock:
    """Send clock, song position, start and stop into the MIDI port, or no longer."""

    id: int
    on: bool


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear the knobs and keys of an input port, or of none."""

    id: int
    choice: PortChoice = PortChoice("none", "")


@dataclass(frozen=True, slots=True)
class LeaveLoop:
    """Leave the loop at the first tick of `at` that is still ahead, and go on at the loop's end.

    Where none of them lies ahead inside the loop, it is left at its end.
    """

    id: int
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FadeOut:
    """Let what plays grow silent in so many seconds, then stop and say `Finished`.

    By volume (CC 7, given back when all is silent) or by the velocity of the notes to come.
    """

    id: int
    seconds: float
    by: FadeBy = "volume"


@dataclass(frozen=True, slots=True)
class SetClick:
    """Sound these while the music plays, in the preview alone: a click is not for the DAW."""

    id: int
    events: Events = ()


@dataclass(frozen=True, slots=True)
class SetReference:
    """Let audio sound under the music, or none where `pcm` is None.

    `pcm` is a file of our own making, `offset_seconds` the moment after tick 0 at which it begins.
    """

    id: int
    pcm: str | None = None
    frames: int = 0
    rate: int = 0
    offset_seconds: float = 0.0
    gain_db: float = 0.0


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
    | Follow
    | SetPlace
    | SendClock
    | Listen
    | LeaveLoop
    | FadeOut
    | SetClick
    | CountIn
    | SetReference
    | Close
)
