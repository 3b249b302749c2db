"""Which data set lies at a path, under which licence, and how its pieces are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from engine.data import emopia, folder, pop909
from engine.data.archive import open_archive
from engine.data.piece import Piece, Refused, Source
from engine.errors import PsychoscoreError


@dataclass(frozen=True, slots=True)
class DataSource:
    """A kind of training data.

    Args:
        title: name and licence in short, as lineages tell it.
        licence: the licence in words.
        non_commercial: a model trained on it carries that mark.
        read: path to pieces and refusals.
    """

    name: Source
    title: str
    licence: str
    non_commercial: bool
    read: Callable[[Path], Iterator[Piece | Refused]]


SOURCES = (
    DataSource("pop909", "POP909 (MIT)", pop909.LICENCE, False, pop909.read_pop909),
    DataSource("emopia", "EMOPIA (CC BY-NC-SA 4.0)", emopia.LICENCE, True, emopia.read_emopia),
    DataSource("folder", "own MIDI files", folder.LICENCE, False, folder.read_folder),
)
_POP909_MEMBER = re.compile(r"(?:^|/)\d{3}/beat_midi\.txt$")
_EMOPIA_MEMBER = re.compile(r"(?:^|/)Q[1-4]_[^/]+_\d+\.midi?$", re.IGNORECASE)


def find_source(path: Path, tracks: Sequence[str] | None = None) -> DataSource:
    """The kind of data that lies at a path: a zip is known by its members.

    Args:
        tracks: of a folder's files, the names of those to take; None for all that hold music.

    Raises:
        PsychoscoreError: there is nothing, or nothing that is known, or no tracks to choose from.
    """
    pop, emo, own = SOURCES
    if path.is_dir():
        folder.midi_files(path)
        return (
            own if tracks is None else replace(own, read=partial(folder.read_folder, tracks=tracks))
        )
    if tracks is not None:
        raise PsychoscoreError(f"{path} is no folder: tracks are chosen among your own files.")
    with open_archive(path) as archive:
        names = archive.names
    if any(_EMOPIA_MEMBER.search(name) for name in names):
        return emo
    if any(_POP909_MEMBER.search(name) for name in names):
        return pop
    raise PsychoscoreError(
        f"{path} is neither EMOPIA nor POP909.",
        "Own MIDI files are imported from a folder, not from a zip.",
    )
