"""`psychoscore bench`: how fast this machine composes and trains."""

from __future__ import annotations

import argparse
from itertools import chain
from typing import TYPE_CHECKING

from engine.errors import PsychoscoreError

if TYPE_CHECKING:
    from engine.checkpoint import Model

MAXIMUM_THREADS = 256


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("--model", metavar="NAME|PATH", help="which model; else the default one")
    parser.add_argument("--threads", type=int, metavar="N", help="else the faster of one and all")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", action="store_true", help="one JSON object a row, nothing else")


def run(args: argparse.Namespace) -> int:
    """Measure and print.

    Raises:
        PsychoscoreError: the model cannot be read, or the number of threads is out of range.
    """
    from engine.cli.report import print_json, print_table
    from engine.evaluation.speed import Effort, measure_speed
    from engine.evaluation.take_speed import measure_takes
    from engine.evaluation.training_speed import TrainingEffort, measure_training

    threads = args.threads
    if threads is not None and not 1 <= threads <= MAXIMUM_THREADS:
        raise PsychoscoreError(f"{threads} threads; 1 to {MAXIMUM_THREADS} are allowed.")
    effort = Effort(tokens=100, rounds=1) if args.quick else Effort()
    training = TrainingEffort(steps=2, batch=2, context=256) if args.quick else TrainingEffort()
    model = _model(args.model)
    events = chain(
        measure_speed(model, effort, threads),
        measure_takes(model, bars=4, rounds=1) if args.quick else measure_takes(model),
        measure_training(model, training, threads),
    )
    if args.json:
        print_json(events)
    else:
        print_table(events, "Speed on this machine")
    return 0


def _model(name: str | None) -> Model:
    from engine.config.layers import default_user_folder
    from engine.library import DEFAULT_MODEL, load_by_name

    return load_by_name(name or DEFAULT_MODEL, default_user_folder() / "models")
