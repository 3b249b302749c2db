"""The window's side of the player: the transport wish, the ports, and where the music is.

It sends wishes to the player process and turns its replies into snapshots. It knows no project;
whoever owns the music hands it over with `show_score`, or streams it with a `LiveTake`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.session.following import Following, Leading, Leaving, Listening, Sounding
from app.session.values import PortSnapshot, TransportSnapshot
from app.widgets.lamp import LampState
from engine.midi.overlaps import cut_overlaps
from engine.playing.events import is_on, note_events, score_events
from engine.playing.protocol import (
    PORT_NAME,
    AudioState,
    Events,
    Finished,
    Led,
    NotePlayed,
    PlayerGone,
    PlayerReplaced,
    PortChoice,
    PortLost,
    PortOpened,
    PortsListed,
    Position,
    Ready,
    Reply,
    SyncState,
)
from engine.score import Note, Score, TempoMap
from engine.take import BarComposed, NoteComposed, TakeComposed
from engine.worker import WorkEvent

Loop = tuple[int, int]
TICKS_AHEAD = 60
STRIKE_SECONDS = 0.35


class Player(Leading, Listening, Leaving, Sounding, Protocol):
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

    def exchange(self, removed: Events, events: Events) -> int: ...

    def strike(self, pitch: int, velocity: int, seconds: float) -> int: ...

    def set_tempo_map(self, tempo_map: TempoMap) -> int: ...

    def play(self, from_tick: int | None = None) -> int: ...

    def count_in(self, from_tick: int, events: Events) -> int: ...

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

    What is sent is, note for note, what the finished take holds: a note that is still sounding
    when its pitch is struck again ends there, so ends are sent only when they are certain.

    Args:
        player: where it goes.
        starts: the tick of each bar line and of the end.
        take: which of the takes of the job is heard, from 0.
    """

    def __init__(self, player: Player, starts: tuple[int, ...], take: int = 0) -> None:
        self._player, self._starts, self._take = player, starts, take
        self._open: dict[int, Note] = {}
        self._ended = False
        self._sending = threading.Lock()

    def end(self) -> None:
        """Send nothing more, from now on: the player is to hold other music."""
        with self._sending:
            self._ended = True

    def __call__(self, event: WorkEvent) -> None:
        with self._sending:
            if event.take == self._take and not self._ended:
                self._send(event)

    def _known(self, tick: int) -> int | None:
        """Up to which tick the player may go; it waits there for more."""
        return tick

    def _send(self, event: WorkEvent) -> None:
        if isinstance(event, NoteComposed):
            self._strike(event.note)
        elif isinstance(event, BarComposed):
            border = self._starts[event.bar]
            self._player.add(self._ends(border), known_until=border)
        elif isinstance(event, TakeComposed):
            self._player.add(self._ends(self._starts[-1]), known_until=None)

    def _strike(self, note: Note) -> None:
        before = self._open.get(note.pitch)
        if before is not None and before.onset == note.onset:
            return
        # Notes come in the order of their onsets, so all before this one are there.
        ends = self._ends(note.onset)
        if before is not None and note.pitch in self._open:
            del self._open[note.pitch]
            ends += _end(before, note.onset)
        self._open[note.pitch] = note
        struck = tuple(each for each in note_events([note]) if is_on(each.data))
        self._player.add((*ends, *struck), known_until=self._known(note.onset))

    def _ends(self, tick: int) -> Events:
        """The ends that are certain once all up to `tick` is composed."""
        last = self._starts[-1]
        over = [note for note in self._open.values() if min(note.end, last) <= tick]
        for note in over:
            del self._open[note.pitch]
        return tuple(end for note in over for end in _end(note, min(note.end, last)))


