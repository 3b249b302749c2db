"""How the whole program behaves while it composes, plays and trains: P4, P6, P7, P10, P11, and
how soon the first note of P3 sounds."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from engine.bench.memory import resident_megabytes
from engine.bench.receiver import received_rows
from engine.bench.training_run import LivingRun, training_run
from engine.bench.window import (
    Heard,
    audition_row,
    cancel_rows,
    gap_row,
    late_rows,
    memory_rows,
    start_rows,
    watch_window,
    weight_row,
)
from engine.checkpoint import Model
from engine.composing.generate import generate
from engine.errors import PsychoscoreError
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row, missing
from engine.score import Metre
from engine.take import GenerationRequest

TARGETS = ("P3", "P4", "P6", "P7", "P10", "P11")
WINDOW = frozenset(TARGETS) - {"P7"}
TRAINING_GOAL_MB, STOP_GOAL_S = 1200.0, 2.0
WHILE = "while composing, training and repainting"


@dataclass(frozen=True, slots=True)
class RealtimeEffort:
    """How often the window is started, how long it composes, how long a receiver listens."""

    starts: int = 3
    seconds: float = 20.0
    receiving: float = 6.0


def measure_realtime(
    model: Model, effort: RealtimeEffort = RealtimeEffort(), only: Collection[str] = TARGETS
) -> Iterator[EvaluationEvent]:
    """The rows of these targets. What cannot be measured here says why.

    Args:
        model: composes while a receiver listens; the shape of what is trained.
        only: targets, such as P4.
    """
    if "P7" in only:
        yield from _starts(effort.starts)
    if not WINDOW & set(only):
        return
    yield Progress("P4 to P11, a training run begins", 0, 3)
    try:
        with training_run(model.network.config) as run:
            yield from map(Measured, _beside(run, model, effort, only))
    except PsychoscoreError as error:
        yield Measured(missing("P11.training", "training stops", "s", error.message))


def _beside(
    run: LivingRun, model: Model, effort: RealtimeEffort, only: Collection[str]
) -> Iterator[Row]:
    if "P4" in only:
        with _composing(model):
            yield from received_rows(effort.receiving, "while composing and training")
    if WINDOW & set(only):
        try:
            yield from _window_rows(watch_window(effort.seconds), only)
        except PsychoscoreError as error:
            yield missing("P6.gap", "longest gap of the window's event loop", "ms", error.message)
    if "P10" in only:
        value = resident_megabytes(run.pid)
        yield weight_row("P10.training", "memory of a training run", value, TRAINING_GOAL_MB)
    if "P11" in only:
        seconds, kept = run.stop()
        note = "it left a checkpoint" if kept else "it left no checkpoint"
        row = Row(
            "P11.training", "a training run stops, with a checkpoint", seconds, "s", note=note
        )
        row = row.at_most(STOP_GOAL_S)
        yield row if kept else replace(row, passed=False)


def _window_rows(heard: Heard, only: Collection[str]) -> Iterator[Row]:
    if "P4" in only:
        yield from late_rows(heard, WHILE)
    if "P3" in only:
        yield audition_row(heard)
    if "P6" in only:
        yield gap_row(heard, WHILE)
    if "P10" in only:
        yield from memory_rows(heard)
    if "P11" in only:
        yield from cancel_rows(heard)


def _starts(count: int) -> Iterator[EvaluationEvent]:
    found = []
    try:
        for done in range(count):
            found.append(watch_window(0))
            yield Progress("P7, starts", done + 1, count)
    except PsychoscoreError as error:
        yield Measured(missing("P7.usable", "start to a usable window", "s", error.message))
        return
    yield from map(Measured, start_rows(found))


@contextmanager
def _composing(model: Model) -> Iterator[None]:
    """A thread that composes without a pause."""
    ended = threading.Event()

    def compose() -> None:
        wish = GenerationRequest(metres=(Metre(),) * 16)
        seed = 0
        while not ended.is_set():
            seed += 1
            for _ in generate(model, [replace(wish, seed=seed)], ended.is_set):
                pass

    thread = threading.Thread(target=compose, name="composing")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
