"""The reference audio of a cue: the value in its file, the edit, and the file in the project.

A cue names its audio by a bare file name; the file lies in the project's `reference/` folder,
where it was copied to. No path from a project file is opened, and no link leads out of there.
Reference audio is heard and seen. It is neither exported nor learned from.
"""

from __future__ import annotations

import filecmp
import re
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from engine.config.schema import Strict
from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_new
from engine.reference_audio.alignment import FARTHEST_SECONDS, LOUDEST_DB, QUIETEST_DB

FOLDER = "reference"
ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff")
LARGEST_BYTES = 2 * 1024**3
LONGEST_NAME = 120
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')


def is_audio(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.suffix.lower() in ENDINGS


def _bare_name(name: str) -> str:
    if _FORBIDDEN.search(name) or name.startswith(".") or not is_audio(Path(name)):
        raise ValueError(f"{name!r} is not the bare name of an audio file")
    return name


AudioName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_bare_name)]


class ReferenceAudio(Strict):
    """A file under the timeline.

    Args:
        file: its name in the project's `reference/` folder.
        offset_seconds: from bar 1 to its beginning; negative where it begins before.
        gain_db: 0 as it is.
    """

    file: AudioName
    offset_seconds: float = Field(
        default=0.0, ge=-FARTHEST_SECONDS, le=FARTHEST_SECONDS, allow_inf_nan=False
    )
    gain_db: float = Field(default=0.0, ge=QUIETEST_DB, le=LOUDEST_DB, allow_inf_nan=False)
    muted: bool = False


def audio_path(project: Path, name: str) -> Path:
    """The file of that name in a project.

    Raises:
        PsychoscoreError: there is none, or it is a link that leads elsewhere.
    """
    folder = project / FOLDER
    path = folder / name
    if not path.is_file() or path.resolve().parent != folder.resolve():
        raise PsychoscoreError(
            f"The reference audio {name} is not in the project.",
            f"Put it into the project's folder {FOLDER}, or choose another file.",
        )
    return path


def copy_in(source: Path, project: Path) -> str:
    """Copy a file into a project, under a name that nothing else has there.

    Returns:
        its name there; an equal file that is there already is used.

    Raises:
        PsychoscoreError: it is no audio file by its name, too large, or cannot be copied.
    """
    if not is_audio(source):
        raise PsychoscoreError(
            f"{source.name} is no audio file.", f"Choose one of {', '.join(ENDINGS)}."
        )
    try:
        size = source.stat().st_size
        if size > LARGEST_BYTES:
            raise PsychoscoreError(
                f"{source.name} is larger than 2 GB.", "Cut out what lies under the cue."
            )
        make_folder(project / FOLDER)
        stem = _FORBIDDEN.sub("_", source.stem).lstrip(". ")[: LONGEST_NAME - 20] or "audio"
        number = 1
        while True:
            name = f"{stem}{f' {number}' if number > 1 else ''}{source.suffix.lower()}"
            target = project / FOLDER / name
            if target.is_file() and filecmp.cmp(source, target, shallow=False):
                return name
            if not target.exists() and write_new(target, partial(shutil.copy2, source)):
                return name
            number += 1
    except OSError as error:
        raise cannot("copied", source, error) from error


def carry(names: Iterable[str], old: Path, new: Path) -> None:
    """Copy the audio of a project to another folder that it is saved to; missing files stay so.

    Raises:
        PsychoscoreError: the disk refuses, or another file of a name is there.
    """
    for name in sorted(set(names)):
        try:
            source = audio_path(old, name)
        except PsychoscoreError:
            continue
        make_folder(new / FOLDER)
        target = new / FOLDER / name
        written = write_new(target, partial(shutil.copy2, source))
        if not written and not filecmp.cmp(source, target, shallow=False):
            raise PsychoscoreError(
                f"{target} is another file than the reference audio {name}.",
                "Save the project to another folder.",
            )