def _end(note: Note, tick: int) -> Events:
    cut = replace(note, duration=max(tick - note.onset, 1))
    return tuple(each for each in note_events([cut]) if not is_on(each.data))


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
        self.following = Following(player, ports_changed)
        self._tempo_map = TempoMap()
        self._place = (0.0, clock())
        self._waiting = False
        self._origin = 0
        self._counted = False
        self._complete: Score | None = None
        # What the player has, as far as it was given whole.
        self._holds: Score | None = None
        self.transport = TransportSnapshot(playing=False, looping=False, loop=None)
        self.ports = PortSnapshot((), "", LampState.OFF, audio=True)

    @property
    def tempo_map(self) -> TempoMap:
        """The tempo of what the player holds."""
        return self._tempo_map

    @property
    def position(self) -> float:
        """Where the music is now, in ticks."""
        tick, since = self._place
        if not self.transport.playing or self._waiting:
            return tick
        tempo_map = self.following.tempo_map or self._tempo_map
        seconds = tempo_map.seconds(tick) + min(self._clock() - since, 0.25)
        return tempo_map.tick(seconds)

    def show_score(self, score: Score | None, tempo_map: TempoMap, end: int) -> None:
        """Hold this music from now on; where something plays, go on with it at the same place."""
        place = self.position
        self._complete, self._holds = None, score
        events = score_events(score) if score else ()
        self._tempo_map = tempo_map
        self._player.load(events, tempo_map, end=end)
        self._player.locate(int(min(place, end)))
        self._place = (min(place, float(end)), self._clock())
        if self.transport.playing:
            self._player.play(int(place))

    def change_notes(self, before: Score, after: Score) -> None:
        """Hold the score that `before` has become, without a break in what plays."""
        before = self._holds or before
        self._holds = after
        old, new = set(before.notes), set(after.notes)
        pitches = {note.pitch for note in old ^ new}
        removed, added = (
            set(
                note_events(
                    cut_overlaps(note for note in score.notes if note.pitch in pitches),
                    score.controls,
                )
            )
            for score in (before, after)
        )
        self._player.exchange(tuple(sorted(removed - added)), tuple(sorted(added - removed)))
        if self._complete is not None:
            self._complete = after

    def strike(self, pitch: int, velocity: int) -> None:
        """Sound a note for a moment, beside the music."""
        self._player.strike(pitch, velocity, STRIKE_SECONDS)

    def begin_stream(
        self, tempo_map: TempoMap, starts: tuple[int, ...], begin: int = 0
    ) -> LiveTake:
        """Hold nothing yet and wait for what the `LiveTake` hears."""
        self._tempo_map, self._complete, self._holds = tempo_map, None, None
        self._player.load((), tempo_map, end=starts[-1], known_until=begin)
        self._set_transport(playing=False)
        return LiveTake(self._player, starts)

    def begin_endless(self, tempo_map: TempoMap, end: int) -> Player:
        """Hold nothing yet and go on to a far end, whatever comes; gives who is to be told."""
        self._tempo_map, self._complete, self._holds = tempo_map, None, None
        self._player.load((), tempo_map, end=end)
        self._set_transport(playing=False)
        return self._player

    def finish_stream(self, score: Score, played: Score | None = None) -> None:
        """The take that was streamed is complete: what plays gets the pedal still to come.

        The notes are there already as they are written, and loading them again would cut what
        sounds; `played`, the same as it is performed, and the pedal of the bars that have
        passed come with the next stop.
        """
        if not self.transport.playing:
            self.show_score(played or score, self._tempo_map, score.end)
            return
        self._complete = played or score
        ahead = self.position + TICKS_AHEAD
        controls = tuple(each for each in score.controls if each.onset >= ahead)
        self._holds = replace(score, controls=controls)
        self._player.add(note_events((), controls), known_until=None)

    def set_tempo_map(self, tempo_map: TempoMap) -> None:
        place = self.position
        self._tempo_map = tempo_map
        self._place = (place, self._clock())
        self._player.set_tempo_map(tempo_map)

    def play(self, from_tick: int | None = None, count_in: Events = ()) -> int:
        """Play from a tick, or on from here; returns the id that its `Acknowledged` will have.

        `count_in` sounds before, in the preview alone.
        """
        start = int(self.position) if from_tick is None else from_tick
        self._origin, self._counted = start, bool(count_in)
        begin = min((event.tick for event in count_in), default=start)
        self._place = (float(begin), self._clock())
        identity = self._player.count_in(start, count_in) if count_in else self._player.play(start)
        self._set_transport(playing=True)
        return identity

    def stop(self) -> None:
        place = self.position
        self._player.stop()
        if self._counted and place < self._origin:
            place = float(self._origin)
            self._player.locate(self._origin)
        self._counted = False
        self._place = (place, self._clock())
        self._set_transport(playing=False)
        self._complete_now()

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
                self._complete_now()
                self._moved()
            case SyncState():
                self.following.hear(reply)
            case Led(playing):
                self._set_transport(playing=playing)
                if not playing:
                    self._complete_now()
            case PortsListed(names, virtual, sentence, inputs):
                self.following.found(inputs)
                own = (PORT_NAME,) if virtual else ()
                others = tuple(name for name in names if name != PORT_NAME)
                self._set_ports(names=(*own, *others), notice=sentence)
            case Ready(_, priority):
                self._set_ports(priority=priority)
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

    def _complete_now(self) -> None:
        score, self._complete = self._complete, None
        if score is not None:
            self.show_score(score, self._tempo_map, score.end)

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
