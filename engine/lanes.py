"""Lanes: one dimension each over the bars of a cue, as breakpoints.

Bars count from 1 and may be fractions; two points at one bar are a step; outside its points
a lane is constant. A bar takes the value just after its bar line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME, DIMENSIONS, Profile

MAXIMUM_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Lane:
    """Breakpoints `(bar, value)` of one dimension.

    Args:
        name: a name of `DIMENSIONS`.
        points: sorted by bar; two points at one bar are a step.
        muted: a muted lane is kept but does not act.

    Raises:
        PsychoscoreError: unknown name, no points, a bar below 1 or not ascending, a value out
            of range.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    muted: bool = False

    def __post_init__(self) -> None:
        dimension = DIMENSION_BY_NAME.get(self.name)
        if dimension is None:
            raise PsychoscoreError(
                f"There is no lane named {self.name!r}.",
                f"Lanes are {', '.join(DIMENSION_BY_NAME)}.",
            )
        if not 0 < len(self.points) <= MAXIMUM_POINTS:
            raise PsychoscoreError(f"Lane {self.name} must have 1 to {MAXIMUM_POINTS} points.")
        last = 1.0
        for bar, value in self.points:
            if not math.isfinite(bar) or bar < last:
                raise PsychoscoreError(
                    f"Lane {self.name}: bar {bar:g} must be 1 or later and not before bar {last:g}."
                )
            if not math.isfinite(value) or not dimension.minimum <= value <= dimension.maximum:
                raise PsychoscoreError(
                    f"Lane {self.name}: {value:g} at bar {bar:g} must lie between "
                    f"{dimension.minimum:g} and {dimension.maximum:g}."
                )
            last = bar

    def value_at(self, bar: float) -> float:
        """The value just after `bar` (at a step, the later value)."""
        before = None
        for point in self.points:
            if point[0] > bar:
                if before is None:
                    return point[1]
                share = (bar - before[0]) / (point[0] - before[0])
                return before[1] + share * (point[1] - before[1])
            before = point
        assert before is not None
        return before[1]

    @classmethod
    def parse(cls, text: str) -> Lane:
        """Read `name=bar:value,bar:value`, as the command line writes a lane.

        Raises:
            ValueError: the text has another form.
            PsychoscoreError: a value is out of range.
        """
        name, equals, body = text.partition("=")
        if not equals:
            raise ValueError(f"{text!r} is not a lane such as trauma=1:0.1,9:0.9")
        pairs = [point.partition(":") for point in body.split(",")]
        if any(not colon for _, colon, _ in pairs):
            raise ValueError(f"{text!r}: each point is bar:value")
        return cls(name.strip(), tuple((float(bar), float(value)) for bar, _, value in pairs))


@dataclass(frozen=True, slots=True)
class Lanes:
    """The psyche over a whole cue: a profile at rest and the lanes that override it."""

    profile: Profile = field(default_factory=Profile)
    lanes: tuple[Lane, ...] = ()

    def __post_init__(self) -> None:
        names = [lane.name for lane in self.lanes]
        for name in names:
            if names.count(name) > 1:
                raise PsychoscoreError(f"Lane {name} is given twice.")

    def lane(self, name: str) -> Lane | None:
        return next((lane for lane in self.lanes if lane.name == name), None)

    def with_lane(self, name: str, lane: Lane | None) -> Lanes:
        """These lanes with one replaced, or removed when `lane` is None."""
        kept = [old for old in self.lanes if old.name != name]
        order = [dimension.name for dimension in DIMENSIONS]
        merged = sorted([*kept, *([lane] if lane else [])], key=lambda each: order.index(each.name))
        return Lanes(self.profile, tuple(merged))

    def profile_at(self, bar: float) -> Profile:
        """The profile just after `bar` (bars count from 1)."""
        profile = self.profile
        for lane in self.lanes:
            if not lane.muted:
                profile = profile.replace(lane.name, lane.value_at(bar))
        return profile

    def profiles(self, bars: Iterable[int]) -> tuple[Profile, ...]:
        """The profile of each bar."""
        return tuple(self.profile_at(bar) for bar in bars)
