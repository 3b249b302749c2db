"""P2 and P3: a step over its bare products, the time of a take, and of four takes at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.generate import generate
from engine.composing.stepping.eager import EagerBackend
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row
from engine.score import Metre
from engine.take import GenerationRequest

STEP_GOAL, TAKE_GOAL_S, TAKES_GOAL = 2.0, 1.2, 2.0
TAKES = 4
# Tokens that a row has read when its step is timed: the middle of a short take.
LENGTH = 256
_WARM_UP = 10


def measure_takes(model: Model, *, bars: int = 16, rounds: int = 3) -> Iterator[EvaluationEvent]:
    """The P2 and P3 rows.

    Args:
        bars: of the takes; the goals are for 16.
        rounds: how often each is timed; medians are given.
    """
    yield Measured(_step_row(model))
    wish = GenerationRequest(metres=(Metre(),) * bars)
    single: list[float] = []
    together: list[float] = []
    for done in range(rounds):
        wishes = [replace(wish, seed=done, take=take) for take in range(TAKES)]
        single.append(sum(_seconds_of_takes(model, [one]) for one in wishes) / TAKES)
        together.append(_seconds_of_takes(model, wishes))
        yield Progress("P3, takes", done + 1, rounds)
    spread = ", ".join(f"{each:.2f}" for each in single)
    row = Row("P3.take", f"a take of {bars} bars", median(single), "s", note=f"median of {spread}")
    yield Measured(row.at_most(TAKE_GOAL_S))
    ratio = median(four / one for four, one in zip(together, single, strict=True))
    note = f"{median(together):.2f} s in one batch"
    name = f"{TAKES} takes over 1 take"
    yield Measured(Row("P3.takes", name, ratio, "x", ratio=ratio, note=note).at_most(TAKES_GOAL))


def _step_row(model: Model) -> Row:
    backend = model.backend or EagerBackend(model.network)
    steps, products = backend.open(1), backend.products()
    length = min(LENGTH, model.network.config.context - 1)
    tokens, lengths = [v.BAR], [length]
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(_WARM_UP):
        steps.step(tokens, lengths)
        products()
    for _ in range(100):
        ours.append(_seconds(lambda: steps.step(tokens, lengths)))
        bare.append(_seconds(products))
    step, chain = 1000 * median(ours), 1000 * median(bare)
    note = f"{step:.3f} over {chain:.3f} ms by {model.means}, {length} tokens read before"
    row = Row("P2", "a step over its matrix products", step / chain, "x", ratio=step / chain)
    return replace(row, note=note).at_most(STEP_GOAL)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _seconds_of_takes(model: Model, requests: list[GenerationRequest]) -> float:
    return _seconds(lambda: list(generate(model, requests)))
