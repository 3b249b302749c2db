"""The projects that were open last, remembered in the user's own folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from engine.config.schema import Strict
from engine.config.strict_json import read_json, to_json
from engine.files import make_folder, write_atomic

RECENT_FILE = "recent.json"
MAXIMUM_RECENT = 10


class _Form(Strict):
    format: Literal[1] = 1
    projects: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=4096)], ...], Field(max_length=100)
    ] = ()


class RecentProjects:
    """A list of project folders, the last first; those that are gone stay until removed.

    Args:
        user_folder: the user's own folder; it is made when first needed.
    """

    def __init__(self, user_folder: Path) -> None:
        self._path = user_folder / RECENT_FILE

    def folders(self) -> tuple[Path, ...]:
        """The project folders, the last one first.

        Raises:
            PsychoscoreError: the list is broken; names file and line.
        """
        if not self._path.exists():
            return ()
        form = read_json(self._path).validated(_Form)
        return tuple(Path(each) for each in form.projects)

    def add(self, folder: Path) -> None:
        """Put a project at the head of the list.

        Raises:
            PsychoscoreError: the list is broken (it is kept as it is), or the disk refuses.
        """
        head = folder.absolute()
        rest = [each for each in self.folders() if each != head]
        self._write([head, *rest][:MAXIMUM_RECENT])

    def remove(self, folder: Path) -> None:
        """Take a project from the list.

        Raises:
            PsychoscoreError: the list is broken (it is kept as it is), or the disk refuses.
        """
        gone = folder.absolute()
        self._write([each for each in self.folders() if each != gone])

    def _write(self, folders: list[Path]) -> None:
        make_folder(self._path.parent)
        form = {"format": 1, "projects": [str(folder) for folder in folders]}
        write_atomic(self._path, (to_json(form) + "\n").encode())
