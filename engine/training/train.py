"""Training as a generator of frozen events: window, command line and tests consume the same.

It owns the network being trained and nothing else. A run folder (`engine.training.run_folder`)
turns the events into files. Cancelling is a flag that every step reads; a run that stops, for
whatever reason but a crash, leaves a checkpoint from which it goes on as if nothing had been.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.checkpoint import Card, load_model, replace_tensors, save_checkpoint
from engine.composing.plan import PlanBank
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.events import (
    CheckpointSaved,
    Evaluated,
    StepDone,
    TrainingEnded,
    TrainingEvent,
)
from engine.training.optimiser import (
    build_optimisers,
    optimiser_tensors,
    restore_optimisers,
    set_rate,
)
from engine.training.scoring import Score, validation_score
from engine.training.windows import Batch, WindowSampler
from models.conditioning import FIELDS, Composer


class _Stage:
    """The moving parts of one stage: network, average, optimisers, progress."""

    def __init__(self, config: TrainingConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.shards = [Shards.open(Path(each)) for each in config.data]
        for shards in self.shards:
            words = (shards.vocabulary, shards.fields)
            if words != (config.network.vocabulary, tuple(each.name for each in FIELDS)):
                raise PsychoscoreError(
                    f"{shards.folder} was made for another version of the network.",
                    "Make it again with `psychoscore data import`.",
                )
        torch.manual_seed(config.seed)
        self.card = Card(config.name, config.network)
        self.network = Composer(config.network)
        if config.start_from is not None:
            start = load_model(Path(config.start_from))
            if start.card.config != config.network:
                raise PsychoscoreError(f"{config.start_from} has another network than the run.")
            self.network.load_state_dict(start.network.state_dict())
            self.card = replace(start.card, name=config.name, metrics={})
        self.network.requires_grad_(True).train()
        self.average = {k: t.detach().clone() for k, t in self.network.state_dict().items()}
        self.forward = torch.compile(self.network) if config.compile else self.network
        self.optimisers = build_optimisers(self.network, config)
        self.step, self.tokens, self.minutes = 0, 0, 0.0
        self.base = (self.card.steps, self.card.tokens, self.card.minutes)
        shares = sorted(config.weights.items(), key=lambda share: -share[1])
        sources = [name for name, weight in shares if weight > 0]
        lineage = [line for shards in self.shards for line in shards.lineage]
        noncommercial = any(shards.non_commercial for shards in self.shards)
        self.bank = PlanBank.collect(self.shards, sources[0])
        self.card = replace(
            self.card,
            lineage=tuple(dict.fromkeys([*self.card.lineage, *lineage])),
            sources=tuple(dict.fromkeys([*sources, *self.card.sources])),
            non_commercial=self.card.non_commercial or noncommercial,
            licence="CC BY-NC-SA 4.0" if noncommercial else self.card.licence,
        )

    def learn(self, batch: Batch) -> float:
        """One optimiser step; returns the loss in nats a token."""
        tokens, bars, rows, holes, documents, targets = (
            torch.from_numpy(each)
            for each in (
                batch.tokens, batch.bars, batch.rows, batch.holes, batch.documents, batch.targets,
            )
        )  # fmt: skip
        with torch.autocast("cpu", torch.bfloat16, enabled=_fast_bfloat16()):
            logits = self.forward(tokens, bars, rows, holes, documents)
        loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        set_rate(self.optimisers, self.config.rate(self.step, self.minutes))
        # A gradient that is no number would spoil the weights one step before the loss says so.
        value = float(loss.detach()) if math.isfinite(float(norm)) else math.nan
        if math.isfinite(value):
            for optimiser in self.optimisers:
                optimiser.step()
            self._update_average()
        self.network.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += batch.scored
        return value

    def _update_average(self) -> None:
        # Early on the average follows closely, or the random start would linger in it.
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        live: list[Tensor] = list(self.network.state_dict().values())
        torch._foreach_lerp_(list(self.average.values()), live, 1 - keep)

    def evaluate(self) -> Evaluated:
        network = Composer(self.config.network)
        network.load_state_dict(self.average)
        network.eval()
        scores: dict[str, Score] = {}
        for shards in self.shards:
            held_out = shards.split("validation")
            for source in sorted({entry.source for entry in held_out}):
                entries = tuple(entry for entry in held_out if entry.source == source)
                limit = self.config.evaluate_windows
                score = validation_score(network, shards, entries, self.config.context, limit)
                scores[source] = scores.get(source, Score(0.0, 0, 0)) + score
        found = {source: score for source, score in scores.items() if score.tokens}
        return Evaluated(
            self.step,
            {source: score.per_note for source, score in found.items()},
            {source: score.per_token for source, score in found.items()},
        )

    def save(self) -> CheckpointSaved:
        """Write the averaged weights with their card, and the state to go on from."""
        card = replace(
            self.card,
            steps=self.base[0] + self.step,
            tokens=self.base[1] + self.tokens,
            minutes=round(self.base[2] + self.minutes, 1),
        )
        save_checkpoint(
            self.folder / "checkpoint", card, self.average, self.bank, dtype=torch.bfloat16
        )
        progress = {"step": self.step, "tokens": self.tokens, "minutes": self.minutes}
        numbers = torch.tensor([self.step, self.tokens, self.minutes], dtype=torch.float64)
        # Progress lies in the same file as the state, so that the two can never disagree.
        state = {"progress": numbers}
        live = self.network.state_dict()
        state |= {f"live.{k}": t.detach().contiguous() for k, t in live.items()}
        state |= {f"average.{k}": t.contiguous() for k, t in self.average.items()}
        state |= {f"optimiser.{k}": t for k, t in optimiser_tensors(self.optimisers).items()}
        replace_tensors(self.folder / "state.safetensors", state)
        readable = json.dumps(progress | {"config": asdict(self.config)}, indent=1)
        part = self.folder / "progress.json.part"
        part.write_text(readable)
        os.replace(part, self.folder / "progress.json")
        return CheckpointSaved(self.step, str(self.folder / "checkpoint"))

    def restore(self) -> None:
        """Go on from a state that `save` wrote.

        Raises:
            PsychoscoreError: it is missing, damaged, or that of another network.
        """
        path = self.folder / "state.safetensors"
        try:
            self._restore(load_file(path))
        except FileNotFoundError as error:
            raise PsychoscoreError(f"{path} is missing; this run cannot go on.") from error
        except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise PsychoscoreError(f"{path} does not fit this run: {reason[:200]}.") from error

    def _restore(self, state: dict[str, Tensor]) -> None:
        step, tokens, minutes = state["progress"].tolist()
        self.step, self.tokens, self.minutes = int(step), int(tokens), minutes

        def part(name: str) -> dict[str, Tensor]:
            return {k[len(name) :]: t for k, t in state.items() if k.startswith(name)}

        self.network.load_state_dict(part("live."))
        # In the network's own order, which a file does not keep: the two are walked side by side.
        average = part("average.")
        self.average = {name: average[name] for name in self.network.state_dict()}
        restore_optimisers(self.optimisers, part("optimiser."))


def train(
    config: TrainingConfig,
    folder: Path,
    *,
    resume: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    save_wanted: Callable[[], bool] = lambda: False,
) -> Iterator[TrainingEvent]:
    """Run one stage of training in a folder, yielding what happens.

    Args:
        folder: run folder; gets `checkpoint/`, `state.safetensors`, `progress.json`.
        resume: go on from the folder's state; the loss curve is that of an uninterrupted run.
        cancelled: read before each step; when true, the run saves and ends.
        save_wanted: read after each step and its evaluation; when true, the run saves.

    Raises:
        PsychoscoreError: data, start or state cannot be read, or nothing can be written.
    """
    torch.set_num_threads(config.threads or max((os.cpu_count() or 2) - 1, 1))
    folder.mkdir(parents=True, exist_ok=True)
    stage = _Stage(config, folder)
    if resume:
        stage.restore()
    sampler = WindowSampler(
        stage.shards,
        config.weights,
        context=config.context,
        infill=config.infill,
        dropout=config.dropout,
        seed=config.seed,
    )
    reason = "finished"
    saved = stage.step
    while stage.step < config.steps:
        if cancelled():
            reason = "cancelled"
            break
        if config.minutes and stage.minutes >= config.minutes:
            reason = "time"
            break
        begun = time.perf_counter()
        batch = sampler.batch(stage.step, config.batch)
        rate = config.rate(stage.step, stage.minutes)
        loss = stage.learn(batch)
        seconds = time.perf_counter() - begun
        stage.minutes += seconds / 60
        if not math.isfinite(loss):
            yield TrainingEnded(saved, "diverged")
            return
        speed = batch.tokens.size / seconds
        yield StepDone(stage.step, config.steps, loss, rate, speed, stage.minutes)
        if stage.step % config.evaluate_every == 0:
            yield stage.evaluate()
        if stage.step % config.save_every == 0 or save_wanted():
            yield stage.save()
            saved = stage.step
    if stage.step != saved or not (folder / "checkpoint").exists():
        yield stage.save()
    yield TrainingEnded(stage.step, reason)


def _fast_bfloat16() -> bool:
    """Whether bfloat16 products are native here; elsewhere they are slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
