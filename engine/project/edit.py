"""What an edit is: a frozen value that survives JSON and applies purely.

An edit names what it changes by cue id, take id or dotted key and carries absolute values, so
that applying it twice is applying it once. Nothing here remembers; `engine.project.history` does.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from pydantic import ValidationError

from engine.config.schema import Strict
from engine.config.sentences import explain
from engine.project.cue import Cue, CueId
from engine.project.state import ProjectState


class Edit(Strict):
    """One change of a project. Subclasses give `kind`, `text` and `apply`."""

    @property
    def target(self) -> tuple[str, ...]:
        """What is changed; a later edit of the same target makes an earlier one moot."""
        return (type(self).__name__,)

    @property
    @abstractmethod
    def text(self) -> str:
        """The name of the step in the Edit menu."""

    @abstractmethod
    def apply(self, state: ProjectState) -> ProjectState:
        """The project after this edit.

        Raises:
            PsychoscoreError: the cue or take is gone, or a value is not allowed.
        """


class CueEdit(Edit):
    cue: CueId

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue)

    @abstractmethod
    def changes(self, cue: Cue) -> dict[str, Any]:
        """The fields of the cue that become new."""

    def apply(self, state: ProjectState) -> ProjectState:
        cue = state.cue(self.cue)
        try:
            return state.with_cue(cue.replace(**self.changes(cue)))
        except ValidationError as error:
            raise explain(error, Cue, f"Cue {cue.number}") from error
