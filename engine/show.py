"""A show: frozen takes in the order of their cues, and what each GO does. A pure state machine.

It holds no music and no clock: it is told what happened and answers with the next state and with
what the player is to do. Ticks are those of each cue, 480 a quarter note.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from engine.project.vamps import Leave, Vamp
from engine.score import Metre, bar_starts

Phase = Literal["waiting", "playing", "leaving", "fading"]


@dataclass(frozen=True, slots=True)
class ShowVamp:
    """A vamp as the player needs it: from tick to tick, and the ticks at which it may be left."""

    vamp: Vamp
    start: int
    end: int
    borders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShowCue:
    """A cue in a show.

    Args:
        id, number, title: the cue's own.
        take: id of the take that is played, empty where the cue has none.
        letter, starred: of that take.
        begin, end: where its music begins and ends, in ticks.
        seconds: its length without vamps.
        starts: the tick of each bar line and of the end.
        vamps: in their order.
    """

    id: str
    number: str
    title: str
    take: str
    letter: str
    starred: bool
    begin: int
    end: int
    seconds: float
    starts: tuple[int, ...]
    vamps: tuple[ShowVamp, ...] = ()

    @property
    def playable(self) -> bool:
        return bool(self.take)

    def bar(self, tick: float) -> int:
        """The bar of a tick, from 1."""
        bars = len(self.starts) - 1
        return min(max(bisect.bisect_right(self.starts, tick), 1), bars)


@dataclass(frozen=True, slots=True)
class Show:
    """Where a show stands.

    Args:
        cues: all of them, also those that have nothing to play.
        current: the cue that plays, or that played last; None before the first.
        next: the cue that the next GO begins; None after the last.
        phase: `waiting` for GO, `playing`, `leaving` a vamp, or `fading`.
        vamp: which vamp of the current cue comes next or repeats now.
        tick: the musical now of the current cue.
    """

    cues: tuple[ShowCue, ...]
    current: int | None = None
    next: int | None = None
    phase: Phase = "waiting"
    vamp: int = 0
    tick: float = 0.0

    @classmethod
    def of(cls, cues: Sequence[ShowCue]) -> Show:
        """A show before its first GO."""
        show = cls(tuple(cues))
        return replace(show, next=show.playable_from(0))

    def playable_from(self, index: int) -> int | None:
        """The first cue from `index` on that has a take."""
        later = (at for at in range(index, len(self.cues)) if self.cues[at].playable)
        return next(later, None)

    @property
    def cue(self) -> ShowCue | None:
        return None if self.current is None else self.cues[self.current]

    @property
    def following(self) -> ShowCue | None:
        return None if self.next is None else self.cues[self.next]

    @property
    def playing(self) -> bool:
        return self.phase != "waiting"

    @property
    def ahead(self) -> ShowVamp | None:
        """The vamp that repeats now or is still to come."""
        cue = self.cue
        if cue is None or not self.playing or self.vamp >= len(cue.vamps):
            return None
        return cue.vamps[self.vamp]

    @property
    def vamping(self) -> bool:
        """Whether the music is inside a vamp that GO leaves."""
        ahead = self.ahead
        inside = ahead is not None and ahead.start <= self.tick < ahead.end
        return inside and self.phase == "playing"

    @property
    def go_text(self) -> str:
        """What GO does now."""
        ahead, following = self.ahead, self.following
        if self.phase == "leaving":
            return "Leaving the vamp"
        if self.phase == "fading":
            return "Fading"
        if ahead is not None and self.vamping:
            how = {"beat": "on the beat", "bar": "on the bar", "phrase": "at its end"}
            return f"Leave the vamp {how[ahead.vamp.leave]}"
        if ahead is not None:
            return f"Skip the vamp in {_bars(ahead.vamp)}"
        return f"Begin {following.number}" if following else "The show is over"


@dataclass(frozen=True, slots=True)
class Go:
    """GO, by whatever hand."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The musical now of the current cue."""

    tick: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The music came to its end, faded away, or was stopped by somebody."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop at once; the cue that was stopped is the next one again."""


@dataclass(frozen=True, slots=True)
class Fade:
    """Let the music grow silent."""


@dataclass(frozen=True, slots=True)
class Choose:
    """Let another cue be the next one."""

    index: int


