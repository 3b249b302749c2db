"""Wishes about what ties the cue to the picture: hits, scenes, dialogue, ending, a tempo found.

Marks are named by their place among those of the cue, as the window shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.picture import Ending
from engine.project.cue_edits import SetBars, SetTempo
from engine.project.cue_marks import (
    DialogueBlock,
    DialogueSettings,
    HitPoint,
    SceneBlock,
    TempoMark,
)
from engine.project.edits import AnyEdit, Several
from engine.project.finding_tempo import TempoFit
from engine.project.mark_edits import (
    SetDialogue,
    SetDialogueLaw,
    SetEnding,
    SetHits,
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
from engine.project.picture_clock import PictureClock
from engine.score import TempoMap
from engine.take import MAXIMUM_BARS

if TYPE_CHECKING:
    from app.session.editing import Editing
    from engine.project.cue import Cue

_EXACT = 6


class Marks:
    """Turns wishes about marks into edits of the cue, each one undo step."""

    def __init__(self, session: Editing) -> None:
        self._session = session

    @property
    def _cue(self) -> Cue:
        return self._session.cue

    @property
    def clock(self) -> PictureClock:
        """Bars, seconds and time code of the cue."""
        asked = self._session.asked
        return PictureClock(asked.metres, asked.tempo_map, asked.cue.start)

    # ---- Hit points

    def add_hit(self, bar: float, timecode: str | None) -> int:
        """Add a hit; its place among the hits then, also of one that is there already."""
        bar = round(bar, _EXACT)
        there = next((i for i, hit in enumerate(self._cue.hits) if hit.bar == bar), None)
        if there is not None:
            return there
        self._session.commit(add_hit(self._cue, HitPoint(bar=bar, timecode=timecode)))
        return next((i for i, hit in enumerate(self._cue.hits) if hit.bar == bar), 0)

    def change_hit(self, index: int, hit: HitPoint) -> None:
        if index < len(self._cue.hits):
            self._session.commit(change_hit(self._cue, index, hit))

    def remove_hit(self, index: int) -> None:
        if index < len(self._cue.hits):
            self._session.commit(remove_hit(self._cue, index))

    def set_ending(self, ending: Ending | None) -> None:
        """Say how the cue ends; None leaves it to the music."""
        if ending != self._cue.ending:
            self._session.commit(SetEnding(cue=self._cue.id, ending=ending))

    def use_tempo(self, fit: TempoFit, grows: bool = False) -> None:
        """Take one steady tempo, and let the hits that it meets lie on their beats.

        Hits that it does not meet stay at their moment in the picture.

        Args:
            grows: the cue becomes as long as its last hit needs, where it is shorter.
        """
        cue, clock = self._cue, self.clock
        edits: list[AnyEdit] = [SetTempo(cue=cue.id, tempo=(TempoMark(bar=1, bpm=fit.bpm),))]
        bars = cue.bars
        if grows:
            last = max((each.bar for each in fit.landings), default=1.0)
            bars = min(max(bars, int(last)), MAXIMUM_BARS)
        if bars > cue.bars:
            edits.append(SetBars(cue=cue.id, bars=bars))
        hits = hits_at(cue.hits, clock, fit, bars)
        edits.append(SetHits(cue=cue.id, hits=hits, act="move"))
        self._session.commit(Several(edits=tuple(edits), title=f"Set Tempo {fit.bpm:g}"))

    # ---- Scenes

    def add_scene(self, first: int, last: int, title: str = "Scene") -> None:
        """A scene from one bar to another, both included."""
        scene = SceneBlock(first_bar=first, last_bar=last, title=title)
        self._session.commit(add_scene(self._cue, scene))

    def change_scene(self, index: int, first: int, last: int, title: str) -> None:
        if index < len(self._cue.scenes):
            scene = SceneBlock(first_bar=first, last_bar=last, title=title)
            self._session.commit(change_scene(self._cue, index, scene))

    def remove_scene(self, index: int) -> None:
        if index < len(self._cue.scenes):
            self._session.commit(remove_scene(self._cue, index))

    # ---- Dialogue

    def add_dialogue(self, first: float, last: float, text: str = "") -> None:
        """Somebody speaks from one place in bars to another, the end not included."""
        block = DialogueBlock(first=round(first, _EXACT), last=round(last, _EXACT), text=text)
        self._session.commit(add_dialogue(self._cue, block))

    def change_dialogue(self, index: int, first: float, last: float, text: str) -> None:
        if index < len(self._cue.dialogue):
            block = DialogueBlock(first=round(first, _EXACT), last=round(last, _EXACT), text=text)
            self._session.commit(change_dialogue(self._cue, index, block))

    def remove_dialogue(self, index: int) -> None:
        if index < len(self._cue.dialogue):
            self._session.commit(remove_dialogue(self._cue, index))

    def read_dialogue(self, blocks: Sequence[DialogueBlock], keep: bool) -> None:
        """Take blocks from a file, beside or instead of those that are there."""
        others = self._cue.dialogue if keep else ()
        merged = tuple(sorted((*others, *blocks), key=lambda each: (each.first, each.last)))
        self._session.commit(SetDialogue(cue=self._cue.id, dialogue=merged, act="read"))

    def clear_dialogue(self) -> None:
        """Take all dialogue out of the cue."""
        if self._cue.dialogue:
            self._session.commit(SetDialogue(cue=self._cue.id, dialogue=(), act="remove"))

    def set_dialogue_law(self, law: DialogueSettings) -> None:
        if law != self._cue.dialogue_law:
            self._session.commit(SetDialogueLaw(cue=self._cue.id, law=law))


def hits_at(
    hits: Sequence[HitPoint], clock: PictureClock, fit: TempoFit, bars: int
) -> tuple[HitPoint, ...]:
    """The hits as they lie in bars at a tempo found for them.

    Args:
        clock: of the cue before, which says when the hits are.
        bars: length of the cue; a hit behind it stays where it was.
    """
    after = PictureClock(clock.metres, TempoMap(((0, fit.bpm),)), clock.start)
    met = {
        round(each.seconds, _EXACT): each.bar
        for each in fit.landings
        if each.is_hit or each.is_near
    }
    moved: list[HitPoint] = []
    for hit in hits:
        seconds = clock.hit_seconds(hit)
        bar = met.get(round(seconds, _EXACT))
        if bar is None:
            bar = after.bar_of_seconds(max(seconds, 0.0))
        inside = 1 <= bar < bars + 1
        moved.append(hit.model_copy(update={"bar": round(bar, _EXACT)}) if inside else hit)
    return tuple(sorted(moved, key=lambda hit: hit.bar))
