"""Asked against measured: what a take was asked for in each bar, beside what its notes are.

Asked is what the take itself remembers, never what would be asked now. It knows no window and no
network; a take of music from elsewhere was asked for nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.measuring.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from engine.measuring.reference import ProfileEstimate
from engine.profile import DIMENSIONS
from engine.take import Take

FAR = 0.5
"""The share of a range from which on measured is not near to asked at all."""

Value = float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One dimension, or the rank of one attribute, over the bars of a take.

    Args:
        name: of the dimension or attribute.
        title: as people read it.
        low, high: ends of its range.
        asked: one a bar, None where it was left free.
        measured: one a bar, None where the bar says nothing about it.
        asked_mean: mean of what was asked, None where nothing was.
        measured_whole: of the whole take, None where nothing says it.
    """

    name: str
    title: str
    low: float
    high: float
    asked: tuple[Value, ...]
    measured: tuple[Value, ...]
    asked_mean: Value
    measured_whole: Value

    @property
    def bars(self) -> int:
        return len(self.measured)

    def excess(self, index: int) -> Value:
        """How far measured lies above asked in a bar, as a share of the range; -1 to 1.

        None where one of the two is not known. `index` counts from 0.
        """
        asked, measured = self.asked[index], self.measured[index]
        if asked is None or measured is None:
            return None
        return (measured - asked) / (self.high - self.low)

    def nearness(self, index: int) -> Value:
        """1 where measured is as asked, 0 from half the range apart."""
        excess = self.excess(index)
        return None if excess is None else max(0.0, 1.0 - abs(excess) / FAR)


def compare_dimensions(take: Take, found: ProfileEstimate) -> tuple[Compared, ...]:
    """The four dimensions of a take beside what was measured of its notes."""
    bars = len(found.bars)
    told = take.provenance
    wished = told.request.lanes.profiles(range(1, bars + 1)) if told.model_hash else ()
    rows = []
    for dimension in DIMENSIONS:
        asked = tuple(each.get(dimension.name) for each in wished) or (None,) * bars
        measured = tuple(each.get(dimension.name) for each in found.bars)
        rows.append(
            Compared(
                dimension.name,
                dimension.title,
                dimension.minimum,
                dimension.maximum,
                asked,
                measured,
                _mean(asked),
                found.whole.get(dimension.name),
            )
        )
    return tuple(rows)


def compare_attribute(take: Take, found: ProfileEstimate, name: str) -> Compared:
    """The ranks of an attribute: those that the take was made from, beside the measured ones.

    Raises:
        KeyError: there is no such attribute.
    """
    column = ATTRIBUTE_INDEX[name]
    bars = len(found.bars)
    plan = take.provenance.plan
    every = dict(take.provenance.request.attributes).get(name)
    asked = tuple(
        plan[index].get(name, every) if index < len(plan) else every for index in range(bars)
    )
    measured = tuple(_known(rank) for rank in found.ranks[:, column].tolist())
    title = ATTRIBUTES[column].title
    return Compared(name, title, 0.0, 1.0, asked, measured, _mean(asked), _mean(measured))


def _known(rank: float) -> Value:
    return None if math.isnan(rank) else float(rank)


def _mean(values: tuple[Value, ...]) -> Value:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
