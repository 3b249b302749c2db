"""`psychoscore evaluate`: how well a model writes, and how well its music obeys the sliders."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PsychoscoreError

if TYPE_CHECKING:
    from engine.evaluation.report_file import Report

REPORT = "evaluation.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("--model", required=True, metavar="NAME|PATH", help="which model")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the folder that holds the archives of EMOPIA and POP909; else $PSYCHOSCORE_DATA",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="100 clips a quadrant, 20 seeds")
    size.add_argument("--quick", action="store_true", help="a few clips: a look, not a proof")
    parser.add_argument("--clips", type=int, metavar="N", help="clips of each quadrant")
    parser.add_argument("--guidance", type=float, metavar="G", help="instead of the model's own")
    parser.add_argument("--only", metavar="Q1,Q2,...", help="some of the parts")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=f"the report, written anew; else {REPORT} beside the model, or where the user's data "
        "lies: what --only measures takes its place among the rows there",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a row, nothing else")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write the report.

    Raises:
        PsychoscoreError: the model or the data cannot be read, or a value is out of range.
    """
    from engine.checkpoint import load_model
    from engine.cli.report import print_json, print_table
    from engine.composing.stepping.stored import equipped
    from engine.config.layers import default_user_folder
    from engine.evaluation.clips import Setting
    from engine.evaluation.corpora import find_archives
    from engine.evaluation.evaluate import PARTS, evaluate
    from engine.evaluation.report_file import Report
    from engine.evaluation.sizes import DEFAULT, FULL, QUICK
    from engine.files import make_folder
    from engine.library import find_model

    if args.out is not None:
        make_folder(args.out.parent)
    folder = find_model(args.model, default_user_folder() / "models")
    model = equipped(load_model(folder))
    size = FULL if args.full else QUICK if args.quick else DEFAULT
    if args.clips is not None:
        size = size.with_clips(args.clips)
    guidance = model.card.guidance if args.guidance is None else args.guidance
    events = evaluate(
        model,
        find_archives(args.data),
        size,
        setting=Setting(guidance),
        parts=_parts(args.only, tuple(PARTS)),
    )
    if args.json:
        header, rows = print_json(events)
    else:
        header, rows = print_table(events, f"Evaluation of {model.name}")
    report = Report(dict(header.settings), tuple(rows))
    out = _write(args.out, folder, report, among=args.only is not None)
    if not args.json:
        print(f"Written to {out}.")
    return 0


def _parts(text: str | None, known: Sequence[str]) -> tuple[str, ...]:
    if text is None:
        return tuple(known)
    parts = tuple(part.strip() for part in text.split(","))
    unknown = next((part for part in parts if part not in known), None)
    if unknown is not None:
        raise PsychoscoreError(f"There is no part {unknown!r}.", f"Known are {', '.join(known)}.")
    return parts


def _write(out: Path | None, folder: Path, report: Report, *, among: bool) -> Path:
    """Write the report where it was asked for, else beside the model, else where it can lie.

    Args:
        among: put the rows among those of the report that lies there.
    """
    from engine.files import make_folder
    from engine.user_data import user_data_folder

    if out is not None:
        report.write(out)
        return out
    try:
        return _put(folder / REPORT, report, among=among)
    except PsychoscoreError:
        # An installed model lies where its user may not write.
        own = user_data_folder() / "evaluations" / f"{folder.resolve().name}.json"
        make_folder(own.parent)
        return _put(own, report, among=among)


def _put(path: Path, report: Report, *, among: bool) -> Path:
    """Write a report over the one that lies there, or its rows among those.

    One that is of other weights or of another setting cannot take them: it is kept aside.
    """
    from engine.evaluation.report_file import read_report

    if among and path.is_file():
        try:
            before = read_report(path)
        except PsychoscoreError:
            before = None
        if before is not None and before.beside(report):
            report = before.updated(report)
        elif before is not None:
            before.write(path.with_name(f"{path.stem}.before.json"))
    report.write(path)
    return path
