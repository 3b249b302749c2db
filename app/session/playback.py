"""The window's side of the player: the transport wish, the ports, and where the music is.

It sends wishes to the player process and turns its replies into snapshots. It knows no project;
whoever owns the music hands it over with `show_score`, or streams it with a `LiveTake`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from app.session.values import PortSnapshot, TransportSnapshot
from app.widgets.lamp import LampState
from engine.playing.events import note_events, score_events
from engine.playing.protocol import (
    PORT_NAME,
    AudioState,
    Events,
    Finished,
    NotePlayed,
    PlayerGone,
    PlayerReplaced,
    PortChoice,
    PortLost,
    PortOpened,
    PortsListed,
    Position,
    Reply,
)
from engine.score import Score, TempoMap
from engine.take import BarComposed, GenerationEvent, NoteComposed, TakeComposed

Loop = tuple[int, int]


class Player(Protocol):
    """What is asked of the player process; every call returns at once."""

    def load(
        self,
        events: Events,
        tempo_map: TempoMap,
        *,
        end: int | None = None,
        known_until: int | None = None,
    ) -> int: ...

    def add(self, events: Events, *, known_until: int | None = None) -> int: ...

    def set_tempo_map(self, tempo_map: TempoMap) -> int: ...

    def play(self, from_tick: int | None = None) -> int: ...

    def locate(self, tick: int) -> int: ...

    def stop(self) -> int: ...

    def panic(self) -> int: ...

    def set_loop(self, start_tick: int | None, end_tick: int | None) -> int: ...

    def open_port(self, choice: PortChoice) -> int: ...

    def list_ports(self) -> int: ...

    def set_audio(self, on: bool, soundfont: str | None = None) -> int: ...

    def close(self) -> None: ...


class LiveTake:
    """Sends a take to the player note by note, from the thread that composes it.

    Args:
        player: where it goes.
        starts: the tick of each bar line and of the end.
        take: which of the takes of the job is heard, from 0.
    """

    def __init__(self, player: Player, starts: tuple[int, ...], take: int = 0) -> None:
        self._player, self._starts, self._take = player, starts, take
        self._ended = False

    def end(self) -> None:
        """Send nothing more; the player holds other music now."""
        self._ended = True

    def __call__(self, event: GenerationEvent) -> None:
        if event.take != self._take or self._ended:
            return
        if isinstance(event, NoteComposed):
            # Notes come in the order of their onsets, so all before this one are there.
            self._player.add(note_events([event.note]), known_until=event.note.onset)
        elif isinstance(event, BarComposed):
            self._player.add((), known_until=self._starts[event.bar])
        elif isinstance(event, TakeComposed):
            self._player.add(note_events((), event.result.score.controls), known_until=None)


class Playback:
    """Transport, ports and position.

    Args:
        player: the player process.
        moved, transport_changed, ports_changed: called after what they say.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        player: Player,
        *,
        moved: Callable[[], None],
        transport_changed: Callable[[], None],
        ports_changed: Callable[[], None],
        struck: Callable[[], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._player = player
        self._moved, self._struck = moved, struck
        self._transport_changed, self._ports_changed = transport_changed, ports_changed
        self._clock = clock
        self._tempo_map = TempoMap()
        self._place = (0.0, clock())
        self._waiting = False
        self._origin = 0
        self.transport = TransportSnapshot(playing=False, looping=False, loop=None)
        self.ports = PortSnapshot((), "", LampState.OFF, audio=True)

    @property
    def position(self) -> float:
        """Where the music is now, in ticks."""
        tick, since = self._place
        if not self.transport.playing or self._waiting:
            return tick
        seconds = self._tempo_map.seconds(tick) + min(self._clock() - since, 0.25)
        return self._tempo_map.tick(seconds)

    def show_score(self, score: Score | None, tempo_map: TempoMap, end: int) -> None:
        """Hold this music from now on; where something plays, go on with it at the same place."""
        place = self.position
        events = score_events(score) if score else ()
        self._tempo_map = tempo_map
        self._player.load(events, tempo_map, end=end)
        self._player.locate(int(min(place, end)))
        self._place = (min(place, float(end)), self._clock())
        if self.transport.playing:
            self._player.play(int(place))

    def begin_stream(self, tempo_map: TempoMap, starts: tuple[int, ...]) -> LiveTake:
        """Hold nothing yet and wait for what the `LiveTake` hears."""
        self._tempo_map = tempo_map
        self._player.load((), tempo_map, end=starts[-1], known_until=0)
        self._set_transport(playing=False)
        return LiveTake(self._player, starts)

    def set_tempo_map(self, tempo_map: TempoMap) -> None:
        place = self.position
        self._tempo_map = tempo_map
        self._place = (place, self._clock())
        self._player.set_tempo_map(tempo_map)

    def play(self, from_tick: int | None = None) -> None:
        start = int(self.position) if from_tick is None else from_tick
        self._origin = start
        self._place = (float(start), self._clock())
        self._player.play(start)
        self._set_transport(playing=True)

    def stop(self) -> None:
        place = self.position
        self._player.stop()
        self._place = (place, self._clock())
        self._set_transport(playing=False)

    def locate(self, tick: int) -> None:
        self._player.locate(tick)
        self._place = (float(tick), self._clock())
        self._moved()

    def set_loop(self, loop: Loop | None, looping: bool) -> None:
        active = loop if looping else None
        self._player.set_loop(*(active or (None, None)))
        self.transport = TransportSnapshot(self.transport.playing, looping, loop)
        self._transport_changed()

    def panic(self) -> None:
        self._player.panic()
        self._set_transport(playing=False)

    def choose_port(self, name: str) -> None:
        """Open a port by name: our own virtual one, somebody's, or "" for none."""
        kind = "none" if not name else "virtual" if name == PORT_NAME else "named"
        self._player.open_port(PortChoice(kind, name))  # type: ignore[arg-type]
        self._set_ports(chosen=name, lamp=LampState.OFF, notice="")

    def rescan(self) -> None:
        self._player.list_ports()

    def set_audio(self, on: bool) -> None:
        self._player.set_audio(on)
        self._set_ports(audio=on)

    def close(self) -> None:
        self._player.close()

    def hear(self, reply: Reply) -> None:
        """Take in what the player says; on the GUI thread."""
        match reply:
            case Position(tick, playing, waiting):
                self._place, self._waiting = (tick, self._clock()), waiting
                if self.transport.playing and not playing:
                    self._waiting = True
                self._moved()
            case NotePlayed(struck):
                if struck:
                    self._struck()
            case Finished():
                self._place = (float(self._origin), self._clock())
                self._player.locate(self._origin)
                self._set_transport(playing=False)
                self._moved()
            case PortsListed(names, virtual, sentence):
                own = (PORT_NAME,) if virtual else ()
                others = tuple(name for name in names if name != PORT_NAME)
                self._set_ports(names=(*own, *others), notice=sentence)
            case PortOpened(name):
                self._set_ports(lamp=LampState.OPEN if name else LampState.OFF, notice="")
            case PortLost(_, sentence):
                self._set_ports(lamp=LampState.LOST, notice=sentence)
            case AudioState(on, sentence):
                self._set_ports(audio_notice="" if on or not self.ports.audio else sentence)
            case PlayerReplaced(sentence, tick, _):
                self._place = (float(tick), self._clock())
                self._set_ports(notice=sentence)
                self._set_transport(playing=False)
            case PlayerGone(sentence):
                self._set_ports(lamp=LampState.LOST, notice=sentence)
                self._set_transport(playing=False)

    def _set_transport(self, *, playing: bool) -> None:
        self._waiting = False
        if playing != self.transport.playing:
            old = self.transport
            self.transport = TransportSnapshot(playing, old.looping, old.loop)
            self._transport_changed()

    def _set_ports(self, **changes: object) -> None:
        values = {name: getattr(self.ports, name) for name in PortSnapshot.__slots__}
        self.ports = PortSnapshot(**values | changes)
        self._ports_changed()
