"""`psychoscore infill`: bars, voices or pitches of a file anew, all else as it is."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.cli.filling import add_place_arguments, compose_and_write, read_base
from engine.cli.wishes import add_wish_arguments
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.score import Voice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="in.mid", help="the file to compose into")
    hole = parser.add_argument_group("what is composed anew")
    hole.add_argument(
        "--bars", required=True, type=_range, metavar="FIRST-LAST", help="such as 5-8"
    )
    hole.add_argument(
        "--voice",
        action="append",
        default=[],
        choices=[voice.name.lower() for voice in Voice],
        help="these voices only; may be repeated",
    )
    hole.add_argument("--pitches", type=_range, metavar="LOW-HIGH", help="MIDI pitches, as 60-84")
    hole.add_argument(
        "--keep-rhythm", action="store_true", help="keep onsets, lengths and velocities"
    )
    hole.add_argument(
        "--keep-chords", action="store_true", help="tell the new notes the chords of the old ones"
    )
    add_wish_arguments(parser, length=False, time=False)
    add_place_arguments(parser)


def _range(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a range such as 5-8")
    return int(match[1]), int(match[2] or match[1])


def run(args: argparse.Namespace) -> int:
    """Compose and write the results.

    Raises:
        PsychoscoreError: the file cannot be read, a value is out of range, or the result cannot
            be written.
    """
    voices = tuple(sorted({Voice[name.upper()] for name in args.voice}))
    first, last = args.bars
    hole = Hole(first, last, voices, args.pitches, args.keep_rhythm, args.keep_chords)
    base = read_base(args)
    bars = len(base.score.metres)
    if hole.last > bars:
        raise PsychoscoreError(f"{args.file} has no bar {hole.last}: it has {bars} bars.")
    return compose_and_write(args, base, hole, base.score)
