"""The words for what the picture asks of the music: hits, an ending, dialogue."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.picture import ENDINGS, HIT_KINDS, Dialogue, Hit
from engine.project.cue_marks import Start
from engine.project.picture_clock import PictureClock
from engine.project.subtitles import dialogue_blocks, read_subtitles
from engine.take import GenerationRequest


def add_picture_arguments(parser: argparse.ArgumentParser) -> None:
    picture = parser.add_argument_group("picture")
    picture.add_argument(
        "--hit",
        type=_hit,
        action="append",
        default=[],
        metavar="BAR:KIND",
        help=f"a moment to meet, such as 3.5:accent; {', '.join(HIT_KINDS)}",
    )
    picture.add_argument(
        "--ending", choices=tuple(ENDINGS), metavar="NAME", help=f"{', '.join(ENDINGS)}"
    )
    picture.add_argument(
        "--dialogue",
        type=Path,
        metavar="FILE.srt",
        help="stay under what is said; its time 0 is bar 1",
    )


def with_picture(wish: GenerationRequest, args: argparse.Namespace) -> GenerationRequest:
    """The wish with what is typed of the picture, in its own bars and tempo.

    Raises:
        PsychoscoreError: a hit lies behind the end, or the subtitles cannot be read.
    """
    for hit in args.hit:
        if not hit.bar < wish.bars + 1:
            raise PsychoscoreError(f"A hit at bar {hit.bar:g}: the music has {wish.bars} bars.")
    changes: dict[str, object] = {}
    if args.hit:
        changes["hits"] = tuple(sorted([*wish.hits, *args.hit], key=lambda hit: hit.bar))
    if args.ending is not None:
        changes["ending"] = args.ending
    if args.dialogue is not None:
        clock = PictureClock(wish.metres, wish.tempo_map, Start())
        blocks = dialogue_blocks(read_subtitles(args.dialogue), clock, wish.bars)
        spoken = tuple(Dialogue(block.first, block.last) for block in blocks)
        changes["dialogue"] = (*wish.dialogue, *spoken)
    return replace(wish, **changes)  # type: ignore[arg-type]


def _hit(text: str) -> Hit:
    bar, _, kind = text.partition(":")
    try:
        return Hit(float(bar), kind or "accent")  # type: ignore[arg-type]
    except (ValueError, PsychoscoreError) as error:
        said = error.message if isinstance(error, PsychoscoreError) else f"{bar!r} is no bar."
        raise argparse.ArgumentTypeError(f"{said} A hit is such as 3.5:accent.") from error
