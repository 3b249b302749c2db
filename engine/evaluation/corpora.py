"""The real music that a model is measured against, read from the archives of the user.

It finds the archives in a folder, encodes what is held out, and keeps the evaluator's clips
apart. Training pieces are encoded without labels, since only n-grams read them.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.composing import vocabulary as v
from engine.data.labels import Measures, label_piece
from engine.data.measured import measured_by
from engine.data.piece import Piece
from engine.data.shards import EncodedPiece, Entry, Shards, write_shards
from engine.data.sources import DataSource, find_source
from engine.errors import PsychoscoreError
from engine.evaluation.rows import Progress
from engine.measuring.attributes import ATTRIBUTES
from engine.measuring.reference import Reference
from engine.profile import DIMENSIONS
from engine.score import Score
from models.conditioning import FIELDS

WANTED = ("pop909", "emopia")


@dataclass(frozen=True, slots=True)
class Corpus:
    """A data set as far as proof needs it.

    Args:
        shards: the pieces of train and validation.
        evaluator: the pieces of the evaluator's split.
        elsewhere: the songs of all other splits.
    """

    source: str
    shards: Shards
    evaluator: tuple[Piece, ...]
    elsewhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class Archives:
    """Where the data lies: path by source name, for those that were found."""

    paths: tuple[tuple[str, Path], ...] = ()

    def path(self, source: str) -> Path | None:
        return dict(self.paths).get(source)

    def why_missing(self, source: str) -> str:
        """The sentence for rows that need a source that is not there."""
        title = {"pop909": "POP909", "emopia": "EMOPIA"}[source]
        return f"{title} is not there: give its folder with --data or in PSYCHOSCORE_DATA."


def find_archives(folder: Path | None) -> Archives:
    """Look for the archives in a folder, or else in the one that PSYCHOSCORE_DATA names.

    Raises:
        PsychoscoreError: a folder was given and is none, or holds nothing that is known.
    """
    given = folder
    if folder is None and os.environ.get("PSYCHOSCORE_DATA"):
        folder = Path(os.environ["PSYCHOSCORE_DATA"])
    if folder is None:
        return Archives()
    if given is not None and not given.is_dir():
        raise PsychoscoreError(f"{given} is no folder.", "Give the folder that holds the archives.")
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.zip")):
        try:
            found.setdefault(find_source(path).name, path)
        except PsychoscoreError:
            continue  # other archives may lie beside them
    if given is not None and not found:
        raise PsychoscoreError(f"{given} holds neither EMOPIA nor POP909 as a zip.")
    return Archives(tuple((name, found[name]) for name in WANTED if name in found))


def read_corpus(path: Path, out: Path) -> Generator[Progress, None, Corpus]:
    """Read an archive and encode it into `out`, telling how many pieces are done."""
    source = find_source(path)
    kept: list[Piece] = []
    elsewhere: set[str] = set()
    entries = write_shards(
        out,
        _encoded(source, path, kept, elsewhere),
        lineage=(source.title,),
        non_commercial=source.non_commercial,
        vocabulary=v.SIZE,
        fields=tuple(field.name for field in FIELDS),
    )
    yield from _counted(entries, f"Reading {path.name}")
    return Corpus(source.name, Shards.open(out), tuple(kept), frozenset(elsewhere))


def _counted(entries: Iterator[Entry], part: str) -> Iterator[Progress]:
    done = 0
    for done, _ in enumerate(entries, 1):
        if done % 20 == 0:
            yield Progress(part, done, 0)
    yield Progress(part, done, done)


def _encoded(
    source: DataSource, path: Path, kept: list[Piece], elsewhere: set[str]
) -> Iterator[EncodedPiece]:
    """The pieces to encode; those of the evaluator are put aside, and the reranker's left out."""
    labelled = measured_by(Reference.load())
    for piece in source.read(path):
        if not isinstance(piece, Piece):
            continue
        if piece.split == "evaluator":
            kept.append(piece)
            continue
        elsewhere.add(piece.song)
        if piece.split in ("train", "validation"):
            yield label_piece(piece, labelled if piece.split == "validation" else _unlabelled)


def _unlabelled(score: Score) -> Measures:
    bars = len(score.metres)
    free = np.full((bars, len(DIMENSIONS) + len(ATTRIBUTES)), np.nan, dtype=np.float32)
    profiles, ranks = free[:, : len(DIMENSIONS)], free[:, len(DIMENSIONS) :]
    return profiles, ranks, np.zeros(bars, dtype=np.int64)
