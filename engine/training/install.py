"""From a run to the user's models: a checkpoint becomes a model with a name of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_atomic
from engine.training.run_folder import KeptCheckpoint

_PARTS = ("weights.safetensors", "card.json")
_KNOWN = "copies.safetensors"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model that can be chosen by name; what its card says of use is read without a network."""

    name: str
    folder: Path
    non_commercial: bool
    licence: str = ""
    lineage: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name with the mark that its music carries."""
        return f"{self.name}  (non-commercial)" if self.non_commercial else self.name

    @property
    def about(self) -> str:
        """What it was made from and under which licence, in a line."""
        made = ", ".join(self.lineage) or "unknown data"
        use = "non-commercial" if self.non_commercial else "no data set forbids commercial use"
        return f"Made from {made}. Licence {self.licence or 'unknown'}: {use}."


def model_names(*roots: Path) -> tuple[ModelName, ...]:
    """The models in folders of models, in order; the first of a name counts."""
    found: dict[str, ModelName] = {}
    for root in roots:
        if not root.is_dir():
            continue
        for folder in sorted(root.iterdir()):
            try:
                card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
                entry = ModelName(
                    folder.name,
                    folder,
                    bool(card.get("non_commercial")),
                    str(card.get("licence", ""))[:80],
                    tuple(str(line)[:200] for line in card.get("lineage", ())),
                )
            except (OSError, ValueError, AttributeError, TypeError, RecursionError):
                continue
            found.setdefault(entry.name, entry)
    return tuple(found.values())


def plain_name(text: str) -> str:
    """A name that can be a folder's: letters, digits, spaces, dots, dashes."""
    return re.sub(r"[^\w.\- ]+", "", text).strip(" .")[:60] or "model"


def install_checkpoint(kept: KeptCheckpoint, models: Path, name: str) -> str:
    """Put a checkpoint among the user's models and return the name it has there.

    The same checkpoint is not put there twice; a name that another model has gets a number.

    Raises:
        PsychoscoreError: the checkpoint is gone, or the disk refuses.
    """
    wanted, number = plain_name(name), 1
    make_folder(models)
    target = models / wanted
    while target.exists():
        if _same_weights(kept.folder, target):
            return target.name
        number += 1
        target = models / f"{wanted} {number}"
    part = models / f".{target.name}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for each in _PARTS:
            shutil.copyfile(kept.folder / each, part / each)
        # What the run has heard lies in its own folder, two above its checkpoints.
        known = kept.folder.parent.parent / _KNOWN
        if known.is_file():
            shutil.copyfile(known, part / _KNOWN)
        # The name under which it is found again is the name that its music carries.
        card = json.loads((part / "card.json").read_text(encoding="utf-8"))
        card["name"] = target.name
        write_atomic(part / "card.json", json.dumps(card, indent=1).encode())
        os.replace(part, target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise cannot("saved", target, error) from error
    except (ValueError, TypeError) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise PsychoscoreError(f"{kept.folder / 'card.json'} is no valid card.") from error
    return target.name


def _same_weights(first: Path, second: Path) -> bool:
    one, other = (folder / "weights.safetensors" for folder in (first, second))
    try:
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
