"""Undo as Qt's menus know it, pointing at the engine's history.

The steps themselves (edit, state before) are kept by `engine.project.history.History`; the
QUndoStack holds one hollow command for each, so that actions, texts and the clean mark come
from Qt.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.project.edits import AnyEdit
from engine.project.history import MEMORY_STEPS, History
from engine.project.state import ProjectState

Become = Callable[[ProjectState], None]


class UndoStack(QUndoStack):
    """The one way in which a project changes.

    Args:
        state: the project now.
        become: is told each new state, also by undo and redo.
    """

    def __init__(self, state: ProjectState, become: Become, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._become = become
        self._state = state
        self._history = History()
        self._quiet = False
        self.frozen = False
        """While it is true nothing is done, undone or redone."""
        self.setUndoLimit(MEMORY_STEPS)

    @property
    def state(self) -> ProjectState:
        return self._state

    @property
    def history(self) -> History:
        return self._history

    def start(self, state: ProjectState, history: History, *, saved: bool) -> None:
        """Begin with another project and the steps that led to it."""
        self.clear()
        self._state, self._history = state, history
        self._quiet = True
        for step in range(history.undo_count + history.redo_count):
            self.push(_Command(f"step {step}", self))
        for _ in range(history.redo_count):
            self.undo()
        self._quiet = False
        if saved:
            self.setClean()
        else:
            self.resetClean()

    def do(self, edit: AnyEdit) -> None:
        """Apply an edit as one step; an edit that changes nothing leaves no step.

        Raises:
            PsychoscoreError: it cannot be applied; nothing has changed.
        """
        if edit.apply(self._state) == self._state:
            return
        self._state = self._history.do(self._state, edit)
        self._quiet = True
        self.push(_Command(edit.text, self))
        self._quiet = False
        self._become(self._state)

    def undo(self) -> None:
        if not self.frozen:
            super().undo()

    def redo(self) -> None:
        if not self.frozen:
            super().redo()

    def undo_step(self) -> None:
        if not self._quiet:
            self._state = self._history.undo(self._state)
            self._become(self._state)

    def redo_step(self) -> None:
        if not self._quiet:
            self._state = self._history.redo(self._state)
            self._become(self._state)


class _Command(QUndoCommand):
    """Points at one step of the history; pushing it means that the step was done already."""

    def __init__(self, text: str, stack: UndoStack) -> None:
        super().__init__(text)
        self._stack = stack

    def undo(self) -> None:
        self._stack.undo_step()

    def redo(self) -> None:
        self._stack.redo_step()
