"""Work that was not saved yet, kept beside the project until it is.

Takes go straight to their files, which no one overwrites. Each unsaved cue goes to the
`autosave/` of its folder, and `autosave/project.json` says what the project held. After a save
nothing of it is left, so whatever is found at the next start was not saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from engine.config.own import checked
from engine.config.schema import Strict
from engine.config.strict_json import read_json, to_json
from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic
from engine.project.cue import Cue, CueId
from engine.project.cue_folder import (
    CUE_FILE,
    cue_folders,
    cue_text,
    folder_name,
    keep_takes,
    read_cue,
    read_takes,
    removed_cue_folders,
    unread_take,
    write_takes,
)
from engine.project.cue_marks import TakeLabel
from engine.project.folder import save_project
from engine.project.history import History
from engine.project.shelf import Shelf, Unread
from engine.project.state import ProjectState
from engine.take import Take

FOLDER = "autosave"
STATE_FILE = "project.json"
HISTORY_FILE = "history.json"


class _Form(Strict):
    format: Literal[1] = 1
    saved_at: str
    settings: dict[str, Any]
    cues: tuple[CueId, ...]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Unsaved work that a project can be given back.

    Args:
        folder: the project.
        name: of the project, as it was then.
        saved_at: the moment of the autosave, with its time zone.
    """

    folder: Path
    name: str
    saved_at: datetime


def write_autosave(folder: Path, state: ProjectState, now: datetime | None = None) -> None:
    """Keep all that a project is now, without touching what was saved.

    Args:
        folder: the project's folder.
        state: the project now.
        now: the moment that the recovery shall name; None reads the clock.

    Raises:
        PsychoscoreError: the disk refuses, or a saved cue file is broken.
    """
    saved = cue_folders(folder)
    for cue in state.cues:
        old = saved.get(cue.id)
        place = old[1] if old else _draft_folder(folder, cue)
        write_takes(place, cue, state.takes.get(cue.id, {}))
        draft = place / FOLDER / CUE_FILE
        if old is not None and old[0] == cue:
            _remove(draft)
        else:
            make_folder(draft.parent)
            write_atomic(draft, cue_text(cue).encode())
    form = {
        "format": 1,
        "saved_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "settings": dict(state.settings.data),
        "cues": [cue.id for cue in state.cues],
    }
    make_folder(folder / FOLDER)
    write_atomic(folder / FOLDER / STATE_FILE, (to_json(form) + "\n").encode())


def find_recovery(folder: Path) -> Recovery | None:
    """The unsaved work of a project, or None where all was saved.

    Raises:
        PsychoscoreError: the autosave is broken.
    """
    path = folder / FOLDER / STATE_FILE
    if not path.exists():
        return None
    form = read_json(path).validated(_Form)
    try:
        moment = datetime.fromisoformat(form.saved_at)
    except ValueError as error:
        raise PsychoscoreError(f"{path}: saved_at is no date.") from error
    return Recovery(folder, str(form.settings.get("name", "Untitled")), moment)


def recover_project(folder: Path) -> ProjectState:
    """The project as the last autosave kept it. Nothing on the disk is changed.

    Raises:
        PsychoscoreError: there is no autosave, or one of its files is broken.
    """
    path = folder / FOLDER / STATE_FILE
    form = read_json(path).validated(_Form)
    found: dict[str, tuple[Cue, Path]] = dict(cue_folders(folder))
    for draft in sorted((folder / "cues").glob(f"*/{FOLDER}/{CUE_FILE}")):
        cue = read_cue(draft)
        found[cue.id] = (cue, draft.parent.parent)
    kept = [found[cue_id] for cue_id in form.cues if cue_id in found]
    takes = {cue.id: read_takes(place, cue) for cue, place in kept}
    return ProjectState(
        checked(form.settings, str(path)),
        tuple(cue for cue, _ in kept),
        {key: value for key, value in takes.items() if value},
    )


def discard_autosave(folder: Path) -> None:
    """Forget the unsaved work; takes keep their files.

    Raises:
        PsychoscoreError: the disk refuses.
    """
    _remove(folder / FOLDER / STATE_FILE)
    for draft in (folder / "cues").glob(f"*/{FOLDER}/{CUE_FILE}"):
        _remove(draft)


def save_all(folder: Path, state: ProjectState, history: History) -> None:
    """Save a project and its history, and forget the autosave.

    Raises:
        PsychoscoreError: as `save_project`; the autosave is then kept.
    """
    save_project(folder, state)
    write_removed(folder, history.base(state))
    make_folder(folder / FOLDER)
    history.to_file(folder / FOLDER / HISTORY_FILE, state)
    discard_autosave(folder)


def write_removed(folder: Path, base: ProjectState) -> None:
    """Keep the takes that undoing can come back to and that never had a file, in `.removed`."""
    places = removed_cue_folders(folder)
    places |= {cue_id: place for cue_id, (_, place) in cue_folders(folder).items()}
    for cue in base.cues:
        if cue.id in places:
            keep_takes(places[cue.id], cue, base.takes.get(cue.id, {}))


def read_history(folder: Path, state: ProjectState) -> History:
    """The history of a project that was just opened; empty where none leads to it."""
    places = removed_cue_folders(folder)
    places |= {cue_id: place for cue_id, (_, place) in cue_folders(folder).items()}

    def find_take(cue_id: str, label: TakeLabel) -> Take | Unread | None:
        now = [each.stem for cue in state.cues if cue.id == cue_id for each in cue.takes]
        held = Shelf.of(state.takes.get(cue_id, {})).held(label.id)
        if held is not None and label.stem in now:
            return held
        if cue_id not in places:
            return None
        return unread_take(places[cue_id], cue_id, label.stem)

    return History.from_file(folder / FOLDER / HISTORY_FILE, state, find_take)


def _draft_folder(folder: Path, cue: Cue) -> Path:
    """A folder for a cue that was never saved: its own draft's, or a new one."""
    for draft in (folder / "cues").glob(f"*/{FOLDER}/{CUE_FILE}"):
        if not (draft.parent.parent / CUE_FILE).exists() and read_cue(draft).id == cue.id:
            return draft.parent.parent
    place = folder / "cues" / folder_name(cue)
    return place if not place.exists() else place.with_name(f"{place.name} {cue.id}")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("removed", path, error) from error
