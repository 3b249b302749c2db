"""Edits of how far a cue is: its status, and the take that was approved for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from engine.errors import PsychoscoreError
from engine.project.cue import Cue, CueStatus
from engine.project.cue_marks import TakeId
from engine.project.edit import CueEdit

STATUSES: Mapping[CueStatus, str] = MappingProxyType(
    {"idea": "Idea", "work": "In work", "review": "To review", "approved": "Approved"}
)
"""The words for each status, in the order of the work."""


class SetStatus(CueEdit):
    """Say how far the work on a cue is."""

    kind: Literal["set_status"] = "set_status"
    status: CueStatus

    @property
    def text(self) -> str:
        return f"Set Status {STATUSES[self.status]}"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"status": self.status}


class ApproveTake(CueEdit):
    """Say which take is the approved one; None is none."""

    kind: Literal["approve_take"] = "approve_take"
    take: TakeId | None

    @property
    def text(self) -> str:
        return "Approve Take" if self.take else "Approve No Take"

    def changes(self, cue: Cue) -> dict[str, Any]:
        if self.take is not None and cue.label(self.take) is None:
            raise PsychoscoreError(f"Cue {cue.number} has no take {self.take} any more.")
        return {"approved": self.take}
