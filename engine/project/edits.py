"""Every edit of a project, and their JSON. Import edits from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter, ValidationError

from engine.config.schema import Title
from engine.config.sentences import explain
from engine.project.cue import Cue, CueId, CueNumber
from engine.project.cue_edits import (
    MuteLane,
    SetAsked,
    SetBars,
    SetKey,
    SetLane,
    SetLocks,
    SetMaterial,
    SetMetre,
    SetPicture,
    SetProfileValue,
    SetSeed,
    SetTempo,
)
from engine.project.edit import CueEdit, Edit
from engine.project.mark_edits import (
    SetDialogue,
    SetDialogueLaw,
    SetEnding,
    SetHits,
    SetScenes,
)
from engine.project.note_edits import EditNotes
from engine.project.playing_edits import (
    EditPedal,
    SetDynamics,
    SetDynamicsController,
    SetPerformance,
    SetPianoMode,
)
from engine.project.reference_edits import SetReferenceAudio
from engine.project.show_edits import SetVamps
from engine.project.state import ProjectState
from engine.project.status_edits import ApproveTake, SetStatus
from engine.project.take_edits import AddTake, RemoveTake, RenameTake, StarTake, new_take_id
from engine.project.time_edits import SetPhrases, SetStart, SetUpbeat


class AddCue(Edit):
    """Add a cue without takes."""

    kind: Literal["add_cue"] = "add_cue"
    cue: Cue

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue.id)

    @property
    def text(self) -> str:
        return f"Add Cue {self.cue.number}"

    def apply(self, state: ProjectState) -> ProjectState:
        return state.with_cue(self.cue)


class RemoveCue(Edit):
    """Take a cue and its takes out of the project; saving moves its folder aside."""

    kind: Literal["remove_cue"] = "remove_cue"
    cue: CueId

    @property
    def target(self) -> tuple[str, ...]:
        return (type(self).__name__, self.cue)

    @property
    def text(self) -> str:
        return "Delete Cue"

    def apply(self, state: ProjectState) -> ProjectState:
        state.cue(self.cue)
        return state.without_cue(self.cue)


class RenameCue(CueEdit):
    """Set number and title of a cue."""

    kind: Literal["rename_cue"] = "rename_cue"
    number: CueNumber
    title: Title

    @property
    def text(self) -> str:
        return "Rename Cue"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"number": self.number, "title": self.title}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class SetConfigValue(Edit):
    """Set a value of the project's own settings by dotted key."""

    kind: Literal["set_config_value"] = "set_config_value"
    key: str
    value: Annotated[JsonValue, BeforeValidator(_plain)]

    @property
    def target(self) -> tuple[str, ...]:
        return ("config", self.key)

    @property
    def text(self) -> str:
        return f"Set {self.key}"

    def apply(self, state: ProjectState) -> ProjectState:
        settings = state.settings.with_value(self.key, self.value)
        return ProjectState(settings, state.cues, state.takes)


class ClearConfigValue(Edit):
    """Let a value, or a whole section, of the project's own settings fall through."""

    kind: Literal["clear_config_value"] = "clear_config_value"
    key: str

    @property
    def target(self) -> tuple[str, ...]:
        return ("config", self.key)

    @property
    def text(self) -> str:
        return f"Clear {self.key}"

    def apply(self, state: ProjectState) -> ProjectState:
        return ProjectState(state.settings.without(self.key), state.cues, state.takes)


class Several(Edit):
    """Edits of one gesture, applied in order.

    `title` names the step; without one it is called as its last edit.
    """

    kind: Literal["several"] = "several"
    edits: tuple[AnyEdit, ...] = Field(min_length=1, max_length=4096)
    title: Title = ""

    @property
    def text(self) -> str:
        return self.title or self.edits[-1].text

    def apply(self, state: ProjectState) -> ProjectState:
        for edit in self.edits:
            state = edit.apply(state)
        return state


AnyEdit = Annotated[
    SetProfileValue
    | SetLane
    | MuteLane
    | SetTempo
    | SetBars
    | SetKey
    | SetMetre
    | SetSeed
    | SetLocks
    | SetVamps
    | SetReferenceAudio
    | SetPicture
    | SetHits
    | SetScenes
    | SetDialogue
    | SetDialogueLaw
    | SetEnding
    | SetMaterial
    | SetPhrases
    | SetStart
    | SetUpbeat
    | SetAsked
    | SetPerformance
    | SetPianoMode
    | SetDynamics
    | SetDynamicsController
    | EditPedal
    | SetStatus
    | ApproveTake
    | AddTake
    | RemoveTake
    | RenameTake
    | StarTake
    | EditNotes
    | AddCue
    | RemoveCue
    | RenameCue
    | SetConfigValue
    | ClearConfigValue
    | Several,
    Field(discriminator="kind"),
]
Several.model_rebuild()
_EDIT: TypeAdapter[AnyEdit] = TypeAdapter(AnyEdit)


def edit_json(edit: AnyEdit) -> str:
    return edit.model_dump_json()


def parse_edit(text: str) -> AnyEdit:
    """Read an edit that `edit_json` wrote.

    Raises:
        PsychoscoreError: it has another form.
    """
    try:
        return _EDIT.validate_json(text)
    except ValidationError as error:
        raise explain(error, Several, "An edit") from error


__all__ = [
    "AddCue",
    "AddTake",
    "AnyEdit",
    "ApproveTake",
    "ClearConfigValue",
    "CueEdit",
    "Edit",
    "EditNotes",
    "EditPedal",
    "MuteLane",
    "RemoveCue",
    "RemoveTake",
    "RenameCue",
    "RenameTake",
    "SetAsked",
    "SetBars",
    "SetConfigValue",
    "SetDialogue",
    "SetDialogueLaw",
    "SetEnding",
    "SetHits",
    "SetDynamics",
    "SetDynamicsController",
    "SetKey",
    "SetLane",
    "SetLocks",
    "SetMaterial",
    "SetMetre",
    "SetPhrases",
    "SetPerformance",
    "SetPianoMode",
    "SetReferenceAudio",
    "SetPicture",
    "SetProfileValue",
    "SetScenes",
    "SetSeed",
    "SetStart",
    "SetStatus",
    "SetTempo",
    "SetVamps",
    "SetUpbeat",
    "Several",
    "StarTake",
    "edit_json",
    "new_take_id",
    "parse_edit",
]
