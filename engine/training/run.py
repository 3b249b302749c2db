"""A training run in its folder: `train()` with a journal, words from outside and kept checkpoints.

It yields what it writes. Killed at any moment, the run goes on from its last save and walks the
same loss curve; at most `SAVE_SECONDS` and one step of work are lost.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.files import cannot
from engine.training.config import TrainingConfig
from engine.training.events import (
    CheckpointKept,
    CheckpointSaved,
    Evaluated,
    Judged,
    JudgingFailed,
    RunBegan,
    RunContinued,
    RunEvent,
    RunFailed,
    RunPaused,
    StepDone,
    TrainingEnded,
)
from engine.training.heard import index_meanwhile
from engine.training.ranks import Ranks
from engine.training.recipes import Recipe, begin
from engine.training.run_folder import RunFolder
from engine.training.story import COMPLETE

SAVE_SECONDS = 20.0
LISTEN_SECONDS = 0.1
FORMER_BESTS = 4


@dataclass(slots=True)
class _Wishes:
    """What the run was asked for and has not done yet."""

    stop: bool = False
    pause: bool = False
    keep: str = ""
    saved_at: float = field(default_factory=time.monotonic)

    def save(self) -> bool:
        late = time.monotonic() - self.saved_at > SAVE_SECONDS
        return bool(self.keep) or self.pause or late

    def hear(self, run: RunFolder) -> None:
        for word in run.taken_requests():
            match word:
                case "stop":
                    self.stop = True
                case "pause":
                    self.pause = True
                case "resume":
                    self.pause = False
                case "save":
                    self.keep = "asked"


def describe(config: Recipe) -> dict[str, Any]:
    """Data and licences of a run, for its `meta.json`.

    Raises:
        PsychoscoreError: a data set cannot be read, or none of them has music to train on.
    """
    for each in config.chain if isinstance(config, TrainingConfig) else (config,):
        _check_sources(each)
    shards = [Shards.open(Path(each)) for each in config.data]
    return {
        "data": list(config.data),
        "lineage": list(dict.fromkeys(line for each in shards for line in each.lineage)),
        "non_commercial": any(each.non_commercial for each in shards),
    }


def _check_sources(config: Recipe) -> None:
    shards = [Shards.open(Path(each)) for each in config.data]
    wanted = {name for name, weight in config.weights.items() if weight > 0}
    found = {entry.source for each in shards for entry in each.split("train")}
    if not wanted & found:
        there = ", ".join(sorted(found)) or "nothing"
        raise PsychoscoreError(
            f"Training settings: weights ask for {', '.join(sorted(wanted))}, "
            f"but the data has {there} to train on."
        )


Epilogue = Callable[[int, Callable[[], bool]], Iterator[RunEvent]]
"""What follows a run that came to its end, from its step on; the second is read now and then,
and when it is true it stops."""


def run_training(
    config: Recipe,
    run: RunFolder,
    stopped: Callable[[], bool] = lambda: False,
    epilogue: Epilogue | None = None,
    ranks: Ranks | None = None,
) -> Iterator[RunEvent]:
    """Train in a run folder, from its last save where there is one.

    Args:
        stopped: read after each step; when true, the run saves and ends.
        epilogue: comes after a run that has come to its end; its events are journaled as well,
            and the word `stop` ends it.
        ranks: this process among those that train together; it must be the leader.

    Raises:
        PsychoscoreError: another process trains there; data or state cannot be read; the disk
            refuses. The journal says it too, where it can be written.
    """
    with run.held(), run.journal() as journal:
        step, ended = 0, False
        index = index_meanwhile(config, run.path) if isinstance(config, TrainingConfig) else None
        try:
            with closing(_events(config, run, stopped, ranks)) as events:
                for event in events:
                    step = event.step
                    journal.write(event)
                    yield event
                    ended |= isinstance(event, TrainingEnded) and event.reason in COMPLETE
            if ended and index is not None:
                index.join()
            if ended and epilogue is not None:
                for event in _epilogue(epilogue, step, run, stopped):
                    journal.write(event)
                    yield event
        except (PsychoscoreError, OSError) as error:
            told = (
                error if isinstance(error, PsychoscoreError) else cannot("saved", run.path, error)
            )
            with suppress(PsychoscoreError):
                journal.write(RunFailed(step, str(told)))
            raise told from error


def _events(
    config: Recipe, run: RunFolder, stopped: Callable[[], bool], ranks: Ranks | None
) -> Generator[RunEvent, None, None]:
    wishes = _Wishes()
    resume = run.resumable
    best = min((kept.validation or 1e9 for kept in run.checkpoints()), default=1e9)
    measured: Evaluated | None = None
    began = False
    stages = begin(
        config,
        run.path,
        resume=resume,
        cancelled=lambda: wishes.stop or stopped(),
        save_wanted=wishes.save,
        ranks=ranks,
    )
    with closing(stages) as events:  # type: ignore[type-var]
        for event in events:
            if not began:
                began = True
                yield _beginning(event, config)
            yield event
            match event:
                case StepDone():
                    wishes.hear(run)
                case Evaluated():
                    measured = event
                    value = _mean(event)
                    if value is not None and value < best:
                        best = value
                        wishes.keep = wishes.keep or "best"
                case CheckpointSaved():
                    wishes.saved_at = time.monotonic()
                    if wishes.keep:
                        yield _kept(run, event.step, wishes.keep, measured)
                        wishes.keep = ""
                    if wishes.pause:
                        yield from _hold(run, event.step, wishes, stopped)
                case TrainingEnded(reason=reason):
                    if reason != "diverged" and not _is_kept(run, event.step):
                        yield _kept(run, event.step, "last", measured)


def _epilogue(
    epilogue: Epilogue, step: int, run: RunFolder, stopped: Callable[[], bool]
) -> Iterator[RunEvent]:
    wishes = _Wishes()

    def enough() -> bool:
        wishes.hear(run)
        return wishes.stop or stopped()

    judged = False
    try:
        for event in epilogue(step, enough):
            judged = judged or isinstance(event, Judged)
            yield event
    except PsychoscoreError as error:
        # The run itself is whole: this is no failure of it.
        yield JudgingFailed(step, str(error))
    else:
        if not judged:
            yield JudgingFailed(step, "The comparison was stopped.")


def judge_again(
    run: RunFolder, epilogue: Epilogue, stopped: Callable[[], bool] = lambda: False
) -> Iterator[RunEvent]:
    """What follows a run, once more.

    Raises:
        PsychoscoreError: another process trains there, it has no checkpoint, or the disk refuses.
    """
    kept = run.checkpoints()
    if not kept:
        raise PsychoscoreError(f"{run.path} has no checkpoint yet.")
    with run.held(), run.journal() as journal:
        for event in _epilogue(epilogue, kept[0].step, run, stopped):
            journal.write(event)
            yield event


def _beginning(event: RunEvent, config: Recipe) -> RunBegan:
    done = 1 if isinstance(event, StepDone) else 0
    return RunBegan(event.step - done, config.steps, config.minutes, os.getpid(), config.verdict)


def _hold(
    run: RunFolder, step: int, wishes: _Wishes, stopped: Callable[[], bool]
) -> Iterator[RunEvent]:
    """Wait, with everything in memory, until the run is told to go on or to stop."""
    yield RunPaused(step)
    while wishes.pause and not wishes.stop and not stopped():
        time.sleep(LISTEN_SECONDS)
        wishes.hear(run)
    wishes.pause = False
    wishes.saved_at = time.monotonic()
    if not (wishes.stop or stopped()):
        yield RunContinued(step)


def _kept(run: RunFolder, step: int, reason: str, measured: Evaluated | None) -> CheckpointKept:
    now = measured is not None and measured.step == step
    kept = run.keep(step, reason, measured.per_note if now and measured else {})
    run.prune(FORMER_BESTS)
    return CheckpointKept(step, str(kept.folder), reason)


def _is_kept(run: RunFolder, step: int) -> bool:
    return any(kept.step == step for kept in run.checkpoints())


def _mean(event: Evaluated) -> float | None:
    values = list(event.per_note.values())
    return sum(values) / len(values) if values else None
