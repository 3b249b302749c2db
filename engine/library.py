"""The models on this machine: those that ship, and those that the user trained or put there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoint import Card, Model, load_model, read_card
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
    for entry in _entries(user_folder):
        if entry.name == name_or_path:
            return entry.folder
    folder = Path(name_or_path)
    if (folder / "card.json").is_file():
        return folder
    known = ", ".join(entry.name for entry in _entries(user_folder)) or "none"
    raise PsychoscoreError(f"There is no model {name_or_path!r}.", f"Models here: {known}.")


def load_by_name(name_or_path: str, user_folder: Path | None = None) -> Model:
    """Find and load a model. Raises PsychoscoreError as `find_model` and `load_model` do."""
    return load_model(find_model(name_or_path, user_folder))
