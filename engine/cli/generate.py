"""`psychoscore generate`: takes from a profile or from lanes, one or a whole batch of wishes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.cli.wishes import add_wish_arguments, requests
from engine.errors import PsychoscoreError
from engine.take import GenerationRequest, Take, provenance_json

# Streams in one tensor batch: more gain little and hold all notes back until the end.
BATCH = 16
MAXIMUM_BATCH_LINES = 100_000


@dataclass(frozen=True, slots=True)
class _Wish:
    request: GenerationRequest
    out: Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_wish_arguments(parser)
    parser.add_argument("--model", metavar="NAME|PATH", help="a model's name, or its folder")
    parser.add_argument(
        "--batch",
        type=Path,
        metavar="FILE.jsonl",
        help='one wish a line: long options with underscores, and "id"',
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.mid|DIR", help="the take; a folder with --batch"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a take, nothing else")


def run(args: argparse.Namespace) -> int:
    """Compose and write the takes.

    Raises:
        PsychoscoreError: a value is out of range, or something cannot be read or written.
    """
    wishes = _batch(args) if args.batch is not None else _single(args)
    from engine.library import DEFAULT_MODEL, load_by_name

    model = load_by_name(args.model or DEFAULT_MODEL)
    for first in range(0, len(wishes), BATCH):
        group = wishes[first : first + BATCH]
        for index, take in _compose(model, [wish.request for wish in group]):
            _write(take, group[index].out, as_json=args.json)
    return 0


def _single(args: argparse.Namespace) -> list[_Wish]:
    wished = requests(args)
    if args.out is None:
        raise PsychoscoreError("Where shall the take go?", "Add --out cue.mid.")
    if len(wished) == 1:
        return [_Wish(wished[0], args.out)]
    stem, suffix = args.out.stem, args.out.suffix
    return [
        _Wish(request, args.out.with_name(f"{stem}-{number}{suffix}"))
        for number, request in enumerate(wished, 1)
    ]


def _batch(args: argparse.Namespace) -> list[_Wish]:
    if args.out is None:
        raise PsychoscoreError("Where shall the takes go?", "Add --out DIR.")
    try:
        lines = args.batch.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PsychoscoreError(f"{args.batch} cannot be read: {error}.") from error
    if len(lines) > MAXIMUM_BATCH_LINES:
        raise PsychoscoreError(f"{args.batch} has more than {MAXIMUM_BATCH_LINES} lines.")
    wishes: list[_Wish] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            wishes.append(_batch_line(line, f"{args.batch}, line {number}", args.out))
    names = [wish.out.name for wish in wishes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PsychoscoreError(f"{args.batch} has the id {twice.removesuffix('.mid')!r} twice.")
    return wishes


def _batch_line(line: str, place: str, folder: Path) -> _Wish:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise PsychoscoreError(f"{place} is no JSON: {error}.") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise PsychoscoreError(f'{place} must be an object with an "id".')
    name = raw.pop("id")
    if not name or name.startswith(".") or any(each in name for each in "/\\\0:"):
        raise PsychoscoreError(f"{place}: the id {name!r} cannot be a file's name.")
    parser = _LineParser(place)
    add_wish_arguments(parser)
    wished = requests(parser.parse_args(_words(raw)))
    if len(wished) > 1:
        raise PsychoscoreError(f"{place}: a line of a batch is one take.", "Give each its own id.")
    return _Wish(wished[0], folder / f"{name}.mid")


def _words(raw: dict[str, Any]) -> list[str]:
    """The object as words of a command line; lists repeat their option."""
    words: list[str] = []
    for key, value in raw.items():
        for each in value if isinstance(value, list) else [value]:
            words.append(f"--{str(key).replace('_', '-')}={each}")
    return words


class _LineParser(argparse.ArgumentParser):
    """Says where in the batch file a word is wrong."""

    def __init__(self, place: str) -> None:
        super().__init__(prog=place, add_help=False, allow_abbrev=False)
        self._place = place

    def error(self, message: str) -> Any:
        raise PsychoscoreError(f"{self._place}: {message}.")


def _compose(model: Any, wished: Sequence[GenerationRequest]) -> Iterator[tuple[int, Take]]:
    from engine.generate import generate
    from engine.take import TakeComposed

    for event in generate(model, wished):
        if isinstance(event, TakeComposed):
            yield event.take, event.result


def _write(take: Take, out: Path, *, as_json: bool) -> None:
    from engine.files import make_folder
    from engine.midi import write_midi

    make_folder(out.parent)
    write_midi(take.score, out, provenance=provenance_json(take.provenance), title=out.stem)
    provenance = take.provenance
    if as_json:
        summary = {
            "file": str(out),
            "notes": len(take.score.notes),
            "bars": len(take.score.metres),
            "key": str(take.score.key),
            "seed": provenance.request.seed,
            "take": provenance.request.take,
            "temperatures": provenance.temperatures,
            "model": provenance.model,
            "model_hash": provenance.model_hash,
            "non_commercial": provenance.non_commercial,
        }
        print(json.dumps(summary, allow_nan=False))
    else:
        mark = ", non-commercial" if provenance.non_commercial else ""
        print(f"{out}: {len(take.score.notes)} notes, {len(take.score.metres)} bars{mark}")
