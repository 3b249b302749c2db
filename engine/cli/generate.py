"""`psychoscore generate`: takes from a profile or from lanes, one or a whole batch of wishes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from engine.best import candidates
from engine.cli.choosing import Choosing, add_choosing_arguments, chosen
from engine.cli.wishes import add_wish_arguments, default_model, requests
from engine.config.layers import default_user_folder
from engine.errors import PsychoscoreError
from engine.take import GenerationRequest, Take, provenance_json

# Streams in one tensor batch: more gain little and hold all notes back until the end.
BATCH = 16
MAXIMUM_BATCH_LINES = 100_000


@dataclass(frozen=True, slots=True)
class _Wish:
    request: GenerationRequest
    out: Path
    choosing: Choosing = Choosing()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_wish_arguments(parser)
    add_choosing_arguments(parser)
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
    from engine.evaluation.known import stamped
    from engine.evaluation.known_music import KnownMusic
    from engine.library import find_model, load_by_name, load_named

    own = default_user_folder() / "models"
    model = load_by_name(args.model, own) if args.model else load_named(default_model(args), own)
    known = KnownMusic.beside(find_model(args.model or default_model(args), own))
    for take, out in _takes(model, wishes, together=args.batch is None):
        _write(stamped(take, known) if known else take, out, as_json=args.json)
    return 0


def _takes(model: Any, wishes: Sequence[_Wish], *, together: bool) -> Iterator[tuple[Take, Path]]:
    """Each take with its file.

    Args:
        together: the wishes are takes of one wish, and chosen among the same candidates.
    """
    choosing = [wish for wish in wishes if wish.choosing.wanted]
    if choosing and together:
        kept = chosen(model, wishes[0].request, len(wishes), wishes[0].choosing)
        yield from zip(kept, [wish.out for wish in wishes], strict=True)
        return
    for wish in choosing:
        for take in chosen(model, wish.request, 1, wish.choosing):
            yield take, wish.out
    plain = [wish for wish in wishes if not wish.choosing.wanted]
    for first in range(0, len(plain), BATCH):
        group = plain[first : first + BATCH]
        for index, take in _compose(model, [wish.request for wish in group]):
            yield take, group[index].out


def _single(args: argparse.Namespace) -> list[_Wish]:
    wished, choosing = requests(args), Choosing.of(args)
    candidates(wished[0], len(wished), choosing.best_of)
    if args.out is None:
        raise PsychoscoreError("Where shall the take go?", "Add --out cue.mid.")
    if len(wished) == 1:
        return [_Wish(wished[0], args.out, choosing)]
    stem, suffix = args.out.stem, args.out.suffix
    return [
        _Wish(request, args.out.with_name(f"{stem}-{number}{suffix}"), choosing)
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
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{args.batch}, line {number}"
            wish = _batch_line(line, place, args.out)
            # Some systems take `Storm` and `storm` for one file.
            before = seen.setdefault(wish.out.name.casefold(), number)
            if before != number:
                raise PsychoscoreError(f"{place}: line {before} has the id {wish.out.stem!r} too.")
            wishes.append(wish)
    if not wishes:
        raise PsychoscoreError(f"{args.batch} has no wishes.", "Write one JSON object a line.")
    return wishes


def _batch_line(line: str, place: str, folder: Path) -> _Wish:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        wrong = f"{place}, column {error.colno}, is no JSON: {error.msg.lower()}."
        raise PsychoscoreError(wrong) from error
    except RecursionError as error:
        raise PsychoscoreError(f"{place} is nested too deeply.") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise PsychoscoreError(f'{place} must be an object with an "id".')
    name = raw.pop("id")
    plain = name.isprintable() and not any(each in name for each in '/\\:*?"<>|')
    if not plain or not 0 < len(name.encode()) <= 200 or name.startswith((".", " ")):
        raise PsychoscoreError(f"{place}: the id {name!r} cannot be a file's name.")
    parser = _LineParser(add_help=False, allow_abbrev=False)
    add_wish_arguments(parser)
    add_choosing_arguments(parser)
    try:
        typed = parser.parse_args(_words(raw))
        wished, choosing = requests(typed), Choosing.of(typed)
        candidates(wished[0], len(wished), choosing.best_of)
    except PsychoscoreError as error:
        raise PsychoscoreError(f"{place}: {error.message}", error.hint) from error
    if len(wished) > 1:
        raise PsychoscoreError(f"{place}: a line of a batch is one take.", "Give each its own id.")
    return _Wish(wished[0], folder / f"{name}.mid", choosing)


def _words(raw: dict[str, Any]) -> list[str]:
    """The object as words of a command line; lists repeat their option."""
    words: list[str] = []
    for key, value in raw.items():
        for each in value if isinstance(value, list) else [value]:
            words.append(f"--{str(key).replace('_', '-')}={each}")
    return words


class _LineParser(argparse.ArgumentParser):
    """A wrong word of a batch file is an error of that file, not of the command line."""

    def error(self, message: str) -> NoReturn:
        raise PsychoscoreError(f"{message}.")


def _compose(model: Any, wished: Sequence[GenerationRequest]) -> Iterator[tuple[int, Take]]:
    from engine.composing.generate import generate
    from engine.take import TakeComposed

    for event in generate(model, wished):
        if isinstance(event, TakeComposed):
            yield event.take, event.result


def _write(take: Take, out: Path, *, as_json: bool) -> None:
    from engine.files import make_folder
    from engine.midi.file import write_midi

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
            "match": provenance.match,
            "best_of": provenance.best_of,
            "longest_shared": provenance.shared,
        }
        print(json.dumps(summary, allow_nan=False))
    else:
        mark = ", non-commercial" if provenance.non_commercial else ""
        match = "" if provenance.match is None else f", match {provenance.match:.0%}"
        print(f"{out}: {len(take.score.notes)} notes, {len(take.score.metres)} bars{match}{mark}")
