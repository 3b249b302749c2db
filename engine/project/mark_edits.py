"""Edits of the marks that tie a cue to the picture, one kind of mark each, and the gestures that
make them. Marks are named by their place in the cue's tuple, as the window lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from engine.picture import ENDINGS, Ending
from engine.project.cue import Cue
from engine.project.cue_marks import DialogueBlock, DialogueSettings, HitPoint, SceneBlock
from engine.project.edit import CueEdit

Act = Literal["add", "move", "edit", "remove"]


class SetHits(CueEdit):
    """Set the hit points; `act` says what was done, for the Edit menu."""

    kind: Literal["set_hits"] = "set_hits"
    hits: tuple[HitPoint, ...] = ()
    act: Act = "edit"

    @property
    def text(self) -> str:
        return f"{self.act.capitalize()} Hit Point"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"hits": self.hits}


class SetScenes(CueEdit):
    """Set the scene blocks."""

    kind: Literal["set_scenes"] = "set_scenes"
    scenes: tuple[SceneBlock, ...] = ()
    act: Act = "edit"

    @property
    def text(self) -> str:
        return f"{self.act.capitalize()} Scene"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"scenes": self.scenes}


class SetDialogue(CueEdit):
    """Set where somebody speaks."""

    kind: Literal["set_dialogue"] = "set_dialogue"
    dialogue: tuple[DialogueBlock, ...] = ()
    act: Act | Literal["read"] = "edit"

    @property
    def text(self) -> str:
        return f"{self.act.capitalize()} Dialogue"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"dialogue": self.dialogue}


class SetDialogueLaw(CueEdit):
    """Set what notes obey under dialogue."""

    kind: Literal["set_dialogue_law"] = "set_dialogue_law"
    law: DialogueSettings

    @property
    def text(self) -> str:
        return "Set Dialogue Limits"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"dialogue_law": self.law}


class SetEnding(CueEdit):
    """Set how the cue ends; None leaves it to the network."""

    kind: Literal["set_ending"] = "set_ending"
    ending: Ending | None = None

    @property
    def text(self) -> str:
        return "Clear Ending" if self.ending is None else f"End: {ENDINGS[self.ending]}"

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"ending": self.ending}


def add_hit(cue: Cue, hit: HitPoint) -> SetHits:
    """One more hit point, at its place in time."""
    return SetHits(cue=cue.id, hits=_by_bar([*cue.hits, hit]), act="add")


def change_hit(cue: Cue, index: int, hit: HitPoint) -> SetHits:
    """Another hit point in the place of one: moved, of another kind, with another title."""
    moved = hit.bar != cue.hits[index].bar
    hits = [*cue.hits[:index], hit, *cue.hits[index + 1 :]]
    return SetHits(cue=cue.id, hits=_by_bar(hits), act="move" if moved else "edit")


def remove_hit(cue: Cue, index: int) -> SetHits:
    hits = (*cue.hits[:index], *cue.hits[index + 1 :])
    return SetHits(cue=cue.id, hits=hits, act="remove")


def add_scene(cue: Cue, scene: SceneBlock) -> SetScenes:
    """One more scene, at its place in time."""
    scenes = sorted([*cue.scenes, scene], key=lambda each: each.first_bar)
    return SetScenes(cue=cue.id, scenes=tuple(scenes), act="add")


def change_scene(cue: Cue, index: int, scene: SceneBlock) -> SetScenes:
    """Another scene in the place of one."""
    scenes = [*cue.scenes[:index], scene, *cue.scenes[index + 1 :]]
    ordered = tuple(sorted(scenes, key=lambda each: each.first_bar))
    return SetScenes(cue=cue.id, scenes=ordered, act="edit")


def remove_scene(cue: Cue, index: int) -> SetScenes:
    scenes = (*cue.scenes[:index], *cue.scenes[index + 1 :])
    return SetScenes(cue=cue.id, scenes=scenes, act="remove")


def add_dialogue(cue: Cue, block: DialogueBlock) -> SetDialogue:
    """One more block of dialogue, at its place in time; blocks may touch and overlap."""
    return SetDialogue(cue=cue.id, dialogue=_by_first([*cue.dialogue, block]), act="add")


def change_dialogue(cue: Cue, index: int, block: DialogueBlock) -> SetDialogue:
    """Another block in the place of one."""
    blocks = [*cue.dialogue[:index], block, *cue.dialogue[index + 1 :]]
    return SetDialogue(cue=cue.id, dialogue=_by_first(blocks), act="edit")


def remove_dialogue(cue: Cue, index: int) -> SetDialogue:
    blocks = (*cue.dialogue[:index], *cue.dialogue[index + 1 :])
    return SetDialogue(cue=cue.id, dialogue=blocks, act="remove")


def _by_bar(hits: Iterable[HitPoint]) -> tuple[HitPoint, ...]:
    return tuple(sorted(hits, key=lambda hit: hit.bar))


def _by_first(blocks: Iterable[DialogueBlock]) -> tuple[DialogueBlock, ...]:
    return tuple(sorted(blocks, key=lambda block: (block.first, block.last)))
