"""Gestures on the marks of the picture make edits that keep them in order."""

from __future__ import annotations

from engine.project.cue import new_cue
from engine.project.cue_marks import DialogueBlock, HitPoint, SceneBlock
from engine.project.edit import CueEdit
from engine.project.mark_edits import (
    SetEnding,
    add_dialogue,
    add_hit,
    add_scene,
    change_dialogue,
    change_hit,
    change_scene,
    remove_dialogue,
    remove_hit,
    remove_scene,
)
from engine.project.state import ProjectState

CUE = new_cue("1M1").replace(
    hits=(HitPoint(bar=2), HitPoint(bar=5, kind="chord")),
    scenes=(SceneBlock(first_bar=1, last_bar=4, title="A"),),
    dialogue=(DialogueBlock(first=2, last=3, text="Nay"),),
)
STATE = ProjectState(cues=(CUE,))


def after(edit: CueEdit) -> object:
    return edit.apply(STATE).cue(CUE.id)


def test_hits_stay_in_order() -> None:
    added = add_hit(CUE, HitPoint(bar=3.5, kind="avoid"))
    assert [hit.bar for hit in added.hits] == [2, 3.5, 5] and added.text == "Add Hit Point"
    moved = change_hit(CUE, 0, HitPoint(bar=7))
    assert [hit.bar for hit in moved.hits] == [5, 7] and moved.text == "Move Hit Point"
    assert change_hit(CUE, 0, HitPoint(bar=2, kind="silence")).text == "Edit Hit Point"
    assert [hit.bar for hit in remove_hit(CUE, 0).hits] == [5]
    assert after(remove_hit(CUE, 1)) == CUE.replace(hits=CUE.hits[:1])


def test_scenes_and_dialogue_likewise() -> None:
    scene = SceneBlock(first_bar=9, last_bar=10, title="B")
    assert add_scene(CUE, scene).scenes == (*CUE.scenes, scene)
    assert change_scene(CUE, 0, scene).scenes == (scene,)
    assert remove_scene(CUE, 0).scenes == ()
    block = DialogueBlock(first=1, last=1.5)
    assert add_dialogue(CUE, block).dialogue == (block, *CUE.dialogue)
    assert change_dialogue(CUE, 0, block).dialogue == (block,)
    assert remove_dialogue(CUE, 0).dialogue == ()


def test_an_ending_is_named() -> None:
    assert SetEnding(cue=CUE.id, ending="thin_away").text == "End: Thin away"
    assert SetEnding(cue=CUE.id).text == "Clear Ending"
