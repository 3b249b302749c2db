"""`psychoscore continue`: a file goes on for some bars behind its end."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from engine.cli.filling import add_place_arguments, compose_and_write, read_base
from engine.cli.wishes import add_wish_arguments
from engine.errors import PsychoscoreError
from engine.hole import Hole
from engine.score import Metre, TempoMap
from engine.take import MAXIMUM_BARS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="in.mid", help="the file that goes on")
    parser.add_argument("--bars", required=True, type=int, metavar="N", help="how many bars more")
    add_wish_arguments(parser, length=False)
    add_place_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compose and write the results.

    Raises:
        PsychoscoreError: the file cannot be read, a value is out of range, or the result cannot
            be written.
    """
    if not 1 <= args.bars <= MAXIMUM_BARS:
        raise PsychoscoreError(f"{args.bars} bars asked for; 1 to {MAXIMUM_BARS} are allowed.")
    base = read_base(args)
    score = base.score
    standing = len(score.metres)
    hole = Hole(standing + 1, standing + args.bars)
    metre = args.time_signature or (score.metres[-1] if score.metres else Metre())
    metres = (*score.metres, *((metre,) * args.bars))
    tempo = score.tempo_map
    if args.tempo is not None and args.tempo != tempo.bpm(score.end):
        marks = [mark for mark in tempo.marks if mark[0] < score.end]
        tempo = TempoMap((*marks, (score.end, args.tempo)))
    after = replace(score, metres=metres, tempo_map=tempo)
    return compose_and_write(args, base, hole, after)
