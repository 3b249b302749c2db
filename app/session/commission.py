"""What one generation is asked to bring about, and what becomes of it in the project."""

from __future__ import annotations

from dataclasses import dataclass

from engine.hole import Hole
from engine.project.edits import AnyEdit
from engine.score import Metre
from engine.take import ComposingRequest, InfillRequest


@dataclass(frozen=True, slots=True)
class Commission:
    """Takes that are composed together.

    Args:
        requests: one for each take, all of new music or all of holes.
        following: holes that are then filled one after the other in what the requests gave.
        title: what the takes are called; empty names them after their profile.
        edits: what else changes in the project, in the same undo step.
        step: name of the undo step; empty for the usual one.
        keep: how many of the takes are kept, the best matches; None keeps all as they come.
        until: match up to which what is kept is then refined; None leaves it as it is.
        locked: bars that refining leaves alone.
    """

    requests: tuple[ComposingRequest, ...]
    following: tuple[Hole, ...] = ()
    title: str = ""
    edits: tuple[AnyEdit, ...] = ()
    step: str = ""
    keep: int | None = None
    until: float | None = None
    locked: tuple[tuple[int, int], ...] = ()

    @property
    def holes(self) -> tuple[Hole, ...]:
        """All that is composed anew, in order; empty for music that is new as a whole."""
        first = self.requests[0]
        return (first.hole, *self.following) if isinstance(first, InfillRequest) else ()

    @property
    def bars(self) -> int:
        """How many bars are composed for each take."""
        return sum(len(hole.bars) for hole in self.holes) or self.requests[0].bars

    @property
    def metres(self) -> tuple[Metre, ...]:
        """The bars of the whole result."""
        first = self.requests[0]
        return first.wish.metres if isinstance(first, InfillRequest) else first.metres

    @property
    def shown(self) -> int:
        """How many takes come of it."""
        return len(self.requests) if self.keep is None else self.keep
