"""What `infill` and `continue` share: a file comes in, new notes are put into its own events."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

from engine.cli.wishes import default_model, requests_within
from engine.config.layers import default_user_folder
from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic
from engine.hole import Hole
from engine.midi.events import load_bytes, parse_events
from engine.midi.reading import interpret
from engine.midi.splicing import splice
from engine.score import Score
from engine.take import (
    MAXIMUM_BARS,
    InfillRequest,
    Provenance,
    Take,
    TakeComposed,
    parse_provenance,
    provenance_json,
)


@dataclass(frozen=True, slots=True)
class Base:
    """A file as it stands.

    Args:
        content: its bytes.
        score: what was read from them, in the key that the user names.
        origin: how it came to be, where this program made it.
    """

    path: Path
    content: bytes
    score: Score
    origin: Provenance | None


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare model and result."""
    parser.add_argument("--model", metavar="NAME|PATH", help="a model's name, or its folder")
    parser.add_argument("--out", type=Path, metavar="FILE.mid", help="the result")
    parser.add_argument("--json", action="store_true", help="one JSON object a take, nothing else")


def read_base(args: argparse.Namespace) -> Base:
    """Read the file that is composed into.

    Raises:
        PsychoscoreError: it is no readable MIDI file or has too many bars.
    """
    content = load_bytes(args.file)
    read = interpret(parse_events(content, str(args.file)), str(args.file))
    bars = len(read.score.metres)
    if bars > MAXIMUM_BARS:
        raise PsychoscoreError(
            f"{args.file} has {bars} bars; files of up to {MAXIMUM_BARS} can be composed into.",
            "Cut out the part that is meant.",
        )
    score = read.score if args.key is None else replace(read.score, key=args.key)
    return Base(args.file, content, score, _origin(read.provenance))


def _origin(text: str | None) -> Provenance | None:
    """Provenance that can be believed in form; another program may have left anything there."""
    try:
        return None if text is None else parse_provenance(text)
    except PsychoscoreError:
        return None


def compose_and_write(args: argparse.Namespace, base: Base, hole: Hole, after: Score) -> int:
    """Compose all takes and write each into a file of its own.

    Args:
        after: metres and tempo of the whole result.

    Raises:
        PsychoscoreError: a value is out of range, or model or file cannot be had.
    """
    if args.out is None:
        raise PsychoscoreError("Where shall the result go?", "Add --out out.mid.")
    from engine.composing.infill import infill
    from engine.composing.surroundings import near_profile
    from engine.evaluation.known import with_shared
    from engine.evaluation.known_music import KnownMusic
    from engine.library import find_model, load_by_name, load_named

    source = base.path.name
    requests = [
        InfillRequest(wish, base.score, hole, base.origin, source)
        for wish in requests_within(args, near_profile(base.score, hole), after)
    ]
    own = default_user_folder() / "models"
    model = load_by_name(args.model, own) if args.model else load_named(default_model(args), own)
    known = KnownMusic.beside(find_model(args.model or default_model(args), own))
    events = infill(model, requests)
    for event in events if known is None else with_shared(events, known):
        if isinstance(event, TakeComposed):
            out = args.out
            if len(requests) > 1:
                out = out.with_name(f"{out.stem}-{event.take + 1}{out.suffix}")
            _write(base, event.result, out, as_json=args.json)
    return 0


def _write(base: Base, take: Take, out: Path, *, as_json: bool) -> None:
    made, hole = take.provenance, take.provenance.hole
    assert hole is not None
    content = splice(base.content, str(base.path), hole, take.score, provenance_json(made))
    make_folder(out.parent)
    write_atomic(out, content)
    _, staying = hole.split(base.score)
    new = len(take.score.notes) - len(staying)
    if as_json:
        summary = {
            "file": str(out),
            "notes": len(take.score.notes),
            "new_notes": new,
            "bars": len(take.score.metres),
            "composed": [hole.first, hole.last],
            "key": str(take.score.key),
            "seed": made.request.seed,
            "take": made.request.take,
            "temperatures": made.temperatures[-len(hole.bars) :]
            if len(made.temperatures) == len(hole.bars)
            else made.temperatures[hole.first - 1 : hole.last],
            "model": made.model,
            "model_hash": made.model_hash,
            "non_commercial": made.non_commercial,
            "shared": made.shared,
        }
        print(json.dumps(summary, allow_nan=False))
    else:
        mark = ", non-commercial" if made.non_commercial else ""
        print(f"{out}: {new} new notes in {hole}{mark}")
