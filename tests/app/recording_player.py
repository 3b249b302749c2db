"""A player that plays nothing and remembers everything: what it holds, and what it was told.

It answers as the player process does, through the callback, at once.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.playing.programme import Programme
from engine.playing.protocol import (
    PORT_NAME,
    Acknowledged,
    AudioState,
    Events,
    FadeBy,
    InputState,
    LockState,
    PortChoice,
    PortOpened,
    PortsListed,
    Position,
    ReferenceState,
    Reply,
    SyncSource,
    SyncState,
)
from engine.playing.wishes import NO_INPUT
from engine.score import TempoMap


class RecordingPlayer:
    """The twin of `PlayerClient`.

    Args:
        report: receives the replies.
        ports: names of other ports on this machine.
    """

    def __init__(self, report: Callable[[Reply], None], ports: tuple[str, ...] = ()) -> None:
        self._report, self._ports = report, ports
        self.programme = Programme()
        self.tempo_map = TempoMap()
        self.playing = False
        self.tick = 0
        self.loop: tuple[int | None, int | None] = (None, None)
        self.audio = False
        self.port: PortChoice | None = None
        self.panics = 0
        self.strikes: list[tuple[int, int]] = []
        self.followed: tuple[SyncSource, PortChoice] = ("internal", NO_INPUT)
        self.place = (0, "", "")
        self.sends_clock = False
        self.listened = NO_INPUT
        self.clicks: Events = ()
        self.counted: Events = ()
        self.left_loops: list[tuple[int, ...]] = []
        self.fades: list[tuple[float, FadeBy]] = []
        self.references: list[tuple[str | None, int, int, float, float]] = []
        self.closed = False
        self._commands = 0

    def start(self) -> None:
        """Nothing has to be started."""

    def load(
        self,
        events: Events,
        tempo_map: TempoMap,
        *,
        end: int | None = None,
        known_until: int | None = None,
    ) -> int:
        self.programme.load(events, end, known_until)
        self.tempo_map, self.playing = tempo_map, False
        return self._done()

    def add(self, events: Events, *, known_until: int | None = None) -> int:
        self.programme.add(events, known_until)
        return self._done()

    def exchange(self, removed: Events, events: Events) -> int:
        self.programme.exchange(removed, events)
        return self._done()

    def strike(self, pitch: int, velocity: int, seconds: float) -> int:
        self.strikes.append((pitch, velocity))
        return self._done()

    def set_tempo_map(self, tempo_map: TempoMap) -> int:
        self.tempo_map = tempo_map
        return self._done()

    def count_in(self, from_tick: int, events: Events) -> int:
        self.counted = events
        return self.play(from_tick)

    def play(self, from_tick: int | None = None) -> int:
        self.playing = True
        self.tick = self.tick if from_tick is None else from_tick
        return self._done()

    def locate(self, tick: int) -> int:
        self.tick = tick
        return self._done()

    def stop(self) -> int:
        self.playing = False
        return self._done()

    def panic(self) -> int:
        self.playing, self.panics = False, self.panics + 1
        return self._done()

    def set_loop(self, start_tick: int | None, end_tick: int | None) -> int:
        self.loop = (start_tick, end_tick)
        return self._done()

    def open_port(self, choice: PortChoice) -> int:
        self.port = choice
        self._report(PortOpened("" if choice.kind == "none" else choice.name))
        return self._done()

    def list_ports(self) -> int:
        self._report(PortsListed((PORT_NAME, *self._ports), virtual=True))
        return self._done()

    def set_audio(self, on: bool, soundfont: str | None = None) -> int:
        self.audio = on
        self._report(AudioState(on, ""))
        return self._done()

    def follow(self, source: SyncSource, choice: PortChoice = NO_INPUT) -> int:
        self.followed = (source, choice)
        lock: LockState = "off" if source == "internal" else "searching"
        self._report(SyncState(source, choice.name, lock))
        return self._done()

    def set_place(self, song_tick: int, timecode: str, frame_rate: str) -> int:
        self.place = (song_tick, timecode, frame_rate)
        return self._done()

    def send_clock(self, on: bool) -> int:
        self.sends_clock = on
        return self._done()

    def listen(self, choice: PortChoice = NO_INPUT) -> int:
        self.listened = choice
        self._report(InputState(choice.name, open=choice.kind != "none"))
        return self._done()

    def set_click(self, events: Events) -> int:
        self.clicks = events
        return self._done()

    def set_reference(
        self, pcm: str | None, frames: int, rate: int, offset_seconds: float, gain_db: float
    ) -> int:
        self.references.append((pcm, frames, rate, offset_seconds, gain_db))
        self._report(ReferenceState(pcm is not None, ""))
        return self._done()

    def leave_loop(self, at: tuple[int, ...]) -> int:
        self.left_loops.append(at)
        return self._done()

    def fade_out(self, seconds: float, by: FadeBy = "volume") -> int:
        self.fades.append((seconds, by))
        return self._done()

    def close(self) -> None:
        self.closed = True

    def advance(self, tick: int) -> None:
        """Let the musical now reach a tick."""
        self.tick = tick
        self._report(Position(tick, self.playing))

    def _done(self) -> int:
        self._commands += 1
        self._report(Acknowledged(self._commands))
        return self._commands
