"""`psychoscore train`: a training run in its own process and folder, at the back of the queue.

SIGINT and SIGTERM end it in order: it saves, and `--resume` goes on from there.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.cli.main import EXIT_FAILED, EXIT_MALFORMED
from engine.config.layers import default_user_folder
from engine.errors import PsychoscoreError
from engine.training.background import step_back
from engine.training.config import TrainingConfig, parse_config
from engine.training.events import (
    CheckpointKept,
    Evaluated,
    Judged,
    JudgingFailed,
    JudgingMoved,
    RunBegan,
    RunContinued,
    RunEvent,
    RunPaused,
    StageBegan,
    StepDone,
    StepsHeldUp,
    TrainingEnded,
    event_line,
)
from engine.training.ranks import Ranks
from engine.training.recipes import Recipe, parse_recipe, read_recipe
from engine.training.run_folder import RunFolder, free_run_path
from engine.training.verdict import Verdict
from engine.user_data import data_sets_folder, runs_folder

_ENDINGS = {
    "finished": "Finished at step {step}.",
    "time": "The time is up at step {step}.",
    "cancelled": "Stopped and saved at step {step}.",
    "diverged": "The loss is no number any more: stopped at the last good checkpoint, step {step}.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of this command."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings of the run, YAML")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with the run in a folder")
    parser.add_argument("--run", type=Path, metavar="DIR", help="folder of a new run")
    parser.add_argument(
        "--roll-back",
        type=int,
        metavar="STEP",
        help="with --resume: go on from a kept checkpoint, and drop what came after",
    )
    parser.add_argument(
        "--verdict",
        type=Path,
        metavar="RUN",
        help="compare the model of a run with the one before: obedience, loss, distance",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(usage=parser.format_usage())


def run(args: argparse.Namespace) -> int:
    """Train.

    Raises:
        PsychoscoreError: settings, data or state are wrong, another process trains in the
            folder, the disk refuses, or the loss diverged.
    """
    if args.verdict is not None:
        step_back()
        return _judge(args)
    if args.config is None and args.resume is None:
        return _malformed(args, "give --config FILE for a new run or --resume RUN for an old one")
    if args.run is not None and args.resume is not None:
        return _malformed(args, "--run is for a new run, --resume for an old one")
    if args.roll_back is not None and args.resume is None:
        return _malformed(args, "--roll-back needs --resume RUN")
    step_back()
    from engine.evaluation.run_verdict import verdict_of
    from engine.training.run import run_training
    from engine.training.side_by_side import follow

    ranks = Ranks.told()
    with _stopping() as stopped, ranks.joined():
        if not ranks.leads:
            return 0 if follow(ranks, lambda: bool(stopped)) else EXIT_FAILED
        config, folder = _begun(args, ranks)
        epilogue = None
        if isinstance(config, TrainingConfig) and config.verdict:
            epilogue = verdict_of(config, folder)
        events = run_training(config, folder, lambda: bool(stopped), epilogue, ranks)
        ended = _print_json(events) if args.json else _show(events, config, folder)
    if ended is not None and ended.reason == "diverged":
        raise PsychoscoreError(
            f"{folder.path}: {_ENDINGS['diverged'].format(step=ended.step)}",
            "Resume it with a smaller learning rate.",
        )
    return 0


def _judge(args: argparse.Namespace) -> int:
    """Compare once more what a run made with what it began from."""
    if args.config is not None or args.resume is not None or args.run is not None:
        return _malformed(args, "--verdict is for a run that has ended")
    from engine.evaluation.run_verdict import verdict_of
    from engine.training.run import judge_again

    folder = RunFolder.open(args.verdict)
    config = parse_config(folder.config(), str(folder.path / "config.json"))
    with _stopping() as stopped:
        events = judge_again(folder, verdict_of(config, folder), lambda: bool(stopped))
        if args.json:
            _print_json(events)
            return 0
        for event in events:
            if sentence := _sentence(event):
                print(sentence)
            if isinstance(event, JudgingFailed):
                return 1
    return 0


def _malformed(args: argparse.Namespace, sentence: str) -> int:
    """What argparse itself cannot check: that one of two options is there, or not both."""
    print(f"{args.usage}psychoscore train: error: {sentence}", file=sys.stderr)
    return EXIT_MALFORMED


def _begun(args: argparse.Namespace, ranks: Ranks) -> tuple[Recipe, RunFolder]:
    """Settings and folder of a run, which the other processes of it are told of."""
    from engine.training.rolling_back import roll_back
    from engine.training.side_by_side import announce, call_off

    try:
        config, folder = _prepared(args)
        if args.roll_back is not None:
            roll_back(folder, args.roll_back)
    except BaseException:
        call_off(ranks)
        raise
    announce(ranks, config, folder)
    return config, folder


def _prepared(args: argparse.Namespace) -> tuple[Recipe, RunFolder]:
    """Settings and folder of a run, new or old."""
    from engine.training.run import describe

    given = None if args.config is None else _placed(read_recipe(args.config))
    if args.resume is not None:
        folder = RunFolder.open(args.resume)
        told = parse_recipe(folder.config(), str(folder.path / "config.json"))
        if given is None:
            return told, folder
        if given.network != told.network:
            raise PsychoscoreError(f"{args.config} has another network than {folder.path}.")
        describe(given)
        folder.write_config(asdict(given))
        return given, folder
    assert given is not None
    path = args.run or free_run_path(runs_folder())
    return given, RunFolder.create(path, asdict(given), describe(given))


def _placed(config: Recipe) -> Recipe:
    """Data sets and the model to start from by their folders; a start gives its network."""
    from engine.checkpoint import read_card
    from engine.library import find_model

    if not isinstance(config, TrainingConfig):
        return replace(config, data=tuple(_data_folder(each) for each in config.data))
    config = config.found(_data_folder)
    if config.start_from is None:
        return config
    start = find_model(config.start_from, default_user_folder() / "models")
    return config.started(str(start.resolve()), read_card(start).config)


def _data_folder(name: str) -> str:
    path = Path(name)
    named = data_sets_folder() / name
    if not path.is_dir() and path.name == name and named.is_dir():
        return str(named)
    return str(path.resolve())


@contextmanager
def _stopping() -> Iterator[list[int]]:
    """A list that gets a member when the user, or the system, asks the run to end."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 2:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, ask) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _print_json(events: Iterator[RunEvent]) -> TrainingEnded | None:
    ended = None
    for event in events:
        print(event_line(event, time.time()), flush=True)
        ended = event if isinstance(event, TrainingEnded) else ended
    return ended