ShowEvent = Go | Reached | Ended | Halt | Fade | Choose


@dataclass(frozen=True, slots=True)
class Prepare:
    """Have the player hold a cue, ready at its beginning; only while nothing plays."""

    index: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Play a cue from its beginning, in the place of whatever plays."""

    index: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """Loop from tick to tick; None ends the loop."""

    region: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LeaveAt:
    """Leave the loop at the first of these ticks that is ahead."""

    borders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FadeAway:
    """Let the player grow silent and stop."""


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Stop the player."""


ShowAction = Prepare | Begin | Repeat | LeaveAt | FadeAway | StopPlaying
Answer = tuple[Show, tuple[ShowAction, ...]]


def after(show: Show, event: ShowEvent) -> Answer:
    """The show after something happened, and what the player is to do, in order."""
    match event:
        case Go():
            return _go(show)
        case Reached(tick):
            return _reached(show, tick)
        case Ended() if show.playing:
            return _waiting(show, show.next)
        case Halt() if show.playing:
            waiting, actions = _waiting(show, show.current)
            return waiting, (StopPlaying(), *actions)
        case Fade() if show.phase in ("playing", "leaving"):
            return replace(show, phase="fading"), (FadeAway(),)
        case Choose(index) if 0 <= index < len(show.cues) and show.cues[index].playable:
            chosen = replace(show, next=index)
            return chosen, (() if show.playing else (Prepare(index),))
    return show, ()


def _go(show: Show) -> Answer:
    ahead = show.ahead
    if show.phase in ("leaving", "fading"):
        return show, ()  # a hand that says it twice means it once
    if ahead is not None and show.vamping:
        return replace(show, phase="leaving"), (LeaveAt(ahead.borders),)
    if ahead is not None:
        return _pass(show)
    if show.next is None:
        return show, ()
    index, cue = show.next, show.cues[show.next]
    begun = Show(show.cues, index, show.playable_from(index + 1), "playing", tick=float(cue.begin))
    return begun, (Repeat(None), Begin(index), *_repeat(begun))


def _reached(show: Show, tick: float) -> Answer:
    if not show.playing:
        return show, ()
    ahead = show.ahead
    moved = replace(show, tick=tick)
    return _pass(moved) if ahead is not None and tick >= ahead.end else (moved, ())


def _pass(show: Show) -> Answer:
    """The vamp that was ahead does not count any more; the next one does."""
    phase: Phase = "playing" if show.phase == "leaving" else show.phase
    passed = replace(show, vamp=show.vamp + 1, phase=phase)
    return passed, _repeat(passed) or (Repeat(None),)


def _repeat(show: Show) -> tuple[ShowAction, ...]:
    ahead = show.ahead
    return (Repeat((ahead.start, ahead.end)),) if ahead is not None else ()


def _waiting(show: Show, following: int | None) -> Answer:
    waiting = replace(show, phase="waiting", next=following, vamp=0)
    prepare = () if following is None else (Prepare(following),)
    return waiting, (Repeat(None), *prepare)


def show_vamps(vamps: Sequence[Vamp], metres: Sequence[Metre]) -> tuple[ShowVamp, ...]:
    """The vamps of a cue on its bars; those behind its end are left out."""
    starts = bar_starts(metres)
    found = []
    for vamp in vamps:
        if vamp.last <= len(metres):
            start, end = starts[vamp.first - 1], starts[vamp.last]
            found.append(ShowVamp(vamp, start, end, _borders(vamp, metres, starts)))
    return tuple(found)


def _borders(vamp: Vamp, metres: Sequence[Metre], starts: Sequence[int]) -> tuple[int, ...]:
    bars = range(vamp.first - 1, vamp.last)
    end = starts[vamp.last]
    leave: Leave = vamp.leave
    if leave == "phrase":
        return (end,)
    lines = [starts[bar] for bar in bars]
    if leave == "beat":
        spans = pairwise([*lines, end])
        beats = (metres[bar].beat_ticks for bar in bars)
        lines = [
            tick
            for (first, last), beat in zip(spans, beats, strict=True)
            for tick in range(first, last, beat)
        ]
    return (*lines[1:], end)


def _bars(vamp: Vamp) -> str:
    return f"bar {vamp.first}" if vamp.first == vamp.last else f"bars {vamp.first}-{vamp.last}"
