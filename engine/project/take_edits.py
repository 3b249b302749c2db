"""Edits of a cue's takes: which there are, what they are called, which are starred."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from typing import Any, Literal

from engine.config.schema import Title
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.cue_marks import TakeId, TakeLabel
from engine.project.edit import CueEdit
from engine.project.state import ProjectState
from engine.take import Take


class AddTake(CueEdit):
    """Add a take to the end of a cue's list."""

    kind: Literal["add_take"] = "add_take"
    label: TakeLabel
    take: Take

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.label.id)

    @property
    def text(self) -> str:
        return "Add Take"

    def changes(self, cue: Cue) -> dict[str, Any]:
        kept = (label for label in cue.takes if label.id != self.label.id)
        return {"takes": (*kept, self.label)}

    def apply(self, state: ProjectState) -> ProjectState:
        return super().apply(state).with_take(self.cue, self.label.id, self.take)


class TakeEdit(CueEdit):
    take: TakeId

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue, self.take)

    @abstractmethod
    def relabelled(self, label: TakeLabel) -> TakeLabel | None:
        """The label as it becomes, or None where the take leaves the list."""

    def changes(self, cue: Cue) -> dict[str, Any]:
        if cue.label(self.take) is None:
            raise PsychoscoreError(f"Cue {cue.number} has no take {self.take} any more.")
        labels = (self.relabelled(label) if label.id == self.take else label for label in cue.takes)
        return {"takes": tuple(label for label in labels if label is not None)}


class RemoveTake(TakeEdit):
    """Take a take out of the list; saving moves its file aside and keeps it."""

    kind: Literal["remove_take"] = "remove_take"

    @property
    def text(self) -> str:
        return "Delete Take"

    def relabelled(self, label: TakeLabel) -> TakeLabel | None:
        return None

    def apply(self, state: ProjectState) -> ProjectState:
        return super().apply(state).without_take(self.cue, self.take)


class RenameTake(TakeEdit):
    """Give a take a title; its file keeps its name."""

    kind: Literal["rename_take"] = "rename_take"
    title: Title

    @property
    def text(self) -> str:
        return "Rename Take"

    def relabelled(self, label: TakeLabel) -> TakeLabel:
        return label.model_copy(update={"title": self.title})


class StarTake(TakeEdit):
    """Star a take or not."""

    kind: Literal["star_take"] = "star_take"
    starred: bool

    @property
    def text(self) -> str:
        return "Star Take" if self.starred else "Unstar Take"

    def relabelled(self, label: TakeLabel) -> TakeLabel:
        return label.model_copy(update={"starred": self.starred})


def new_take_id(take: Take) -> str:
    """A file stem that says where a take came from and that no other has."""
    request = take.provenance.request
    return f"seed{request.seed}-{request.take + 1}-{uuid.uuid4().hex[:6]}"