def _show(events: Iterator[RunEvent], config: Recipe, folder: RunFolder) -> TrainingEnded | None:
    console = Console(highlight=False)
    columns = (
        TextColumn("step {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
    )
    ended = None
    console.print(f"Run {folder.path}", soft_wrap=True, markup=False)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=config.steps, loss="")
        unit = "tokens" if isinstance(config, TrainingConfig) else "excerpts"
        for event in events:
            if isinstance(event, StepDone):
                told = f"loss {event.loss:.3f}  {event.speed:.0f} {unit}/s"
                progress.update(task, completed=event.step, loss=told)
            elif isinstance(event, TrainingEnded):
                ended = event
            sentence = _sentence(event)
            if sentence:
                console.print(sentence, soft_wrap=True, markup=False)
    return ended


def _sentence(event: RunEvent) -> str:
    match event:
        case RunBegan() if event.step:
            return f"Going on at step {event.step}."
        case Evaluated():
            parts = [f"{name} {value:.3f}" for name, value in event.per_note.items()]
            return f"step {event.step}: validation, nats a note: {', '.join(parts) or 'no data'}"
        case CheckpointKept():
            return f"step {event.step}: kept as {event.reason}: {event.folder}"
        case StageBegan():
            named = f", {event.name}" if event.name else ""
            return f"step {event.step}: stage {event.stage} of {event.stages}{named}"
        case StepsHeldUp():
            steps = "1 step" if event.steps == 1 else f"{event.steps} steps"
            lost = f"{60 * event.minutes:.0f} s of it do not count"
            return f"step {event.step}: the machine held up {steps}; {lost}"
        case RunPaused():
            return f"step {event.step}: paused"
        case RunContinued():
            return f"step {event.step}: going on"
        case TrainingEnded(reason=reason) if reason != "diverged":
            return _ENDINGS[reason].format(step=event.step)
        case JudgingMoved(done=0):
            return "Comparing the new model with the one before..."
        case Judged():
            return "\n".join(Verdict(event).lines())
        case JudgingFailed():
            return event.sentence
    return ""
