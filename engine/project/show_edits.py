"""Edits of what a cue does in a show."""

from __future__ import annotations

from typing import Any, Literal

from engine.project.cue import Cue
from engine.project.edit import CueEdit
from engine.project.vamps import Vamp


class SetVamps(CueEdit):
    """Set which bars repeat until GO; `act` says what was done, for the Edit menu."""

    kind: Literal["set_vamps"] = "set_vamps"
    act: Literal["mark", "clear"]
    vamps: tuple[Vamp, ...] = ()

    @property
    def text(self) -> str:
        return "Mark Vamp" if self.act == "mark" else "Clear Vamp"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"vamps": self.vamps}
