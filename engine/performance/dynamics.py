"""How loud the music is meant to be, from pp to ff, over time: drawn, or read from the psyche.

A level lies in [0, 1]: pp is 0, ff is 1, the four between at equal steps. It acts on velocities
and as a stream of controller messages; the notes themselves are not changed.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.lanes import Lanes
from engine.profile import Profile
from engine.score import TICKS_PER_QUARTER, Control, Note, Score

LEVELS: tuple[tuple[str, int], ...] = (
    ("pp", 30),
    ("p", 45),
    ("mp", 59),
    ("mf", 74),
    ("f", 91),
    ("ff", 108),
)
"""Each dynamic with the mean velocity that it stands for, from the softest on."""
MESSAGES_A_SECOND = 50
_LOWEST_VALUE, _HIGHEST_VALUE = 24, 124
_STEP = TICKS_PER_QUARTER // 48


@dataclass(frozen=True, slots=True)
class DrawnLevel:
    """What is drawn in one bar: its level at the bar line; with `ramp` it grows or fades evenly
    to that of the next bar."""

    level: float
    ramp: bool = False


def level_name(level: float) -> str:
    """The dynamic nearest to a level."""
    return LEVELS[round(min(max(level, 0.0), 1.0) * (len(LEVELS) - 1))][0]


def level_velocity(level: float) -> float:
    """The mean velocity of a level."""
    place = min(max(level, 0.0), 1.0) * (len(LEVELS) - 1)
    index = min(int(place), len(LEVELS) - 2)
    low, high = LEVELS[index][1], LEVELS[index + 1][1]
    return low + (place - index) * (high - low)


def psyche_level(profile: Profile) -> float:
    """The level that a profile asks for: agitation is loud, the more so where it hurts."""
    entropy = profile.entropy
    return min(0.12 + 0.66 * entropy + 0.16 * profile.trauma * entropy, 1.0)


@dataclass(frozen=True, slots=True)
class Dynamics:
    """The level at every place.

    Args:
        lanes: the psyche, which is followed in bars that are not drawn.
        drawn: by bar, from 1.
    """

    lanes: Lanes
    drawn: Mapping[int, DrawnLevel]

    def level(self, bar: float) -> float:
        """The level at a bar position, from 1."""
        number = int(bar)
        here = self.drawn.get(number)
        if here is None:
            return psyche_level(self.lanes.profile_at(bar))
        if not here.ramp:
            return here.level
        following = self.drawn.get(number + 1)
        aim = self.level(number + 1.0) if following is None else following.level
        return here.level + (bar - number) * (aim - here.level)


def with_dynamics(score: Score, dynamics: Dynamics) -> Score:
    """The score with each drawn bar brought to its level.

    All notes of a bar go up or down together, so that accents and the melody stand out as they
    did. Bars that follow the psyche were composed by it and stay as they are.
    """
    starts = score.starts
    bars: dict[int, list[Note]] = {}
    for note in score.notes:
        bars.setdefault(_bar(starts, note.onset), []).append(note)
    means = {bar: sum(n.velocity for n in notes) / len(notes) for bar, notes in bars.items()}
    shaped: list[Note] = []
    for note in score.notes:
        bar = _bar(starts, note.onset)
        if bar + 1 not in dynamics.drawn:
            shaped.append(note)
            continue
        aim = level_velocity(dynamics.level(_position(starts, note.onset)))
        velocity = round(note.velocity + aim - means[bar])
        shaped.append(replace(note, velocity=min(max(velocity, 1), 127)))
    return replace(score, notes=tuple(shaped))


def dynamic_controls(score: Score, dynamics: Dynamics, controller: int) -> tuple[Control, ...]:
    """The level as messages of a controller, at most `MESSAGES_A_SECOND`.

    The first stands at tick 0; no value is said twice in a row.
    """
    found: list[Control] = []
    last = -1.0
    for tick, level in _levels(score, dynamics):
        value = round(_LOWEST_VALUE + level * (_HIGHEST_VALUE - _LOWEST_VALUE))
        if found and value == found[-1].value:
            continue
        seconds = score.tempo_map.seconds(tick)
        if found and seconds - last < 1.0 / MESSAGES_A_SECOND:
            continue
        found.append(Control(tick, controller, value))
        last = seconds
    return tuple(found)


def with_controls(score: Score, controls: Sequence[Control]) -> Score:
    """The score with these messages beside its own, in the place of others of their kind."""
    numbers = {control.controller for control in controls}
    kept = [each for each in score.controls if each.controller not in numbers]
    return replace(score, controls=tuple(sorted([*kept, *controls])))


def _levels(score: Score, dynamics: Dynamics) -> Iterator[tuple[int, float]]:
    starts = score.starts
    for start, end in pairwise(starts):
        for tick in range(start, end, _STEP):
            yield tick, dynamics.level(_position(starts, tick))


def _bar(starts: Sequence[int], tick: int) -> int:
    """The bar of a tick, from 0."""
    return min(max(bisect.bisect_right(starts, tick) - 1, 0), len(starts) - 2)


def _position(starts: Sequence[int], tick: int) -> float:
    bar = _bar(starts, tick)
    place = max(tick - starts[bar], 0) / (starts[bar + 1] - starts[bar])
    return bar + 1 + min(place, 1.0 - 1e-9)
