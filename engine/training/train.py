"""Training as a generator of frozen events: window, command line and tests consume the same.

It owns the order of things and no tensors; `engine.training.stage` has the network. A run folder
(`engine.training.run_folder`) turns the events into files. Cancelling is a flag that every step
reads; a run that stops, for whatever reason but a crash, leaves a checkpoint from which it goes
on as if nothing had been.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import torch

from engine.files import make_folder
from engine.training.config import TrainingConfig
from engine.training.events import (
    StageBegan,
    StepDone,
    StepsHeldUp,
    TrainingEnded,
    TrainingEvent,
)
from engine.training.ranks import Ranks
from engine.training.stage import Mark, Stage, read_state
from engine.training.step_clock import Clock, StepClock

Asked = Callable[[], bool]


def train(
    config: TrainingConfig,
    folder: Path,
    *,
    resume: bool = False,
    cancelled: Asked = lambda: False,
    save_wanted: Asked = lambda: False,
    ranks: Ranks | None = None,
    clock: Clock = time.perf_counter,
) -> Iterator[TrainingEvent]:
    """Run the stages of a training in a folder, yielding what happens.

    Args:
        folder: run folder; gets `checkpoint/`, `state.safetensors`, `progress.json`.
        resume: go on from the folder's state; the loss curve is that of an uninterrupted run.
        cancelled: read before each step; when true, the run saves and ends.
        save_wanted: read after each step and its evaluation; when true, the run saves.
        ranks: this process among those that train together, which have met; the leader alone
            writes and evaluates, and any of them can be cancelled.
        clock: seconds, monotonic; the run's minutes are those of its steps by it.

    Raises:
        PsychoscoreError: data, start or state cannot be read, nothing can be written, or
            another process is gone.
    """
    ranks = ranks or Ranks()
    steps = StepClock(clock)
    torch.set_num_threads(ranks.threads(config.threads))
    make_folder(folder)
    if resume:
        state, marks = read_state(folder)
        stage = Stage(config, marks, folder, ranks)
        stage.restore(state)
        del state
    else:
        stage = Stage(config, (Mark(),), folder, ranks)
    while True:
        if config.stages:
            name = stage.config.name
            yield StageBegan(stage.step, stage.index + 1, len(config.chain), name)
        reason = yield from _walked(stage, steps, cancelled, save_wanted)
        if reason not in ("finished", "time") or stage.index + 1 == len(config.chain):
            break
        stage = yield from _following(stage)
    yield TrainingEnded(stage.step, reason)


def _following(stage: Stage) -> Generator[TrainingEvent, None, Stage]:
    """The stage after one that has been walked, from its checkpoint."""
    mark = Mark(stage.step, stage.tokens, stage.minutes)
    # The checkpoint must be there before the others read it, and be read before the next save.
    stage.ranks.sums([0.0])
    following = Stage(stage.whole, (*stage.marks, mark), stage.folder, stage.ranks)
    stage.ranks.sums([0.0])
    if stage.ranks.leads:
        # Killed before this is on the disk, the run begins the stage again from the same weights.
        yield following.save()
    return following


def _walked(
    stage: Stage, clock: StepClock, cancelled: Asked, save_wanted: Asked
) -> Generator[TrainingEvent, None, str]:
    """Walk a stage to its end; returns why it ended."""
    config, ranks = stage.config, stage.ranks
    saved = stage.step
    reason = "finished"
    while stage.done < config.steps:
        clock.begin()
        batch = stage.draw()
        # The leader's clock is that of all: whoever alone thought the time up would wait forever.
        minutes = stage.minutes if ranks.leads else 0.0
        asked, stage.minutes, scored = ranks.sums([cancelled(), minutes, batch.scored])
        if asked:
            reason = "cancelled"
            break
        if config.minutes and stage.spent >= config.minutes:
            reason = "time"
            break
        rate = stage.rate
        loss = stage.learn(batch, round(scored))
        seconds, counted = clock.end()
        stage.minutes += counted / 60
        if not math.isfinite(loss):
            stage.step = saved
            return "diverged"
        speed = config.batch * config.context / seconds
        yield StepDone(stage.step, stage.total, loss, rate, speed, stage.minutes)
        if not ranks.leads:
            continue
        timely = bool(config.minutes) and stage.spent >= config.minutes
        # Or the best checkpoint of a short run would be an early one, its last never measured.
        last = timely or stage.done >= config.steps
        # Told once a stall is over, not at each of its steps.
        if (counted == seconds or last) and (held := clock.held()):
            yield StepsHeldUp(stage.step, *held)
        if last or stage.done % config.evaluate_every == 0:
            yield stage.evaluate()
        if stage.done % config.save_every == 0 or save_wanted():
            yield stage.save()
            saved = stage.step
    if ranks.leads and (stage.step != saved or not (stage.folder / "checkpoint").exists()):
        yield stage.save()
    return reason
