"""Where the project lies: opening, saving, autosave and the draft of a project without a folder.

It knows the disk and the project as a value; it does not know the window. A project that was
never saved keeps its autosave in the user's own folder until it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from app.session.folder_lock import FolderLock
from engine.errors import PsychoscoreError
from engine.project.autosave import FOLDER as AUTOSAVE
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
from engine.project.gone import (
    folder_gone,
    look_again,
    read_all_takes,
    takes_without_file,
)
from engine.project.history import History
from engine.project.recent import RecentProjects
from engine.project.reference_audio import carry
from engine.project.state import ProjectState

DRAFT = "unsaved"
LOCK = ".open.lock"
MOST_DRAFTS = 99


class ProjectFiles:
    """The folder of the open project.

    Args:
        user_folder: the user's own folder, made when first needed.
        documents: where projects are made unless the user says otherwise.
    """

    def __init__(self, user_folder: Path, documents: Path) -> None:
        self.folder: Path | None = None
        self.documents = documents
        self._user_folder = user_folder
        self._project_lock, self._draft_lock = FolderLock(), FolderLock()
        self._own_draft: Path | None = None
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

    @property
    def gone(self) -> bool:
        """Whether the project's folder vanished while it was open."""
        return self.folder is not None and not self.folder.is_dir()

    @property
    def _draft(self) -> Path:
        """The place of this window's unsaved work; no other window has it.

        Work that a window left behind which did not end well comes first.
        """
        if self._own_draft is None:
            places = [self._user_folder / DRAFT]
            places += [self._user_folder / f"{DRAFT} {n}" for n in range(2, MOST_DRAFTS)]
            left = [each for each in places if (each / AUTOSAVE).is_dir()]
            for place in (*left, *places):
                if not self._user_folder.is_dir():
                    return place
                if self._draft_lock.take(place.with_name(f".{place.name}.lock")):
                    self._own_draft = place
                    break
        return self._own_draft or places[-1]

    def forget(self, folder: Path) -> None:
        """Take a project from the list."""
        self._recent.remove(folder)

    def open(self, folder: Path) -> tuple[ProjectState, History]:
        """Read a saved project and what can be undone in it.

        Raises:
            PsychoscoreError: there is none, a file of it is broken, or another window has it open.
        """
        state = open_project(folder)
        history = read_history(folder, state)
        if not self._project_lock.take(folder / LOCK):
            raise PsychoscoreError(
                f"{folder.name} is open in another window of PSYCHOSCORE.",
                "Go on there, or close it there first.",
            )
        self.folder = folder
        self._remember(folder)
        return state, history

    def new(self) -> None:
        """From now on the project has no folder."""
        self._project_lock.release()
        self.folder = None

    def save(
        self, state: ProjectState, history: History, folder: Path | None = None
    ) -> tuple[str, ...]:
        """Save to the project's folder, or to another one that it lives in from now on.

        Returns:
            The takes, such as `1M3 B`, whose files vanished before anybody looked at them: all
            but their music is saved.

        Raises:
            PsychoscoreError: another project is in that folder, the project's own vanished, or
                the disk refuses; what was saved before is untouched.
        """
        target = folder or self.folder
        assert target is not None, "a project without a folder is saved to a chosen one"
        if target != self.folder and is_project(target):
            raise PsychoscoreError(
                f"{target} holds another project already.", "Choose another name."
            )
        was_gone = self.gone
        if target == self.folder and was_gone:
            raise folder_gone(target)
        look_again((state,))
        if target != self.folder:
            read_all_takes((state, *history.states()))
            names = [cue.reference.file for cue in state.cues if cue.reference]
            carry(names, self.home, target)
        save_all(target, state, history)
        was_draft, self.folder = self.folder is None or was_gone, target
        self._project_lock.take(target / LOCK)
        if was_draft:
            self.discard_draft()
        self._remember(target)
        return takes_without_file(target, state)

    def autosave(self, state: ProjectState) -> None:
        """Keep what is not saved yet; where the project's folder vanished, with the drafts.

        Raises:
            PsychoscoreError: the disk refuses.
        """
        there = self.folder is not None and not self.gone
        write_autosave(self.folder if there else self._draft, state)

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
        if self.folder is None or self.gone:
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
