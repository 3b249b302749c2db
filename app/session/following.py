"""The window's side of following: whom the player follows, how well, and where the cue lies.

It sends wishes to the player and keeps its last word about them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.playing.protocol import INPUT_NAME, Events, FadeBy, PortChoice, SyncSource, SyncState
from engine.project.cue_marks import Start
from engine.score import Metre, TempoMap

INTERNAL = SyncState("internal", "", "off")
_SLOWEST, _FASTEST = 4.0, 1000.0


class Leading(Protocol):
    """What is asked of the player; every call returns at once."""

    def follow(self, source: SyncSource, choice: PortChoice = ...) -> int: ...

    def set_place(self, song_tick: int, timecode: str, frame_rate: str) -> int: ...

    def send_clock(self, on: bool) -> int: ...


class Listening(Protocol):
    """What is asked of the player about controllers; every call returns at once."""

    def listen(self, choice: PortChoice = ...) -> int: ...

    def set_click(self, events: Events) -> int: ...


class Leaving(Protocol):
    """What is asked of the player in a show; every call returns at once."""

    def leave_loop(self, at: tuple[int, ...]) -> int: ...

    def fade_out(self, seconds: float, by: FadeBy = ...) -> int: ...


class Sounding(Protocol):
    """What is asked of the player about reference audio; the call returns at once."""

    def set_reference(
        self, pcm: str | None, frames: int, rate: int, offset_seconds: float, gain_db: float
    ) -> int: ...


class Following:
    """Whom the player follows.

    Args:
        player: the player process.
        changed: called after anything here has changed.
    """

    def __init__(self, player: Leading, changed: Callable[[], None]) -> None:
        self._player, self._changed = player, changed
        self._place: tuple[int, str, str] | None = None
        self.state = INTERNAL
        self.inputs: tuple[str, ...] = ()
        self.sends_clock = False

    @property
    def tempo_map(self) -> TempoMap | None:
        """The leader's tempo; None while the music keeps its own."""
        bpm = self.state.bpm
        if self.state.lock not in ("locked", "lost") or not bpm:
            return None
        return TempoMap(((0, min(max(bpm, _SLOWEST), _FASTEST)),))

    def follow(self, source: SyncSource, name: str = INPUT_NAME) -> None:
        """Follow an input by its name, our own that a DAW can send to, or nobody."""
        if source == "internal":
            choice = PortChoice("none", "")
        else:
            choice = PortChoice("virtual" if name == INPUT_NAME else "named", name)
        self._player.follow(source, choice)

    def send_clock(self, on: bool) -> None:
        """Send our clock into the MIDI port, or no longer."""
        self._player.send_clock(on)
        self.sends_clock = on
        self._changed()

    def set_place(self, start: Start, metre: Metre) -> None:
        """Where bar 1 of the cue lies: in which bar of the DAW, at which time code."""
        place = ((start.bar - 1) * metre.ticks, start.timecode, start.frame_rate)
        if place != self._place:
            self._place = place
            self._player.set_place(*place)

    def hear(self, state: SyncState) -> None:
        """Take in how following stands."""
        self.state = state
        self._changed()

    def found(self, inputs: tuple[str, ...]) -> None:
        """Take in which inputs there are."""
        self.inputs = inputs
