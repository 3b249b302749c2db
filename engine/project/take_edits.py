"""Edits of a cue's takes: which there are, what they are called, which are starred."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.config.schema import Title
from engine.errors import PsychoscoreError
from engine.project.cue import Cue
from engine.project.cue_marks import TakeId, TakeLabel
from engine.project.edit import CueEdit
from engine.project.state import ProjectState
from engine.take import Take

_STEM = 40


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


class MusicEdit(TakeEdit):
    """Give a take other music; it is another file then, and the one before stays.

    `file` is the stem of the file that will hold the take, `edits` how often it has then been
    edited by hand.
    """

    file: TakeId
    edits: Annotated[int, Field(ge=1)]

    @staticmethod
    def place(state: ProjectState, cue: str, take: str) -> dict[str, Any]:
        """The take, the file and the count of its next edit as the project has it now.

        Raises:
            PsychoscoreError: the take has no music.
        """
        edits = music_of(state, cue, take).provenance.edits + 1
        return {"cue": cue, "take": take, "file": edited_stem(take, edits), "edits": edits}

    @abstractmethod
    def edited(self, take: Take) -> Take:
        """The take with its other music."""

    def relabelled(self, label: TakeLabel) -> TakeLabel:
        return label.model_copy(update={"file": self.file})

    def apply(self, state: ProjectState) -> ProjectState:
        take = self.edited(music_of(state, self.cue, self.take))
        told = replace(take.provenance, edits=self.edits)
        take = replace(take, provenance=told)
        return super().apply(state).with_take(self.cue, self.take, take)


def edited_stem(take_id: str, edits: int) -> str:
    """A file stem for a take that was edited so often; no other has it."""
    return f"{take_id[:_STEM]}-edit{edits}-{uuid.uuid4().hex[:6]}"


def is_version_of(stem: str, take_id: str) -> bool:
    """Whether a file of this stem holds an edited version of a take."""
    return stem.startswith(f"{take_id[:_STEM]}-edit")


def music_of(state: ProjectState, cue_id: str, take_id: str) -> Take:
    """The take that is to be edited.

    Raises:
        PsychoscoreError: it is gone, or its file has no music.
    """
    cue = state.cue(cue_id)
    take = state.take(cue_id, take_id)
    if cue.label(take_id) is None:
        raise PsychoscoreError(f"Cue {cue.number} has no take {take_id} any more.")
    if take is None:
        raise PsychoscoreError("The file of this take is missing or broken: it has no notes.")
    return take


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
