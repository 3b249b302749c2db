"""A data set on this machine: its shards, and beside them what people want to know of it.

`about.json` lies beside the shards: title, licence, clips, hours, quadrants, and what was
refused and why. Knows no network and reads no arrays, so that a window can show it at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.data.importing import (
    ImportBegan,
    ImportEvent,
    ImportFinished,
    PieceImported,
    PieceRefused,
    import_data,
)
from engine.errors import PsychoscoreError
from engine.files import cannot, write_atomic
from engine.user_data import data_sets_folder

ABOUT = "about.json"
INDEX = "shards.json"
DEVIATIONS = "deviations.npy"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class DataSet:
    """What is known of an imported data set.

    Args:
        folder: where its shards lie.
        origin: name of the archive or folder that it was made from.
        clips: pieces that are used.
        seconds: of music in them.
        table: `(quadrant or "", split, pieces)` for all that occur.
        refused: `(id, reason)` of each piece that was left out.
        provisional: its bars were guessed on a constant grid.
        left_out: `(id, sentence)` for each thing of a file that is not in its piece.
    """

    folder: Path
    source: str
    title: str
    licence: str
    non_commercial: bool
    origin: str
    clips: int
    seconds: float
    bars: int
    notes: int
    table: tuple[tuple[str, str, int], ...]
    refused: tuple[tuple[str, str], ...]
    provisional: bool
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    def pieces(self, quadrant: str) -> int:
        """How many clips people labelled so; "" for those without a label."""
        return sum(count for mood, _, count in self.table if mood == quadrant)

    @property
    def labelled(self) -> bool:
        return any(mood for mood, _, _ in self.table)


def import_archive(
    path: Path,
    out: Path | None = None,
    variants: int = 0,
    tracks: Sequence[str] | None = None,
) -> Iterator[ImportEvent]:
    """Import the EMOPIA zip, POP909 zip or folder of MIDI files at a path as a data set.

    Args:
        out: the data set's folder; by default one of the archive's name in the user's data
            folder.
        variants: how many variants (`engine.data.variants`) follow each training piece.
        tracks: of a folder's files, the names of those to take; None for all that hold music.

    Raises:
        PsychoscoreError: the path holds no known data, no usable piece, or `out` cannot be
            written.
    """
    folder = out or data_sets_folder() / data_set_name(path)
    yield from make_data_set(
        folder, path.name, lambda part: import_data(path, part, variants, tracks)
    )


def make_data_set(
    folder: Path, origin: str, make: Callable[[Path], Iterator[ImportEvent]]
) -> Iterator[ImportEvent]:
    """Let shards be written aside, describe them, and move both into the data set's folder.

    Args:
        origin: name of what it is made from.
        make: writes shards into a folder and yields the events of doing so.

    Raises:
        PsychoscoreError: nothing was made, or the folder cannot be written.
    """
    # Made aside and then moved in: a run that reads an older set of this name keeps its bytes.
    part = folder / ".part"
    began: ImportBegan | None = None
    refused: list[tuple[str, str]] = []
    left_out: list[tuple[str, str]] = []
    try:
        for event in make(part):
            match event:
                case ImportBegan():
                    began = event
                case PieceRefused():
                    refused.append((event.id, event.reason))
                case PieceImported():
                    left_out += ((event.id, each) for each in event.left_out)
                case ImportFinished():
                    assert began is not None
                    event = replace(event, out=folder)
                    _write_about(part, origin, began, event, refused, left_out)
                    _move_in(part, folder)
            yield event
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.rmdir()  # only where nothing is in it


def _move_in(part: Path, folder: Path) -> None:
    try:
        (folder / INDEX).unlink(missing_ok=True)
        (folder / DEVIATIONS).unlink(missing_ok=True)
        arrays = [f"{each}.npy" for each in ("tokens", "bars", "rows")]
        if (part / DEVIATIONS).exists():
            arrays.append(DEVIATIONS)
        for name in (*arrays, ABOUT, INDEX):
            os.replace(part / name, folder / name)
    except OSError as error:
        raise cannot("written", folder, error) from error


def _write_about(
    folder: Path,
    origin: str,
    began: ImportBegan,
    finished: ImportFinished,
    refused: list[tuple[str, str]],
    left_out: list[tuple[str, str]],
) -> None:
    made = DataSet(
        folder,
        began.source,
        began.title,
        began.licence,
        began.non_commercial,
        origin,
        finished.used,
        round(finished.seconds, 1),
        finished.bars,
        finished.notes,
        finished.table,
        tuple(refused),
        finished.provisional,
        tuple(left_out),
    )
    row = {"format": FORMAT, **asdict(made)}
    del row["folder"]
    write_atomic(folder / ABOUT, (json.dumps(row, indent=1) + "\n").encode())


def data_set_name(path: Path) -> str:
    """A plain folder name from the name of an archive or folder."""
    stem = path.stem if path.suffix.lower() == ".zip" else path.resolve().name
    plain = re.sub(r"[^\w.\- ]+", "_", stem).strip(" .")[:80]
    return plain or "data"


def read_data_set(folder: Path) -> DataSet:
    """What is known of the data set in a folder.

    Raises:
        PsychoscoreError: there is none, or its description is broken.
    """
    path = folder / ABOUT
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if row.pop("format") != FORMAT:
            raise PsychoscoreError(f"{path} belongs to another version.", "Import it again.")
        row["table"] = tuple((str(a), str(b), int(c)) for a, b, c in row["table"])
        for name in ("refused", "left_out"):
            row[name] = tuple((str(a), str(b)) for a, b in row.get(name, ()))
        return DataSet(folder, **row)
    except FileNotFoundError as error:
        raise PsychoscoreError(
            f"{folder} holds no data set.", "Make it with `psychoscore data import`."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PsychoscoreError(f"{path} cannot be read: {error}.", "Import it again.") from error


def pieces_used(folder: Path) -> tuple[tuple[str, str], ...]:
    """Id and split of each piece that a data set is made of.

    Raises:
        PsychoscoreError: its index cannot be read.
    """
    path = folder / INDEX
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["entries"]
        return tuple((str(each["id"]), str(each["split"])) for each in entries)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PsychoscoreError(f"{path} cannot be read: {error}.", "Import it again.") from error


def data_sets(folder: Path | None = None) -> tuple[DataSet, ...]:
    """The data sets in a folder (by default the user's), by name; broken ones are left out."""
    found: list[DataSet] = []
    with contextlib.suppress(OSError):
        for each in sorted((folder or data_sets_folder()).iterdir()):
            if (each / INDEX).is_file():
                with contextlib.suppress(PsychoscoreError):
                    found.append(read_data_set(each))
    return tuple(found)
