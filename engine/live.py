"""Live: music that goes on bar by bar until it is stopped. Its values, and what holds its reins.

Whoever plays knows where the music is and what is wished; the engine asks at each bar line, as
late as the reins let it. Nothing here knows torch, a clock or a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from engine.lanes import Lane, Lanes
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.score import Note, TempoMap

HOLD_BARS = (1, 2, 4, 8)
"""How many bars can be held."""


class Pressure(Enum):
    """How near the playhead is to what has not been written yet."""

    NONE = "none"
    HURRY = "hurry"
    """Write on without guidance."""
    CLOSE = "close"
    """The bar ends here."""


@dataclass(frozen=True, slots=True)
class LiveWish:
    """What is wished of the bars that have not begun.

    Args:
        profile: how they shall feel.
        hold: how many of the last bars are repeated; 0 goes on.
    """

    profile: Profile
    hold: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of the music when it was stopped: up to a tick, at this tempo."""

    tick: int
    tempo_map: TempoMap


class Reins(Protocol):
    """Held by whoever plays; called on the thread that composes."""

    def wait_for(self, tick: int, cancelled: Callable[[], bool]) -> bool:
        """Wait until the bar that begins at `tick` must be begun; False: the music ends."""
        ...

    def wish(self) -> LiveWish:
        """What is wished now."""
        ...

    def pressure(self, tick: int) -> Pressure:
        """How near the playhead is to `tick`, up to which all is written."""
        ...

    def composed(self) -> None:
        """The bar that was begun is complete, and was composed."""
        ...

    def heard(self) -> Heard:
        """What was heard by the end."""
        ...


@dataclass(frozen=True, slots=True)
class BarCommitted:
    """A bar, from 1, is begun: what is wished from now on is too late for it."""

    bar: int
    profile: Profile
    held: bool
    take: int = 0


@dataclass(frozen=True, slots=True)
class LiveBar:
    """A bar, from 1, is complete.

    Args:
        profile, temperature: what it was composed with; of a held bar, when it was new.
        notes: those that begin in it, sorted by onset.
        held: it repeats an earlier bar.
        unguided: guidance was dropped, for it would have been late.
        closed: it was closed before the network ended it, for it would have been late.
    """

    bar: int
    profile: Profile
    temperature: float
    notes: tuple[Note, ...]
    held: bool = False
    unguided: bool = False
    closed: bool = False
    take: int = 0


def recorded_lanes(profiles: Sequence[Profile]) -> Lanes:
    """Lanes that say what each bar was composed with; a dimension that never moved has none.

    Args:
        profiles: one for each bar, at least one.
    """
    lanes = []
    for name in DIMENSION_BY_NAME:
        points = tuple(_steps([profile.get(name) for profile in profiles]))
        if len(points) > 1:
            lanes.append(Lane(name, points))
    return Lanes(profiles[0], tuple(lanes))


def _steps(values: Sequence[float]) -> Iterable[tuple[float, float]]:
    """Breakpoints of a line that steps at bar lines."""
    yield 1.0, values[0]
    for bar, (before, value) in enumerate(zip(values, values[1:], strict=False), 2):
        if value != before:
            yield float(bar), before
            yield float(bar), value
