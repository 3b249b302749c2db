"""What was done, to be undone: each edit with the project before it.

500 steps in memory; the last 100 survive a restart as one base state and the edits after it.
A history that does not lead to the project as it was opened is worth nothing and is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from engine.config.own import OwnSettings, checked
from engine.config.schema import Strict
from engine.errors import PsychoscoreError
from engine.files import write_atomic
from engine.project.cue import Cue
from engine.project.cue_marks import TakeLabel
from engine.project.edits import AnyEdit, Several
from engine.project.shelf import Unread
from engine.project.state import ProjectState
from engine.take import Take

MEMORY_STEPS = 500
FILE_STEPS = 100
MAXIMUM_BYTES = 64_000_000
FindTake = Callable[[str, TakeLabel], Take | Unread | None]


@dataclass(frozen=True, slots=True)
class Step:
    """An edit, the project before it, and the gesture it belongs to."""

    edit: AnyEdit
    before: ProjectState
    merge_key: str | None = None


class History:
    """Undo and redo. Owned by one session; the states it hands out are frozen."""

    def __init__(self, limit: int = MEMORY_STEPS) -> None:
        self._limit = limit
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def undo_count(self) -> int:
        return len(self._done)

    @property
    def redo_count(self) -> int:
        return len(self._undone)

    @property
    def undo_text(self) -> str:
        """What would be undone, empty where there is nothing."""
        return self._done[-1].edit.text if self._done else ""

    @property
    def redo_text(self) -> str:
        return self._undone[-1].edit.text if self._undone else ""

    def do(self, state: ProjectState, edit: AnyEdit, merge_key: str | None = None) -> ProjectState:
        """Apply an edit and remember it; what could be redone is forgotten.

        Args:
            state: the project now.
            edit: the change.
            merge_key: edits of one gesture give the same key and become one step; a key is
                never used for a second gesture.

        Raises:
            PsychoscoreError: the edit cannot be applied; nothing is changed or remembered.
        """
        after = edit.apply(state)
        last = self._done[-1] if self._done else None
        if last and merge_key is not None and last.merge_key == merge_key and not self._undone:
            self._done[-1] = replace(last, edit=_merged(last, edit, after))
        else:
            self._done.append(Step(edit, state, merge_key))
        del self._done[: -self._limit]
        self._undone.clear()
        return after

    def undo(self, state: ProjectState) -> ProjectState:
        """The project before the last step, or `state` where there is none."""
        if not self._done:
            return state
        step = self._done.pop()
        self._undone.append(step)
        return step.before

    def redo(self, state: ProjectState) -> ProjectState:
        """The project after the step that was undone last, or `state` where there is none."""
        if not self._undone:
            return state
        step = self._undone.pop()
        self._done.append(replace(step, before=state, merge_key=None))
        return step.edit.apply(state)

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()

    def states(self) -> tuple[ProjectState, ...]:
        """The projects that undoing can come back to."""
        return tuple(step.before for step in self._done)

    def base(self, state: ProjectState) -> ProjectState:
        """The project before the steps that a file keeps; `state` where there are none."""
        return self._done[-FILE_STEPS:][0].before if self._done else state

    def to_file(self, path: Path, state: ProjectState) -> None:
        """Write the last 100 steps.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        done = self._done[-FILE_STEPS:]
        undone = self._undone[-FILE_STEPS:]
        base = self.base(state)
        form = _Form(
            settings=dict(base.settings.data),
            cues=base.cues,
            done=tuple(step.edit for step in done),
            undone=tuple(step.edit for step in undone),
        )
        write_atomic(path, form.model_dump_json(exclude_none=True).encode())

    @classmethod
    def from_file(cls, path: Path, state: ProjectState, find_take: FindTake) -> History:
        """Read the steps that lead to a project as it was opened.

        Args:
            path: what `to_file` wrote; it may be missing.
            state: the project as it was opened.
            find_take: the notes of a take by cue id and label, None where they are lost.

        Returns:
            An empty history where the file is missing, broken, or leads elsewhere.
        """
        history = cls()
        try:
            if not path.is_file() or path.stat().st_size > MAXIMUM_BYTES:
                return history
            form = _Form.model_validate_json(path.read_bytes())
            current = _base(form, find_take)
            for edit in form.done:
                current = history.do(current, edit)
            if not _same(current, state):
                return cls()
            history._undone = [Step(edit, state) for edit in form.undone]
        except (ValidationError, PsychoscoreError, OSError):
            return cls()
        return history


class _Form(Strict):
    format: Literal[1] = 1
    settings: dict[str, Any]
    cues: tuple[Cue, ...]
    done: Annotated[tuple[AnyEdit, ...], Field(max_length=FILE_STEPS)] = ()
    undone: Annotated[tuple[AnyEdit, ...], Field(max_length=FILE_STEPS)] = ()


def _merged(last: Step, edit: AnyEdit, after: ProjectState) -> AnyEdit:
    """One edit that leads from the state before `last` to `after`."""
    earlier = last.edit.edits if isinstance(last.edit, Several) else (last.edit,)
    later = edit.edits if isinstance(edit, Several) else (edit,)
    targets = {each.target for each in later}
    kept = tuple(each for each in earlier if each.target not in targets)
    short = (*kept, *later)
    folded: AnyEdit = short[0] if len(short) == 1 else Several(edits=short)
    try:
        if folded.apply(last.before) == after:
            return folded
    except PsychoscoreError:
        pass  # What was folded away was needed after all: keep every edit.
    return Several(edits=(*earlier, *later))


def _base(form: _Form, find_take: FindTake) -> ProjectState:
    state = ProjectState(
        checked(form.settings, "history") if form.settings else OwnSettings(), form.cues
    )
    for cue in form.cues:
        for label in cue.takes:
            take = find_take(cue.id, label)
            if take is not None:
                state = state.with_take(cue.id, label.id, take)
    return state


def _same(one: ProjectState, other: ProjectState) -> bool:
    # Takes are known by their ids: a file never changes, and its text need not equal a float.
    return (one.settings, one.cues) == (other.settings, other.cues)
