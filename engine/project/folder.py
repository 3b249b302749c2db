"""A project on disk: create, open, save.

A folder with `psychoscore.json`, `cues/<number title>/` (`cue.json`, `takes/*.mid`, `exports/`,
`autosave/`), `themes/` and `runs/`. Each file is written whole or not at all, in an order in
which every file that is named by another is there before it. What leaves the project is moved
to a `.removed` folder and never deleted. No path inside a file is ever opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.config.own import OwnSettings, read_settings, write_settings
from engine.errors import PsychoscoreError
from engine.files import make_folder, move, write_atomic
from engine.project.cue import Cue
from engine.project.cue_folder import (
    CUE_FILE,
    REMOVED,
    TAKES,
    cue_folders,
    cue_text,
    folder_name,
    read_takes,
    removed_cue_folders,
    write_takes,
)
from engine.project.state import ProjectState, Takes, number_order
from engine.project.take_edits import is_version_of

PROJECT_FILE = "psychoscore.json"

__all__ = [
    "PROJECT_FILE",
    "ProjectState",
    "Takes",
    "create_project",
    "is_project",
    "number_order",
    "open_project",
    "save_cues",
    "save_project",
]


def is_project(folder: Path) -> bool:
    return (folder / PROJECT_FILE).is_file()


def create_project(folder: Path, name: str, settings: OwnSettings | None = None) -> ProjectState:
    """Make a new project.

    Args:
        folder: may exist, but must hold no project yet.
        name: of the film or play.
        settings: more that the project sets itself.

    Raises:
        PsychoscoreError: there is a project already, the name is not allowed, or the disk
            refuses.
    """
    if (folder / PROJECT_FILE).exists():
        raise PsychoscoreError(f"{folder} holds a project already.", "Open it instead.")
    own = (
        OwnSettings()
        .with_value("name", name)
        .with_values(dict((settings or OwnSettings()).leaves()))
    )
    state = ProjectState(own)
    for each in (folder, folder / "cues", folder / "themes", folder / "runs"):
        make_folder(each)
    save_project(folder, state)
    return state


def open_project(folder: Path) -> ProjectState:
    """Read a project as it was saved.

    A take whose file is missing or broken keeps its label and has no notes.

    Raises:
        PsychoscoreError: there is no project, or one of its JSON files is broken; names file,
            line and column.
    """
    if not folder.is_dir():
        raise PsychoscoreError(f"There is no folder {folder}.")
    if not (folder / PROJECT_FILE).exists():
        raise PsychoscoreError(f"{folder} is no project: it has no {PROJECT_FILE}.")
    settings = read_settings(folder / PROJECT_FILE)
    found = cue_folders(folder)
    cues = tuple(cue for cue, _ in found.values())
    takes = {cue.id: read_takes(place, cue) for cue, place in found.values()}
    return ProjectState(settings, cues, {key: value for key, value in takes.items() if value})


def save_project(folder: Path, state: ProjectState) -> None:
    """Write a project: takes, then cues, then its own settings. Equal files are left alone.

    Raises:
        PsychoscoreError: a file that is there is broken (it is never overwritten), or the
            disk refuses; every file is then still the old one or already the new one.
    """
    project_file = folder / PROJECT_FILE
    if project_file.exists():
        read_settings(project_file)
    make_folder(folder)
    save_cues(folder, state)
    write_settings(project_file, state.settings)


def save_cues(folder: Path, state: ProjectState) -> None:
    """Write the cues of a project and their takes, and move aside what left it."""
    before = cue_folders(folder)
    kept = {cue.id for cue in state.cues}
    for cue_id, (_, place) in before.items():
        if cue_id not in kept:
            move(place, folder / "cues" / REMOVED / place.name)
    homes = {key: place for key, (_, place) in before.items()}
    if kept - homes.keys():
        gone = removed_cue_folders(folder)
        homes |= {key: gone[key] for key in kept - homes.keys() if key in gone}
    places = _settle(folder, state, homes)
    for cue in state.cues:
        place, old = places[cue.id], before.get(cue.id)
        write_takes(place, cue, state.takes.get(cue.id, {}))
        if old is None or old[0] != cue:
            write_atomic(place / CUE_FILE, cue_text(cue).encode())
        for file in _left_behind(place, cue, old[0] if old else cue):
            move(file, file.parent / REMOVED / file.name)


def _left_behind(place: Path, cue: Cue, old: Cue) -> list[Path]:
    """Files of takes, and of their versions before later edits, that the cue names no more."""
    labels, wanted = {*old.takes, *cue.takes}, {label.stem for label in cue.takes}
    ids = {label.id for label in labels}
    return sorted(
        file
        for file in (place / TAKES).glob("*.mid")
        if file.stem not in wanted
        and (file.stem in ids or any(is_version_of(file.stem, each) for each in ids))
    )


def _settle(folder: Path, state: ProjectState, before: Mapping[str, Path]) -> dict[str, Path]:
    """The folder of each cue, made or renamed so that it tells number and title."""
    wanted = {cue.id: folder / "cues" / folder_name(cue) for cue in state.cues}
    places = {cue.id: before.get(cue.id, wanted[cue.id]) for cue in state.cues}
    stale = [key for key in wanted if places[key] != wanted[key]]
    # Cues may have swapped their numbers: then all of them step aside first.
    if any(wanted[cue_id].exists() for cue_id in stale):
        for cue_id in stale:
            aside = wanted[cue_id].with_name(f"{wanted[cue_id].name} {cue_id}")
            if places[cue_id] != aside:
                places[cue_id] = move(places[cue_id], aside)
    for cue_id in stale:
        if not wanted[cue_id].exists():
            places[cue_id] = move(places[cue_id], wanted[cue_id])
    for place in places.values():
        for name in ("takes", "exports", "autosave"):
            make_folder(place / name)
    return places
