"""The demo project: shipped to be read, copied among the user's own projects to be played with."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder
from engine.project.folder import is_project
from engine.resources import resource

DEMO = "The Letter (demo)"


def demo_in(folder: Path) -> Path:
    """The demo project in `folder`: the copy that is there already, or a new one.

    The copy appears whole or not at all; its files can be written also where the shipped ones
    cannot.

    Raises:
        PsychoscoreError: something else has its name there, the installation lacks it, or the
            disk refuses.
    """
    place = folder / DEMO
    if is_project(place):
        return place
    if place.exists():
        raise PsychoscoreError(f"{place} is there already and is no project.", "Move it aside.")
    shipped = resource("demo")
    make_folder(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".demo.", dir=folder) as scratch:
            copy = Path(scratch) / DEMO
            for source in sorted(shipped.rglob("*")):
                target = copy / source.relative_to(shipped)
                if source.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target)
            copy.rename(place)
    except OSError as error:
        raise cannot("copied", place, error) from error
    return place
