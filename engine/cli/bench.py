"""`psychoscore bench`: how fast this machine composes and trains, and how well it keeps time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import PsychoscoreError

if TYPE_CHECKING:
    from engine.checkpoint import Model
    from engine.evaluation.rows import EvaluationEvent

MAXIMUM_THREADS = 256
TARGETS = ("P1", "P2", "P3", "P4", "P6", "P7", "P9", "P10", "P11")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("--model", metavar="NAME|PATH", help="which model; else the default one")
    parser.add_argument("--threads", type=int, metavar="N", help="else the faster of one and all")
    parser.add_argument(
        "--only", metavar="P1,P4,...", help=f"these of {', '.join(TARGETS)}; else all"
    )
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", action="store_true", help="one JSON object a row, nothing else")


def run(args: argparse.Namespace) -> int:
    """Measure and print.

    Raises:
        PsychoscoreError: the model cannot be read, a target is unknown, or the number of threads
            is out of range.
    """
    from engine.cli.report import print_json, print_table

    threads = args.threads
    if threads is not None and not 1 <= threads <= MAXIMUM_THREADS:
        raise PsychoscoreError(f"{threads} threads; 1 to {MAXIMUM_THREADS} are allowed.")
    only = wanted(args.only)
    events = _measured(_model(args.model), only, threads, quick=args.quick)
    if args.json:
        print_json(events)
    else:
        print_table(events, "Speed on this machine")
    return 0


def wanted(only: str | None) -> frozenset[str]:
    """The targets that `--only` names; all of them where it names none.

    Raises:
        PsychoscoreError: there is no such target.
    """
    if only is None:
        return frozenset(TARGETS)
    names = [name.strip().upper() for name in only.split(",") if name.strip()]
    unknown = [name for name in names if name not in TARGETS]
    if unknown or not names:
        raise PsychoscoreError(
            f"Nothing measures {unknown[0] if unknown else 'that'}.", f"Name {', '.join(TARGETS)}."
        )
    return frozenset(names)


def _measured(
    model: Model, only: frozenset[str], threads: int | None, *, quick: bool
) -> Iterator[EvaluationEvent]:
    from engine.bench.realtime import RealtimeEffort, measure_realtime
    from engine.evaluation.speed import Effort, measure_speed
    from engine.evaluation.take_speed import measure_takes
    from engine.evaluation.training_speed import TrainingEffort, measure_training

    if "P1" in only:
        effort = Effort(tokens=100, rounds=1) if quick else Effort()
        yield from measure_speed(model, effort, threads)
    if {"P2", "P3"} & only:
        takes = measure_takes(model, bars=4, rounds=1) if quick else measure_takes(model)
        yield from (event for event in takes if _belongs(event, only))
    if "P9" in only:
        training = TrainingEffort(steps=2, batch=2, context=256) if quick else TrainingEffort()
        yield from measure_training(model, training, threads)
    brief = RealtimeEffort(starts=1, seconds=4.0, receiving=2.0)
    yield from measure_realtime(model, brief if quick else RealtimeEffort(), only)


def _belongs(event: EvaluationEvent, only: frozenset[str]) -> bool:
    from engine.evaluation.rows import Measured

    return not isinstance(event, Measured) or event.row.id.split(".")[0] in only


def _model(name: str | None) -> Model:
    from engine.config.layers import default_user_folder
    from engine.library import DEFAULT_MODEL, load_by_name

    return load_by_name(name or DEFAULT_MODEL, default_user_folder() / "models")
