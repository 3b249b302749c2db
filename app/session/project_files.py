"""Where the project lies: opening, saving, autosave and the draft of a project without a folder.

It knows the disk and the project as a value; it does not know the window. A project that was
never saved keeps its autosave in the user's own folder until it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.project.autosave import (
    Recovery,
    discard_autosave,
    find_recovery,
    read_history,
    recover_project,
    save_all,
    write_autosave,
)
from engine.project.folder import is_project, open_project
from engine.project.history import History
from engine.project.recent import RecentProjects
from engine.project.reference_audio import carry
from engine.project.state import ProjectState

DRAFT = "unsaved"


class ProjectFiles:
    """The folder of the open project.

    Args:
        user_folder: the user's own folder, made when first needed.
        documents: where projects are made unless the user says otherwise.
    """

    def __init__(self, user_folder: Path, documents: Path) -> None:
        self.folder: Path | None = None
        self.documents = documents
        self._draft = user_folder / DRAFT
        self._recent = RecentProjects(user_folder)

    def recent(self) -> tuple[Path, ...]:
        """The folders that were open last; a broken list counts as empty."""
        try:
            return self._recent.folders()
        except PsychoscoreError:
            return ()

    @property
    def home(self) -> Path:
        """Where files of the project lie now: its folder, or that of the draft."""
        return self.folder or self._draft

    def forget(self, folder: Path) -> None:
        """Take a project from the list."""
        self._recent.remove(folder)

    def open(self, folder: Path) -> tuple[ProjectState, History]:
        """Read a saved project and what can be undone in it.

        Raises:
            PsychoscoreError: there is none, or a file of it is broken.
        """
        state = open_project(folder)
        history = read_history(folder, state)
        self.folder = folder
        self._remember(folder)
        return state, history

    def new(self) -> None:
        """From now on the project has no folder."""
        self.folder = None

    def save(self, state: ProjectState, history: History, folder: Path | None = None) -> None:
        """Save to the project's folder, or to another one that it lives in from now on.

        Raises:
            PsychoscoreError: another project is in that folder, or the disk refuses; what was
                saved before is untouched.
        """
        target = folder or self.folder
        assert target is not None, "a project without a folder is saved to a chosen one"
        if target != self.folder and is_project(target):
            raise PsychoscoreError(
                f"{target} holds another project already.", "Choose another name."
            )
        if target != self.folder:
            names = [cue.reference.file for cue in state.cues if cue.reference]
            carry(names, self.home, target)
        save_all(target, state, history)
        was_draft, self.folder = self.folder is None, target
        if was_draft:
            self.discard_draft()
        self._remember(target)

    def autosave(self, state: ProjectState) -> None:
        """Keep what is not saved yet.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        write_autosave(self.folder or self._draft, state)

    def draft(self) -> Recovery | None:
        """The work on a project that never had a folder, from a run that did not end well."""
        try:
            return find_recovery(self._draft)
        except PsychoscoreError:
            return None

    def recovery(self) -> Recovery | None:
        """What the open project's autosave has beyond what was saved."""
        try:
            return find_recovery(self.folder) if self.folder else None
        except PsychoscoreError:
            return None

    def recovered(self) -> ProjectState:
        """The project as its last autosave has it.

        Raises:
            PsychoscoreError: the autosave is broken.
        """
        return recover_project(self.folder or self._draft)

    def discard_autosave(self) -> None:
        """Forget what was not saved."""
        if self.folder is None:
            self.discard_draft()
        else:
            discard_autosave(self.folder)

    def discard_draft(self) -> None:
        """Forget the unsaved project; it holds only what this program wrote there."""
        shutil.rmtree(self._draft, ignore_errors=True)

    def _remember(self, folder: Path) -> None:
        try:
            self._recent.add(folder)
        except PsychoscoreError:
            # The list is a comfort: a project that cannot be listed is opened all the same.
            return
