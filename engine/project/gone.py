"""What is done when a project's files vanish while it is open: nothing that was read is lost, and
what nobody can read any more is named. It changes nothing on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.project.cue_folder import cue_folders, take_path
from engine.project.letters import letter
from engine.project.shelf import Shelf
from engine.project.state import ProjectState


def folder_gone(folder: Path) -> PsychoscoreError:
    """The sentence for a project whose folder is not there any more."""
    return PsychoscoreError(
        f"The project's folder {folder} is gone: it was moved, renamed or deleted while open.",
        "Put it back, or use Save As: what you have looked at is still here.",
    )


def read_all_takes(states: Iterable[ProjectState]) -> None:
    """Read all takes that still lie in files alone, before those files are left behind."""
    for shelf in _shelves(states):
        shelf.read_all()


def look_again(states: Iterable[ProjectState]) -> None:
    """Let takes whose files were not found be looked for when they are wanted next."""
    for shelf in _shelves(states):
        shelf.look_again()


def takes_without_file(folder: Path, state: ProjectState) -> tuple[str, ...]:
    """The takes, such as `1M3 B`, that had music when the project was opened and have no file
    after it was saved: their files vanished before anybody looked at them.

    Raises:
        PsychoscoreError: a cue file is broken.
    """
    homes = cue_folders(folder)
    lost = []
    for cue in state.cues:
        held = state.takes.get(cue.id, {})
        for index, label in enumerate(cue.takes):
            there = cue.id in homes and take_path(homes[cue.id][1], label.stem).is_file()
            if label.id in held and not there:
                lost.append(f"{cue.number} {letter(index)}")
    return tuple(lost)


def takes_lost(names: tuple[str, ...]) -> PsychoscoreError:
    """The sentence for takes whose files vanished; all else was saved."""
    one = len(names) == 1
    which = f"Take {names[0]} has" if one else f"Takes {', '.join(names)} have"
    return PsychoscoreError(
        f"{which} no music any more: {'its file was' if one else 'their files were'} removed "
        "while the project was open. All else is saved.",
        f"Put {'it' if one else 'them'} back into the takes folder of the cue, then open the "
        "project again.",
    )


def _shelves(states: Iterable[ProjectState]) -> Iterator[Shelf]:
    """Each shelf once."""
    seen: set[int] = set()
    for state in states:
        for shelf in state.takes.values():
            if id(shelf) not in seen and isinstance(shelf, Shelf):
                seen.add(id(shelf))
                yield shelf
