"""The models on this machine: those that ship, and those that the user trained or put there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoint import Card, Model, load_model, read_card
from engine.composing.stepping.stored import equipped
from engine.errors import PsychoscoreError
from engine.resources import resource

DEFAULT_MODEL = "open"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that can be chosen by name."""

    name: str
    folder: Path
    card: Card
    shipped: bool


def available_models(user_folder: Path | None = None) -> tuple[ModelEntry, ...]:
    """The models that ship, then those in the user's folder; folders that cannot be read are
    left out."""
    return tuple(_entries(user_folder))


def _entries(user_folder: Path | None) -> Iterator[ModelEntry]:
    for root, shipped in ((resource("checkpoints"), True), (user_folder, False)):
        if root is None or not root.is_dir():
            continue
        for folder in sorted(root.iterdir()):
            if (folder / "card.json").is_file():
                try:
                    yield ModelEntry(folder.name, folder, read_card(folder), shipped)
                except PsychoscoreError:
                    continue


def find_model(name_or_path: str, user_folder: Path | None = None) -> Path:
    """The folder of a model given by name or as a path that the user typed.

    Names are looked up first and never lead out of the library. Paths from project files must
    not be given here.

    Raises:
        PsychoscoreError: there is no such model.
    """
    folder = _folder_of(name_or_path, user_folder) or Path(name_or_path)
    if (folder / "card.json").is_file():
        return folder
    raise _no_model(name_or_path, user_folder)


def load_named(name: str, user_folder: Path | None = None) -> Model:
    """Load a model by a name that a file gave, as fast as this machine can run it: a path is
    never opened.

    Raises:
        PsychoscoreError: as `load_by_name` does.
    """
    folder = _folder_of(name, user_folder)
    if folder is None:
        raise _no_model(name, user_folder)
    return equipped(load_model(folder))


def load_by_name(name_or_path: str, user_folder: Path | None = None) -> Model:
    """Find and load a model, as fast as this machine can run it.

    Raises:
        PsychoscoreError: as `find_model` and `load_model` do.
    """
    return equipped(load_model(find_model(name_or_path, user_folder)))


def _folder_of(name: str, user_folder: Path | None) -> Path | None:
    return next((each.folder for each in _entries(user_folder) if each.name == name), None)


def _no_model(name: str, user_folder: Path | None) -> PsychoscoreError:
    known = "; ".join(map(described, _entries(user_folder))) or "none"
    return PsychoscoreError(f"There is no model {name!r}.", f"Models here: {known}.")


def described(entry: ModelEntry) -> str:
    """A model's name with its licence and what it was made from."""
    card = entry.card
    mark = ", non-commercial" if card.non_commercial else ""
    made = ", ".join(card.lineage) or "unknown data"
    return f"{entry.name} ({card.licence}{mark}; made from {made})"
