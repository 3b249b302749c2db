"""Import of training data as a generator of events: read, label, encode, write shards.

The command line and the window consume the same events. Where no folder is given, the data is
read and reported but nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.data.piece import Piece, Refused
from engine.data.sources import DataSource, find_source
from engine.data.variants import vary
from engine.errors import PsychoscoreError
from engine.files import cannot


@dataclass(frozen=True, slots=True)
class ImportBegan:
    """What lies there, and its licence."""

    source: str
    title: str
    licence: str
    non_commercial: bool


@dataclass(frozen=True, slots=True)
class PieceImported:
    """A piece of so many seconds was used. `moved_ms` is how far its onsets were moved onto the
    grid, `dropped` how many found no place on it, and `provisional` that its bars are not sure;
    `left_out` says what of its file is not in it, a sentence each."""

    id: str
    split: str
    quadrant: str | None
    bars: int
    notes: int
    tempo: float
    moved_ms: float
    provisional: bool
    seconds: float
    left_out: tuple[str, ...] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class PieceRefused:
    """A piece was left out, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportFinished:
    """All pieces are read.

    Args:
        used, refused: numbers of pieces.
        seconds: of music in those that are used.
        table: `(quadrant or "", split, pieces)` for all that occur.
        moved_ms: mean over the pieces.
        provisional: the bars of most pieces are not sure.
        out: the folder that was written, or None.
        unsure: pieces whose bars are not sure.
        dropped: notes that found no place on the grid.
    """

    used: int
    refused: int
    bars: int
    notes: int
    table: tuple[tuple[str, str, int], ...]
    moved_ms: float
    provisional: bool
    out: Path | None
    seconds: float
    unsure: int = 0
    dropped: int = 0


ImportEvent = ImportBegan | PieceImported | PieceRefused | ImportFinished


def import_data(
    path: Path,
    out: Path | None = None,
    variants: int = 0,
    tracks: Sequence[str] | None = None,
) -> Iterator[ImportEvent]:
    """Read the data at a path and, where `out` is given, write it there as shards.

    Args:
        variants: how many variants (`engine.data.variants`) follow each training piece.
        tracks: of a folder's files, the names of those to take; None for all that hold music.

    An interrupted import leaves a folder that no training run takes for a data set.

    Raises:
        PsychoscoreError: the path holds no known data, no usable piece, or `out` cannot be
            written.
    """
    yield from import_from(find_source(path, tracks), path, out, variants)


def import_from(
    source: DataSource, path: Path, out: Path | None = None, variants: int = 0
) -> Iterator[ImportEvent]:
    """Import data of a known kind; everything else as in `import_data`."""
    yield ImportBegan(source.name, source.title, source.licence, source.non_commercial)
    used: list[PieceImported] = []
    refused = 0
    for found in _pieces(source, path, out, variants):
        if isinstance(found, Refused):
            refused += 1
            yield PieceRefused(found.id, found.reason)
        else:
            used.append(_imported(found))
            yield used[-1]
    if not used:
        raise PsychoscoreError(f"No piece in {path} can be used; {refused} were refused.")
    table = Counter((each.quadrant or "", each.split) for each in used)
    unsure = sum(each.provisional for each in used)
    yield ImportFinished(
        used=len(used),
        refused=refused,
        bars=sum(each.bars for each in used),
        notes=sum(each.notes for each in used),
        table=tuple((*pair, count) for pair, count in sorted(table.items())),
        moved_ms=sum(each.moved_ms for each in used) / len(used),
        provisional=2 * unsure > len(used),
        out=out,
        seconds=sum(each.seconds for each in used),
        unsure=unsure,
        dropped=sum(each.dropped for each in used),
    )


def _imported(piece: Piece) -> PieceImported:
    return PieceImported(
        piece.id,
        piece.split,
        piece.quadrant,
        len(piece.score.metres),
        len(piece.score.notes),
        piece.tempo,
        piece.moved_ms,
        piece.provisional,
        piece.score.tempo_map.seconds(piece.score.end),
        piece.left_out,
        piece.dropped,
    )


def _with_variants(pieces: Iterator[Piece | Refused], variants: int) -> Iterator[Piece | Refused]:
    for piece in pieces:
        yield piece
        if isinstance(piece, Piece) and piece.split == "train":
            plain = replace(piece, left_out=())
            yield from (vary(plain, number) for number in range(1, variants + 1))


def _pieces(
    source: DataSource, path: Path, out: Path | None, variants: int
) -> Iterator[Piece | Refused]:
    """The pieces, each written to the shards before it is handed on."""
    pieces = _with_variants(source.read(path), variants)
    if out is None:
        yield from pieces
        return
    # The encoder knows the network's condition rows and so loads torch: only where it is needed.
    from engine.composing import vocabulary
    from engine.data.labels import label_piece
    from engine.data.measured import measured_by
    from engine.data.shards import EncodedPiece, write_shards
    from engine.measuring.reference import Reference
    from models.conditioning import FIELDS

    labeller = measured_by(Reference.load())
    read: list[Piece | Refused] = []

    def encoded() -> Iterator[EncodedPiece]:
        for each in pieces:
            read.append(each)
            if isinstance(each, Piece):
                yield label_piece(each, labeller)

    wrote = False
    try:
        entries = write_shards(
            out,
            encoded(),
            lineage=(source.title,),
            non_commercial=source.non_commercial,
            vocabulary=vocabulary.SIZE,
            fields=tuple(field.name for field in FIELDS),
        )
        for _ in entries:
            wrote = True
            yield from read
            read.clear()
        yield from read
    except PsychoscoreError:
        yield from read  # the refusals say why no piece was left to write
        if wrote or not read or any(isinstance(each, Piece) for each in read):
            raise
    except OSError as error:
        raise cannot("written", out, error) from error
