"""Token shards: what training reads. Three arrays and one readable index in a folder.

`tokens.npy` (uint16) and `bars.npy` (uint16, bar within the piece) run over all pieces,
`rows.npy` (float32) holds the condition row of each bar; `shards.json` says where each piece
lies, with its song, source, split and the data's licence. Reading needs numpy alone.

Where a source is a performance, `deviations.npy` (float16, as long as `tokens.npy`) stands beside
them: at the pitch token of a note the milliseconds by which it was played after its place on the
grid (negative: before), NaN elsewhere. Training of the composer does not read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import PsychoscoreError

FORMAT = 1
DEVIATIONS = "deviations.npy"


@dataclass(frozen=True, slots=True)
class EncodedPiece:
    """One piece ready to be written: tokens, their bars, one condition row a bar; of a performance
    also the deviation at each token."""

    id: str
    song: str
    source: str
    split: str
    quadrant: str | None
    tokens: npt.NDArray[np.uint16]
    bars: npt.NDArray[np.uint16]
    rows: npt.NDArray[np.float32]
    deviations: npt.NDArray[np.float16] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a piece lies in the arrays; ranges are half open."""

    id: str
    song: str
    source: str
    split: str
    quadrant: str | None
    token_start: int
    token_stop: int
    row_start: int
    row_stop: int


@dataclass(frozen=True, slots=True)
class Shards:
    """An open folder of shards, its arrays memory-mapped and read-only.

    `deviations` is None where no piece is a performance.
    """

    folder: Path
    entries: tuple[Entry, ...]
    lineage: tuple[str, ...]
    non_commercial: bool
    vocabulary: int
    fields: tuple[str, ...]
    tokens: npt.NDArray[np.uint16]
    bars: npt.NDArray[np.uint16]
    rows: npt.NDArray[np.float32]
    deviations: npt.NDArray[np.float16] | None = None

    @classmethod
    def open(cls, folder: Path) -> Shards:
        """Open a folder of shards.

        Raises:
            PsychoscoreError: the folder holds no shards of this format.
        """
        index = folder / "shards.json"
        try:
            meta = json.loads(index.read_text())
            entries = tuple(Entry(**entry) for entry in meta["entries"])
            arrays = [
                np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("tokens", "bars", "rows")
            ]
            beside = folder / DEVIATIONS
            deviations = (
                np.load(beside, mmap_mode="r", allow_pickle=False) if beside.exists() else None
            )
            found = meta["format"]
            rest = (meta["vocabulary"], tuple(meta["fields"]))
            legal = (tuple(meta["lineage"]), bool(meta["non_commercial"]))
        except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise PsychoscoreError(
                f"{index} cannot be read as a data set: {error}.",
                "Make it again with `psychoscore data import`.",
            ) from error
        if found != FORMAT:
            raise PsychoscoreError(f"{index} has format {found}, but {FORMAT} is needed.")
        tokens, bars, rows = arrays
        shapes = (tokens.ndim, rows.ndim, len(bars)) == (1, 2, len(tokens))
        shapes = shapes and (deviations is None or deviations.shape == tokens.shape)
        if not shapes or rows.shape[1] != len(meta["fields"]):
            raise PsychoscoreError(f"{index}: the arrays beside it do not fit each other.")
        for entry in entries:
            inside = _is_run(entry.token_start, entry.token_stop, len(tokens))
            if not inside or not _is_run(entry.row_start, entry.row_stop, len(rows)):
                raise PsychoscoreError(f"{index}: {entry.id} lies outside the arrays beside it.")
        return cls(folder, entries, *legal, *rest, tokens, bars, rows, deviations)

    def split(self, *splits: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.split in splits)

    def piece(
        self, entry: Entry
    ) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16], npt.NDArray[np.float32]]:
        """Tokens, bars and rows of one piece."""
        run = slice(entry.token_start, entry.token_stop)
        return self.tokens[run], self.bars[run], self.rows[entry.row_start : entry.row_stop]


def _is_run(start: object, stop: object, length: int) -> bool:
    whole = type(start) is int and type(stop) is int
    return whole and 0 <= start < stop <= length  # type: ignore[operator]


def write_shards(
    folder: Path,
    pieces: Iterable[EncodedPiece],
    *,
    lineage: tuple[str, ...],
    non_commercial: bool,
    vocabulary: int,
    fields: tuple[str, ...],
) -> Iterator[Entry]:
    """Write pieces as shards, yielding each entry; the index is written last.

    A folder whose writing was interrupted has no index and is not mistaken for a data set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shards.json").unlink(missing_ok=True)
    (folder / DEVIATIONS).unlink(missing_ok=True)
    entries: list[Entry] = []
    deviations: list[npt.NDArray[np.float16]] = []
    performed = False
    parts: tuple[list[npt.NDArray[Any]], ...] = ([], [], [])
    token_at = row_at = 0
    for piece in pieces:
        stop, row_stop = token_at + len(piece.tokens), row_at + len(piece.rows)
        entry = Entry(
            piece.id, piece.song, piece.source, piece.split, piece.quadrant,
            token_at, stop, row_at, row_stop,
        )  # fmt: skip
        arrays: tuple[npt.NDArray[Any], ...] = (piece.tokens, piece.bars, piece.rows)
        for part, array in zip(parts, arrays, strict=True):
            part.append(array)
        performed |= piece.deviations is not None
        deviations.append(
            np.full(len(piece.tokens), np.nan, dtype=np.float16)
            if piece.deviations is None
            else piece.deviations
        )
        entries.append(entry)
        token_at, row_at = stop, row_stop
        yield entry
    if not entries:
        raise PsychoscoreError(f"No piece was found for {folder}.")
    for name, part in zip(("tokens", "bars", "rows"), parts, strict=True):
        np.save(folder / f"{name}.npy", np.concatenate(part), allow_pickle=False)
    if performed:
        np.save(folder / DEVIATIONS, np.concatenate(deviations), allow_pickle=False)
    meta = {
        "format": FORMAT,
        "vocabulary": vocabulary,
        "fields": fields,
        "lineage": lineage,
        "non_commercial": non_commercial,
        "entries": [asdict(entry) for entry in entries],
    }
    (folder / "shards.json").write_text(json.dumps(meta, indent=1))
