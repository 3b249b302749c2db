"""How `resources/reference.json` is made.

`python -m engine.measuring.fit_reference POP909.zip OUT.json`

Every third song of POP909's training split is measured, and with it its first two variants
(`engine.data.variants`), for pop songs alone hold nothing soft or still to rank by. Each bar
counts once. Validation songs stay out, and so do all labelled emotions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.data.piece import Piece
from engine.data.pop909 import read_pop909
from engine.data.variants import vary
from engine.errors import PsychoscoreError
from engine.measuring.reference import Reference, fit_reference

EVERY = 3
VARIANTS = 2


def fit_pop909(archive: Path, every: int = EVERY) -> Reference:
    """Fit a reference on every n-th training song of POP909.

    Raises:
        PsychoscoreError: the archive is not POP909, or holds no training songs.
    """
    pieces = [each for each in read_pop909(archive) if isinstance(each, Piece)]
    chosen = [each for each in pieces if each.split == "train"][::every]
    varied = [vary(each, number) for each in chosen for number in range(1, VARIANTS + 1)]
    source = f"{len(chosen)} training songs of POP909 (MIT) and {len(varied)} variants of them"
    return fit_reference([each.score for each in (*chosen, *varied)], source)


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write; returns the exit code."""
    parser = argparse.ArgumentParser(description="Fit the reference distribution on POP909.")
    parser.add_argument("archive", type=Path, metavar="POP909.zip")
    parser.add_argument("out", type=Path, metavar="OUT.json")
    args = parser.parse_args(argv)
    try:
        text = fit_pop909(args.archive).to_json()
    except PsychoscoreError as error:
        print(f"fit_reference: {error}", file=sys.stderr)
        return 1
    args.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
