"""Making a data set of synthetic pairs: shards, labels and description as of imported data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.data.dataset import make_data_set
from engine.data.importing import ImportEvent, import_from
from engine.data.piece import Piece
from engine.data.sources import DataSource
from engine.data.synthetic.pair import compose, pairs
from engine.errors import PsychoscoreError
from engine.files import cannot
from engine.midi.file import write_midi

LICENCE = "MIT (composed by the rules of this program)"
TITLE = "synthetic pairs (rules of this program, MIT)"
MOST_PAIRS = 1_000_000


def source_of_pairs(seed: int, count: int) -> DataSource:
    """So many pairs of a seed as a kind of training data; the path that it reads is not used."""

    def read(_: Path) -> Iterator[Piece]:
        return (pair.piece for pair in pairs(seed, count))

    return DataSource("synthetic", TITLE, LICENCE, False, read)


def synthesise(count: int, seed: int, out: Path, midi: int = 0) -> Iterator[ImportEvent]:
    """Compose pairs and write them as a data set.

    Args:
        count: how many pairs, 1 to a million.
        seed: the same seed gives the same pairs.
        out: the data set's folder.
        midi: so many of the pairs are also written as files, into `midi` inside the folder.

    Raises:
        PsychoscoreError: a number is out of range, or the folder cannot be written.
    """
    if not 1 <= count <= MOST_PAIRS:
        raise PsychoscoreError(f"{count} pairs; 1 to {MOST_PAIRS:,} can be made.")
    if midi < 0:
        raise PsychoscoreError(f"{midi} MIDI files cannot be written; give 0 or more.")
    name = f"{count} pairs of seed {seed}"
    source = source_of_pairs(seed, count)
    yield from make_data_set(out, name, lambda part: import_from(source, Path(name), part))
    _write_midi(seed, min(midi, count), out / "midi")


def _write_midi(seed: int, count: int, folder: Path) -> None:
    try:
        if count:
            folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            piece = compose(seed, number).piece
            write_midi(piece.score, folder / f"{number:06}.mid", title=piece.id)
    except OSError as error:
        raise cannot("written", folder, error) from error
