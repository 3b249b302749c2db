"""What a cue says about how it is played: the values of dynamics in its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from engine.config.schema import Strict
from engine.lanes import Lanes
from engine.performance.dynamics import DrawnLevel, Dynamics
from engine.project.cue_marks import BarNumber

Amount = Annotated[float, Field(ge=0, le=1)]
DynamicsController = Literal[1, 11]


class DynamicMark(Strict):
    """The level of a bar, pp (0) to ff (1); with `ramp` it goes evenly to that of the next."""

    bar: BarNumber
    level: Annotated[float, Field(ge=0, le=1)]
    ramp: bool = False


def dynamics_of(marks: Sequence[DynamicMark], lanes: Lanes) -> Dynamics:
    """The level at every place: as drawn, else as the psyche asks for."""
    return Dynamics(lanes, {mark.bar: DrawnLevel(mark.level, mark.ramp) for mark in marks})
