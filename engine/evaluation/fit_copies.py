"""How `copies.safetensors` beside a checkpoint is made: an index of the music it was trained on.

`python -m engine.evaluation.fit_copies --out CHECKPOINT DATA...`

DATA are folders that `psychoscore data import` wrote, or archives such as POP909.zip, of which
`--variants` are made as an import makes them. Only what was trained on is taken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.data.piece import Piece
from engine.data.shards import Shards
from engine.data.sources import find_source
from engine.data.variants import vary
from engine.errors import PsychoscoreError
from engine.evaluation.copies import Line, pitch_line
from engine.evaluation.known_music import FILE, KnownMusic, trained_lines


def lines(path: Path, variants: int = 0) -> Iterator[tuple[Line, Line]]:
    """The line of all voices and of the melody of each piece that was trained on.

    Raises:
        PsychoscoreError: the path holds no data that is known.
    """
    if (path / "shards.json").is_file():
        yield from trained_lines(Shards.open(path))
        return
    for piece in find_source(path).read(path):
        if isinstance(piece, Piece) and piece.split == "train":
            scores = [piece.score]
            scores += [vary(piece, number).score for number in range(1, variants + 1)]
            for score in scores:
                yield pitch_line(score), pitch_line(score, melody=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Build and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="Index the music that a model was trained on.")
    parser.add_argument("data", nargs="+", type=Path, metavar="DATA")
    parser.add_argument("--out", required=True, type=Path, metavar="CHECKPOINT")
    parser.add_argument(
        "--variants", type=int, default=1, metavar="N", help="of each piece of an archive (1)"
    )
    args = parser.parse_args(argv)
    try:
        pieces = [each for path in args.data for each in lines(path, args.variants)]
        if not pieces:
            raise PsychoscoreError("None of this data has a piece that was trained on.")
        if not (args.out / "card.json").is_file():
            raise PsychoscoreError(f"{args.out} is no checkpoint.")
        KnownMusic.build(pieces).save(args.out)
    except PsychoscoreError as error:
        print(f"fit_copies: {error}", file=sys.stderr)
        return 1
    size = (args.out / FILE).stat().st_size
    print(f"{args.out / FILE}: {len(pieces)} pieces, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
