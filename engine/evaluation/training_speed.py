"""P9: what a training run costs over a bare loop of forward, backward and step.

Both loops have the same network, optimisers, precision and shape of batch, in one process, their
steps in turn. What a run does besides - drawing windows, dropping conditions, the average of the
weights, watching for numbers that are none - is what the ratio shows.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import torch
import torch.nn.functional as F

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.conditions import SOURCES, structure_rows
from engine.composing.tokens import encode
from engine.data.shards import EncodedPiece, write_shards
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row
from engine.score import Key, Metre, Note, Score, Voice
from engine.training.config import TrainingConfig
from engine.training.events import StepDone
from engine.training.optimiser import build_optimisers
from engine.training.stage import fast_bfloat16
from engine.training.train import train
from engine.training.windows import WINDOW_BARS
from models.conditioning import FIELD_INDEX, FIELDS, Composer
from models.transformer import TransformerConfig

RATIO_GOAL = 0.90
_PIECES, _BARS, _NOTES_A_BAR = 4, 96, 16


@dataclass(frozen=True, slots=True)
class TrainingEffort:
    """How long the measurement takes: steps of each loop, one more to warm up, and their batch."""

    steps: int = 4
    batch: int = 4
    context: int = 1024


def measure_training(
    model: Model, effort: TrainingEffort = TrainingEffort(), threads: int | None = None
) -> Iterator[EvaluationEvent]:
    """The P9 rows.

    Args:
        threads: of torch; None for all that are allowed. The number before is put back.
    """
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads or before)
        yield from _measure(model.network.config, effort)
    finally:
        torch.set_num_threads(before)


def _measure(shape: TransformerConfig, effort: TrainingEffort) -> Iterator[EvaluationEvent]:
    with TemporaryDirectory(prefix="psychoscore-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        config = _config(_random_shards(folder / "data"), shape, effort)
        ours, bare = _stepped(config, folder / "run"), _bare_steps(config)
        times: tuple[list[float], list[float]] = ([], [])
        for step in range(effort.steps + 1):
            for run, kept in zip((ours, bare), times, strict=True):
                seconds = next(run)
                if step > 0:
                    kept.append(seconds)
            yield Progress("P9, training", step + 1, effort.steps + 1)
        ours.close()
    yield from map(Measured, _rows(effort, *times))


def _rows(effort: TrainingEffort, ours: list[float], bare: list[float]) -> Iterator[Row]:
    tokens = effort.batch * effort.context
    speeds = [tokens / median(seconds) for seconds in (ours, bare)]
    note = f"{effort.batch} windows of {effort.context} tokens, median of {effort.steps} steps"
    ratio = speeds[0] / speeds[1]
    yield Row("P9.training", "training", speeds[0], "tokens/s", ratio=ratio, note=note)
    yield Row("P9.bare", "bare forward, backward, step", speeds[1], "tokens/s")
    row = Row("P9.ratio", "training over the bare loop", ratio, "x", ratio=ratio)
    yield row.at_least(RATIO_GOAL)


def _config(data: Path, shape: TransformerConfig, effort: TrainingEffort) -> TrainingConfig:
    never = effort.steps + 10
    return TrainingConfig(
        name="bench",
        data=(str(data),),
        weights={SOURCES[0]: 1.0},
        steps=never,
        batch=effort.batch,
        context=min(effort.context, shape.context),
        evaluate_every=never,
        save_every=never,
        threads=torch.get_num_threads(),
        network=shape,
    )


def _stepped(config: TrainingConfig, folder: Path) -> Generator[float, None, None]:
    """Seconds of each step of a real run."""
    events = train(config, folder)
    begun = time.perf_counter()
    for event in events:
        if isinstance(event, StepDone):
            yield time.perf_counter() - begun
            begun = time.perf_counter()


def _bare_steps(config: TrainingConfig) -> Iterator[float]:
    """Seconds of each step of the bare loop, on one random batch."""
    torch.manual_seed(config.seed)
    network = Composer(config.network).train()
    optimisers = build_optimisers(network, config)
    shape = (config.batch, config.context)
    tokens, targets = (torch.randint(v.BAR, v.HOLE_BAR, shape) for _ in range(2))
    bars = torch.arange(config.context).mul(WINDOW_BARS).div(config.context, rounding_mode="floor")
    rows = torch.rand(config.batch, WINDOW_BARS, len(FIELDS))
    fast = fast_bfloat16(torch.device("cpu"))
    while True:
        begun = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            logits = network(tokens, bars.expand(shape), rows, torch.zeros_like(tokens))
        F.cross_entropy(logits.float().flatten(0, 1), targets.flatten()).backward()  # type: ignore[no-untyped-call]
        for optimiser in optimisers:
            optimiser.step()
        network.zero_grad(set_to_none=True)
        yield time.perf_counter() - begun


def _random_shards(folder: Path) -> Path:
    """A few pieces of random notes, as long and as dense as songs."""
    pieces = [_random_piece(number) for number in range(_PIECES)]
    entries = write_shards(
        folder,
        pieces,
        lineage=("random notes",),
        non_commercial=False,
        vocabulary=v.SIZE,
        fields=tuple(each.name for each in FIELDS),
    )
    for _ in entries:
        pass
    return folder


def _random_piece(number: int) -> EncodedPiece:
    rng = np.random.default_rng(number)
    metres = (Metre(),) * _BARS
    onsets = np.sort(rng.integers(0, 16 * _BARS, size=_NOTES_A_BAR * _BARS)) * 120
    notes = [
        Note(int(onset), 240, int(rng.integers(40, 90)), 64, Voice(int(rng.integers(4))))
        for onset in onsets
    ]
    notes.sort(key=lambda note: (note.onset, note.voice, note.pitch))
    run = encode(Score(tuple(notes), metres, key=Key(0, "major")))
    rows = structure_rows(metres, [100.0] * _BARS, Key(0, "major"))
    rows[:, FIELD_INDEX["source"]] = 0
    name = f"random/{number}"
    return EncodedPiece(
        name, name, SOURCES[0], "train", None,
        np.array(run.tokens, dtype=np.uint16), np.array(run.bars, dtype=np.uint16), rows,
    )  # fmt: skip
