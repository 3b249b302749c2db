"""Rows of a report: one measured number each, with its goal and what stands beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

Interval = tuple[float, float]

AT = ".at."
"""Stands in the id of a row that is one point of a curve, before the place on it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `evaluate` or `bench`.

    Args:
        id: the target it belongs to, such as `Q1.pop909`; rows of one target share what stands
            before the dot.
        value: what was measured, None where its data is missing.
        goal: the number to reach, None where the row only stands beside others.
        passed: whether the goal is reached; None without a goal or a value.
        ratio: value over what it is compared with, None where nothing stands beside it.
        interval: 95 % interval of the value.
        note: how to read it, or why the value is missing.
    """

    id: str
    name: str
    value: float | None
    unit: str
    goal: float | None = None
    passed: bool | None = None
    ratio: float | None = None
    interval: Interval | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"{self.id} is {self.value}: a row holds a finite number or None")

    @property
    def curve(self) -> str:
        """What the ids of all points of its curve begin with; empty for a row of its own."""
        before, at, _ = self.id.partition(AT)
        return before + at if at else ""

    def at_least(self, goal: float) -> Row:
        """This row with a goal that is reached from below."""
        return replace(self, goal=goal, passed=None if self.value is None else self.value >= goal)

    def at_most(self, goal: float) -> Row:
        """This row with a goal that is reached from above."""
        return replace(self, goal=goal, passed=None if self.value is None else self.value <= goal)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "goal": self.goal,
            "passed": self.passed,
            "ratio": self.ratio,
            "interval": None if self.interval is None else list(self.interval),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Row:
        """The inverse of `as_json`.

        Raises:
            KeyError, TypeError, ValueError: it has another form.
        """
        interval = raw["interval"]
        return cls(
            str(raw["id"]),
            str(raw["name"]),
            _number(raw["value"]),
            str(raw["unit"]),
            _number(raw["goal"]),
            raw["passed"],
            _number(raw["ratio"]),
            None if interval is None else (float(interval[0]), float(interval[1])),
            str(raw["note"]),
        )


def _number(raw: Any) -> float | None:
    return None if raw is None else float(raw)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a part of the work is: `done` of `total`."""

    part: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A row is final."""

    row: Row


@dataclass(frozen=True, slots=True)
class Header:
    """The settings that hold for all rows, name and value in words."""

    settings: tuple[tuple[str, str], ...]


EvaluationEvent = Header | Progress | Measured


def missing(id: str, name: str, unit: str, why: str) -> Row:
    """A row whose data is missing, with the sentence that says so."""
    return Row(id, name, None, unit, note=why)


def merged(old: Iterable[Row], fresh: Sequence[Row]) -> tuple[Row, ...]:
    """Old rows with those measured anew in their places, then what is new; a curve that was
    measured anew keeps none of its old points."""
    by_id = {row.id: row for row in fresh}
    curves = {row.curve for row in fresh if row.curve}
    places: dict[str, Row] = {}
    for row in old:
        if row.id in by_id or row.curve not in curves:
            places[row.id] = by_id.get(row.id, row)
    return tuple((places | by_id).values())
