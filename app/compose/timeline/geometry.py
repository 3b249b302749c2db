"""Where things are: the one transform of time, the one of pitch, and the stack of rows.

Pure values in logical pixels. World coordinates start at tick 0 and at pitch 127 and do not move
when the view scrolls; view coordinates start at the left edge of the time area and at the top
of the roll. Nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.profile import DIMENSIONS
from engine.score import TICKS_PER_QUARTER

GUTTER = 92
KEYS = 44
RULER = 35
LOOP_BAR = 4
VELOCITY = 48
LANE_HEIGHTS = {"trauma": 50, "entropy": 50, "rsi_real": 42, "rsi_imaginary": 42}
TEMPERATURE = 58
PLAN_HEAD = 20
PLAN_HEIGHTS = {
    "onset_rate": 26,
    "register": 26,
    "velocity_mean": 26,
    "polyphony": 26,
    "dissonance": 26,
    "texture": 30,
    "chords": 30,
}
# Where there is little room the rows give way to the roll, down to this share of their height.
WANTED_ROLL = 150
TIGHTEST = 0.62
MINIMUM_ROLL = 96
MAXIMISED_LANE = 240
NO_STRIPS: Mapping[str, int] = MappingProxyType({})

PITCHES = 128
MINIMUM_ZOOM = 1.0 / TICKS_PER_QUARTER
MAXIMUM_ZOOM = 480.0 / TICKS_PER_QUARTER
MINIMUM_KEY = 4.0
MAXIMUM_KEY = 28.0


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Ticks to pixels: `zoom` pixels a tick, `scroll` world pixels left of the view."""

    zoom: float = 0.05
    scroll: float = 0.0

    def world(self, tick: float) -> float:
        return tick * self.zoom

    def x(self, tick: float) -> float:
        """The view position of a tick."""
        return tick * self.zoom - self.scroll

    def tick(self, x: float) -> float:
        """The inverse of `x`."""
        return (x + self.scroll) / self.zoom

    def scrolled(self, pixels: float) -> TimeAxis:
        return replace(self, scroll=self.scroll + pixels)

    def zoomed(self, factor: float, x: float) -> TimeAxis:
        """Zoom so that the tick under view position `x` stays there."""
        zoom = min(max(self.zoom * factor, MINIMUM_ZOOM), MAXIMUM_ZOOM)
        return TimeAxis(zoom, self.tick(x) * zoom - x)

    def limited(self, end: int, width: float, ratio: float = 1.0, begin: int = 0) -> TimeAxis:
        """Keep some of the cue in view; whole device pixels at pixel ratio `ratio`.

        A little air stays free beyond the end, so that the last bar line can be seen.
        """
        first = self.world(begin)
        last = max(first, self.world(end) + 24.0 - width)
        scroll = min(max(self.scroll, first), last)
        return replace(self, scroll=round(scroll * ratio) / ratio)

    @classmethod
    def fitting(cls, end: int, width: float, begin: int = 0) -> TimeAxis:
        """The whole cue from tick `begin` on, which an upbeat sets before 0, in `width` pixels."""
        zoom = max(width - 8.0, 40.0) / max(end - begin, 1)
        zoom = min(max(zoom, MINIMUM_ZOOM), MAXIMUM_ZOOM)
        return cls(zoom, begin * zoom)


@dataclass(frozen=True, slots=True)
class PitchAxis:
    """Pitches to pixels: `key` pixels a semitone, `scroll` world pixels above the view."""

    key: float = 9.0
    scroll: float = 0.0

    def world(self, pitch: int) -> float:
        """The world position of the upper edge of a pitch."""
        return (PITCHES - 1 - pitch) * self.key

    def y(self, pitch: int) -> float:
        return self.world(pitch) - self.scroll

    def pitch(self, y: float) -> int:
        """The pitch at a view position, kept within 0-127."""
        return min(max(PITCHES - 1 - int((y + self.scroll) // self.key), 0), PITCHES - 1)

    def scrolled(self, pixels: float) -> PitchAxis:
        return replace(self, scroll=self.scroll + pixels)

    def zoomed(self, factor: float, y: float) -> PitchAxis:
        """Zoom so that what is under view position `y` stays there."""
        key = min(max(self.key * factor, MINIMUM_KEY), MAXIMUM_KEY)
        return PitchAxis(key, (y + self.scroll) / self.key * key - y)

    def limited(self, height: float, ratio: float = 1.0) -> PitchAxis:
        last = max(0.0, PITCHES * self.key - height)
        scroll = min(max(self.scroll, 0.0), last)
        return replace(self, scroll=round(scroll * ratio) / ratio)

    @classmethod
    def fitting(cls, low: int, high: int, height: float) -> PitchAxis:
        """Pitches `low` to `high`, with two semitones of air on both sides, in `height`."""
        semitones = max(high - low + 5, 30)
        key = min(max(height / semitones, MINIMUM_KEY), 14.0)
        middle = (PITCHES - (low + high) / 2.0 - 0.5) * key
        return cls(key, middle - height / 2.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A horizontal band of the widget: `top` and `height` in widget pixels."""

    name: str
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def stack_rows(
    height: int,
    maximised: str | None = None,
    *,
    plan_open: bool = False,
    over: Mapping[str, int] = NO_STRIPS,
    under: Mapping[str, int] = NO_STRIPS,
    foot: Mapping[str, int] = NO_STRIPS,
    lane: Mapping[str, int] = NO_STRIPS,
) -> tuple[Row, ...]:
    """Ruler, roll, velocity, the four lanes, temperature and plan, from top to bottom.

    The roll takes what is left; a maximised lane takes from the roll. Strips, heights by name,
    lie over and under the ruler, at the foot of the roll, and under the temperature as one more
    lane; those of no height are left out.
    """
    head = {name: size for name, size in {**over, "ruler": RULER, **under}.items() if size}
    foot, lane = ({name: size for name, size in each.items() if size} for each in (foot, lane))
    height -= sum(head.values()) - RULER + sum(foot.values()) + sum(lane.values())
    fixed = {"velocity": VELOCITY, **LANE_HEIGHTS, "temperature": TEMPERATURE}
    if plan_open:
        fixed |= PLAN_HEIGHTS
    room = height - RULER - PLAN_HEAD - WANTED_ROLL
    share = min(max(room / sum(fixed.values()), TIGHTEST), 1.0)
    fixed = {name: int(size * share) for name, size in fixed.items()}
    order = [name for name in fixed if name not in PLAN_HEIGHTS]
    order += ["plan", *(name for name in fixed if name in PLAN_HEIGHTS)]
    fixed = {name: fixed.get(name, PLAN_HEAD) for name in order}
    roll = max(height - RULER - sum(fixed.values()), MINIMUM_ROLL)
    if maximised in fixed:
        more = min(MAXIMISED_LANE - fixed[maximised], roll - MINIMUM_ROLL)
        fixed[maximised] += max(more, 0)
        roll -= max(more, 0)
    rows: list[Row] = []
    top = 0
    above = {name: fixed[name] for name in order[: order.index("plan")]}
    for name, size in {**head, "roll": roll, **foot, **above, **lane, **fixed}.items():
        rows.append(Row(name, top, size))
        top += size
    return tuple(rows)


MINIMUM_HEIGHT = stack_rows(0)[-1].bottom
LANE_ROWS = tuple(dimension.name for dimension in DIMENSIONS)
