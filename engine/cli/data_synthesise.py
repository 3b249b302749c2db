"""`psychoscore data synthesise`: compose pairs of a profile and eight bars as training data."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.data.importing import ImportBegan, ImportEvent, ImportFinished, PieceImported

_EVERY = 1000
_DEFAULT_PAIRS = 50_000


def add_arguments(actions: Any) -> None:
    """Declare the words of this command among the actions of `data`."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "synthesise", help="compose pairs of a profile and eight bars by rules"
    )
    parser.add_argument(
        "--pairs", type=int, default=_DEFAULT_PAIRS, metavar="N", help="how many (%(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the data set"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same pairs"
    )
    parser.add_argument(
        "--midi", type=int, default=0, metavar="N", help="write the first N also as .mid files"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Compose and report.

    Raises:
        PsychoscoreError: a number is out of range, or the folder cannot be written.
    """
    from engine.data.synthetic.making import synthesise

    _report(synthesise(args.pairs, args.seed, args.out, args.midi), args.pairs, args.json)
    return 0


def _report(events: Iterable[ImportEvent], wanted: int, as_json: bool) -> None:
    made = 0
    for event in events:
        match event:
            case ImportBegan():
                row: dict[str, Any] = {"event": "began", **asdict(event)}
                text = f"{event.title}. Licence: {event.licence}."
            case PieceImported():
                made += 1
                if made % _EVERY:
                    continue
                row = {"event": "progress", "made": made, "pairs": wanted}
                text = f"{made:,} of {wanted:,} pairs"
            case ImportFinished():
                row = {"event": "finished", **asdict(event), "out": str(event.out)}
                del row["table"], row["refused"]
                text = (
                    f"{event.used:,} pairs, {event.bars:,} bars, {event.notes:,} notes, "
                    f"{event.seconds / 3600:.1f} hours. Written to {event.out}."
                )
            case _:
                continue
        print(json.dumps(row, allow_nan=False) if as_json else text, flush=True)
