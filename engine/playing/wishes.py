"""What a player can be told, as words: each becomes a command of the protocol.

It knows neither the process behind the words nor the queue before it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial

from engine.playing.protocol import (
    AddEvents,
    Command,
    CountIn,
    Events,
    ExchangeEvents,
    FadeBy,
    FadeOut,
    Follow,
    LeaveLoop,
    Listen,
    ListPorts,
    Load,
    Locate,
    OpenPort,
    Panic,
    Play,
    PortChoice,
    ReplaceFrom,
    SendClock,
    SetAudio,
    SetClick,
    SetLoop,
    SetPlace,
    SetReference,
    SetTempoMap,
    Stop,
    StrikeNote,
    SyncSource,
)
from engine.score import TempoMap

CHUNK_EVENTS = 1000
NO_INPUT = PortChoice("none", "")


class Wishes(ABC):
    """Every word returns at once with the id of its command. Ticks are 480 a quarter note."""

    @abstractmethod
    def _send(self, build: Callable[[int], Command]) -> int:
        """Send the command that `build` makes of an id, and return the id."""

    def load(
        self,
        events: Events,
        tempo_map: TempoMap,
        *,
        end: int | None = None,
        known_until: int | None = None,
    ) -> int:
        """Stop and hold these events instead of all others.

        Args:
            end: the tick where playing finishes; None means the last event.
            known_until: the musical now waits at this tick for more; None when all are here.
        """
        first = events[:CHUNK_EVENTS]
        identity = self._send(lambda id: Load(id, first, tempo_map, end, known_until))
        return self._add_rest(events, known_until, identity)

    def add(self, events: Events, *, known_until: int | None = None) -> int:
        """Lay events beside those held, as a take grows."""
        first = events[:CHUNK_EVENTS]
        identity = self._send(lambda id: AddEvents(id, first, known_until))
        return self._add_rest(events, known_until, identity)

    def replace_from(self, tick: int, events: Events, *, known_until: int | None = None) -> int:
        """Hold these events instead of all from `tick` on; what sounds there ends cleanly."""
        first = events[:CHUNK_EVENTS]
        identity = self._send(lambda id: ReplaceFrom(id, tick, first, known_until))
        return self._add_rest(events, known_until, identity)

    def exchange(self, removed: Events, events: Events) -> int:
        """Hold `events` instead of `removed`; all other events play on untouched."""
        both = sorted([(event, True) for event in removed] + [(event, False) for event in events])
        identity = 0
        # In the order of time, so that each piece takes old notes and brings the new ones for them.
        for start in range(0, max(len(both), 1), CHUNK_EVENTS):
            piece = both[start : start + CHUNK_EVENTS]
            old = tuple(event for event, gone in piece if gone)
            new = tuple(event for event, gone in piece if not gone)
            identity = self._send(partial(ExchangeEvents, removed=old, events=new))
        return identity

    def strike(self, pitch: int, velocity: int, seconds: float) -> int:
        """Sound a note now, beside the music."""
        return self._send(lambda id: StrikeNote(id, pitch, velocity, seconds))

    def set_tempo_map(self, tempo_map: TempoMap) -> int:
        return self._send(lambda id: SetTempoMap(id, tempo_map))

    def play(self, from_tick: int | None = None) -> int:
        """Play from a tick, or on from where the player stands."""
        return self._send(lambda id: Play(id, from_tick))

    def count_in(self, from_tick: int, events: Events) -> int:
        """Sound these in the preview alone, then play from a tick."""
        return self._send(lambda id: CountIn(id, from_tick, events))

    def locate(self, tick: int) -> int:
        return self._send(lambda id: Locate(id, tick))

    def stop(self) -> int:
        return self._send(Stop)

    def panic(self) -> int:
        """Stop and silence all that hears us."""
        return self._send(Panic)

    def set_loop(self, start_tick: int | None, end_tick: int | None) -> int:
        """Repeat from `start_tick` up to `end_tick`; two None end the loop."""
        return self._send(lambda id: SetLoop(id, start_tick, end_tick))

    def open_port(self, choice: PortChoice) -> int:
        """Play to this port from now on. Answered by `PortOpened` or `PortLost`."""
        return self._send(lambda id: OpenPort(id, choice))

    def list_ports(self) -> int:
        """Answered by `PortsListed`."""
        return self._send(ListPorts)

    def set_audio(self, on: bool, soundfont: str | None = None) -> int:
        """Preview sound on or muted, with a SoundFont or an installed one."""
        return self._send(lambda id: SetAudio(id, on, soundfont))

    def follow(self, source: SyncSource, choice: PortChoice = NO_INPUT) -> int:
        """Follow a clock or time code from an input, or nobody. Answered by `SyncState`."""
        return self._send(lambda id: Follow(id, source, choice))

    def set_place(self, song_tick: int, timecode: str, frame_rate: str) -> int:
        """Say where tick 0 lies in the DAW's song and in the picture."""
        return self._send(lambda id: SetPlace(id, song_tick, timecode, frame_rate))

    def send_clock(self, on: bool) -> int:
        """Send a clock with song position into the port, or no longer."""
        return self._send(lambda id: SendClock(id, on))

    def listen(self, choice: PortChoice = NO_INPUT) -> int:
        """Hear the knobs and keys of an input, or of none. Answered by `InputState`."""
        return self._send(lambda id: Listen(id, choice))

    def leave_loop(self, at: tuple[int, ...]) -> int:
        """Leave the loop at the first of these ticks that is ahead, and go on at its end."""
        return self._send(lambda id: LeaveLoop(id, at))

    def fade_out(self, seconds: float, by: FadeBy = "volume") -> int:
        """Grow silent, then stop. Answered by `Finished` when it has come about."""
        return self._send(lambda id: FadeOut(id, seconds, by))

    def set_click(self, events: Events) -> int:
        """Sound these while the music plays, in the preview alone; none ends it."""
        return self._send(lambda id: SetClick(id, events))

    def set_reference(
        self, pcm: str | None, frames: int, rate: int, offset_seconds: float, gain_db: float
    ) -> int:
        """Sound this audio under the music, or none. Answered by `ReferenceState`."""
        return self._send(lambda id: SetReference(id, pcm, frames, rate, offset_seconds, gain_db))

    def _add_rest(self, events: Events, known_until: int | None, identity: int) -> int:
        """Long lists go in pieces: a player that reads a book plays no note meanwhile."""
        for start in range(CHUNK_EVENTS, len(events), CHUNK_EVENTS):
            piece = events[start : start + CHUNK_EVENTS]
            identity = self._send(partial(AddEvents, events=piece, known_until=known_until))
        return identity
