"""Contrastive training as a generator of frozen events: profiles and music into one space.

Each step compares profiles with music, music with profiles, and music with music of other
songs. Positives are weighted by a kernel on the distance of profiles; among music, likeness of
what is measured in the bars counts as well, so that the space keeps what a profile leaves open.
`engine.training.run` runs it in a folder like the composer's training.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.files import write_atomic
from engine.listener import ListenerCard, save_listener
from engine.training.contrastive_config import ContrastiveConfig
from engine.training.events import (
    CheckpointSaved,
    CoherenceMeasured,
    ContrastStepDone,
    Evaluated,
    RunEvent,
    StepsHeldUp,
    TrainingEnded,
)
from engine.training.excerpts import Excerpts, Ints, profile_distances, read_excerpts
from engine.training.infonce import Contrast, compare
from engine.training.optimiser import optimiser_tensors, restore_optimisers, set_rate
from engine.training.step_clock import StepClock
from engine.training.triplets import TripletSampler
from engine.weights import replace_tensors
from models.encoders import Encoders
from models.reranker import summary


class _Stage:
    """The moving parts of a run: encoders, optimiser, excerpts, progress."""

    def __init__(self, config: ContrastiveConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        shards = [Shards.open(Path(each)) for each in config.data]
        sources = [name for name, weight in config.weights.items() if weight > 0]
        self.excerpts = read_excerpts(shards, "train", sources)
        self.held_out = _held_out(shards, sources)
        self.sampler = TripletSampler(
            self.excerpts,
            config.weights,
            radius=config.radius,
            kernel=config.kernel,
            seed=config.seed,
        )
        torch.manual_seed(config.seed)
        self.network = Encoders(config.network)
        fit_standard(self.network, self.excerpts)
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(
                self.network.parameters(),
                lr=config.learning_rate,
                weight_decay=config.weight_decay,
            )
        ]
        self.contrast = Contrast(config.kernel, config.radius, config.margin, config.mined_weight)
        self.step, self.minutes = 0, 0.0
        noncommercial = any(each.non_commercial for each in shards)
        lineage = [line for each in shards for line in each.lineage]
        self.card = ListenerCard(
            "encoders",
            config.name,
            config.network,
            lineage=tuple(dict.fromkeys(lineage)),
            non_commercial=noncommercial,
            licence="CC BY-NC-SA 4.0" if noncommercial else "MIT",
        )

    def learn(self) -> tuple[float, float]:
        """One optimiser step: the loss in nats an anchor, the share of mined negatives."""
        pool = self.sampler.draw(self.step, self.config.batch).pool
        rng = np.random.default_rng((self.config.seed, 1, self.step))
        free = rng.random((len(pool), self.excerpts.profiles.shape[1])) < self.config.free
        loss, mined = self.loss(self.excerpts, pool, free)
        torch.autograd.backward([loss])
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        set_rate(self.optimisers, self.config.rate(self.step, self.minutes))
        # A gradient that is no number would spoil the weights one step before the loss says so.
        value = float(loss.detach()) if math.isfinite(float(norm)) else math.nan
        if math.isfinite(value):
            self.optimisers[0].step()
        self.network.zero_grad(set_to_none=True)
        self.step += 1
        return value, mined

    def loss(
        self, of: Excerpts, pool: Ints, free: np.ndarray | None = None
    ) -> tuple[Tensor, float]:
        """Mean of the three comparisons over a pool of excerpts, and their share of mined."""
        told = of.profiles[pool].copy()
        if free is not None:
            told[free] = np.nan
        bars, mask = torch.from_numpy(of.bars[pool]), torch.from_numpy(of.mask[pool])
        apart = torch.from_numpy(profile_distances(told, told))
        same_song = torch.from_numpy(of.songs[pool][:, None] == of.songs[pool][None])
        music, profiles = self.network.midi(bars, mask), self.network.profile(torch.tensor(told))
        whole = torch.from_numpy(profile_distances(of.profiles[pool], of.profiles[pool]))
        unlike = self._unlikeness(bars, mask) * self.config.likeness
        scale, contrast = self.network.scale, self.contrast
        parts = [
            compare(profiles, music, apart, scale, contrast),
            compare(music, profiles, apart.T, scale, contrast),
        ]
        if bool((~same_song).any(dim=1).all()):
            felt = (whole.square() + unlike.square()).sqrt()
            parts.append(compare(music, music, felt, scale, contrast, ~same_song))
        total = torch.stack([each.loss for each in parts]).mean()
        return total, sum(each.mined for each in parts) / len(parts)

    def _unlikeness(self, bars: Tensor, mask: Tensor) -> Tensor:
        """How far excerpts lie apart in what is measured, about 1 for two at random, (N, N)."""
        midi = self.network.midi
        standard = ((bars - midi.centre) / midi.spread).clamp(-4, 4)
        seen = summary(standard, mask)
        # Halves of the whole: the means of bars vary less than the bars themselves.
        return torch.cdist(seen, seen) / math.sqrt(seen.shape[1])

    def evaluate(self) -> Iterator[RunEvent]:
        """Loss on held-out music by source, and how coherent the space is there."""
        losses: dict[str, float] = {}
        same: list[float] = []
        different: list[float] = []
        if self.held_out is None:
            return
        for name in self.held_out.names:
            pool = spread_evenly(self.held_out.of_source(name), self.config.evaluate_excerpts)
            if len(pool) < 2:
                continue
            with torch.no_grad():
                losses[name] = float(self.loss(self.held_out, pool)[0])
            near, far = self.coherence(self.held_out, pool)
            same.append(near)
            different.append(far)
        if not losses:
            return
        # In nats an anchor, where the composer's are in nats a note: each has its own journal.
        yield Evaluated(self.step, losses, losses)
        near, far = sum(same) / len(same), sum(different) / len(different)
        metrics = {"same": round(near, 4), "different": round(far, 4)}
        self.card = replace(self.card, metrics=metrics)
        yield CoherenceMeasured(self.step, near, far)

    def coherence(self, of: Excerpts, pool: Ints) -> tuple[float, float]:
        """Mean cosine of a profile with the music it was measured in, and with all other music
        outside the radius."""
        told = of.profiles[pool]
        with torch.no_grad():
            music = self.network.midi(
                torch.from_numpy(of.bars[pool]), torch.from_numpy(of.mask[pool])
            )
            cosines = (self.network.profile(torch.from_numpy(told)) @ music.T).numpy()
        outside = profile_distances(told, told) > self.config.radius
        far = float(cosines[outside].mean()) if outside.any() else 0.0
        return float(np.diagonal(cosines).mean()), far

    def save(self) -> CheckpointSaved:
        """Write the encoders with their card, and the state to go on from."""
        card = replace(self.card, steps=self.step, minutes=round(self.minutes, 2))
        live = self.network.state_dict()
        save_listener(self.folder / "checkpoint", card, live)
        state = {"progress": torch.tensor([self.step, self.minutes], dtype=torch.float64)}
        state |= {f"live.{k}": t.detach().contiguous() for k, t in live.items()}
        state |= {f"optimiser.{k}": t for k, t in optimiser_tensors(self.optimisers).items()}
        replace_tensors(self.folder / "state.safetensors", state)
        told = {"step": self.step, "minutes": self.minutes, "config": asdict(self.config)}
        write_atomic(self.folder / "progress.json", json.dumps(told, indent=1).encode())
        return CheckpointSaved(self.step, str(self.folder / "checkpoint"))

    def restore(self) -> None:
        """Go on from a state that `save` wrote.

        Raises:
            PsychoscoreError: it is missing, damaged, or that of another network.
        """
        path = self.folder / "state.safetensors"
        try:
            state = load_file(path)
            step, minutes = state["progress"].tolist()
            self.step, self.minutes = int(step), minutes
            self.network.load_state_dict(_part(state, "live."))
            restore_optimisers(self.optimisers, _part(state, "optimiser."))
        except FileNotFoundError as error:
            raise PsychoscoreError(f"{path} is missing; this run cannot go on.") from error
        except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise PsychoscoreError(f"{path} does not fit this run: {reason[:200]}.") from error


def contrast(
    config: ContrastiveConfig,
    folder: Path,
    *,
    resume: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    save_wanted: Callable[[], bool] = lambda: False,
) -> Iterator[RunEvent]:
    """Train the encoders in a folder, yielding what happens.

    Args:
        folder: run folder; gets `checkpoint/`, `state.safetensors`, `progress.json`.
        resume: go on from the folder's state; the loss curve is that of an uninterrupted run.
        cancelled: read before each step; when true, the run saves and ends.
        save_wanted: read after each step and its evaluation; when true, the run saves.

    Raises:
        PsychoscoreError: data or state cannot be read, or nothing can be written.
    """
    torch.set_num_threads(config.threads or max((os.cpu_count() or 2) - 1, 1))
    folder.mkdir(parents=True, exist_ok=True)
    stage = _Stage(config, folder)
    if resume:
        stage.restore()
    clock = StepClock()
    reason, saved = "finished", stage.step
    while stage.step < config.steps:
        if cancelled():
            reason = "cancelled"
            break
        if config.minutes and stage.minutes >= config.minutes:
            reason = "time"
            break
        clock.begin()
        rate = config.rate(stage.step, stage.minutes)
        loss, mined = stage.learn()
        seconds, counted = clock.end()
        stage.minutes += counted / 60
        if not math.isfinite(loss):
            yield TrainingEnded(saved, "diverged")
            return
        speed = 3 * config.batch / seconds
        yield ContrastStepDone(stage.step, config.steps, loss, rate, speed, stage.minutes, mined)
        timely = bool(config.minutes) and stage.minutes >= config.minutes
        last = timely or stage.step >= config.steps
        if (counted == seconds or last) and (held := clock.held()):
            yield StepsHeldUp(stage.step, *held)
        if last or stage.step % config.evaluate_every == 0:
            yield from stage.evaluate()
        if stage.step % config.save_every == 0 or save_wanted():
            yield stage.save()
            saved = stage.step
    if stage.step != saved or not (folder / "checkpoint").exists():
        yield stage.save()
    yield TrainingEnded(stage.step, reason)


def fit_standard(network: Encoders, excerpts: Excerpts) -> None:
    """Let the encoder take its features relative to the bars that it will learn from."""
    known = torch.from_numpy(excerpts.bars[excerpts.mask])
    network.midi.centre.copy_(known.mean(dim=0))
    network.midi.spread.copy_(known.std(dim=0, correction=0).clamp(min=1e-3))


def spread_evenly(indices: Ints, count: int) -> Ints:
    """At most `count` of some indices, evenly spread."""
    if len(indices) <= count:
        return indices
    return indices[np.linspace(0, len(indices) - 1, count).astype(np.int64)]


def _held_out(shards: list[Shards], sources: list[str]) -> Excerpts | None:
    there = {entry.source for each in shards for entry in each.split("validation")}
    found = [name for name in sources if name in there]
    return read_excerpts(shards, "validation", found) if found else None


def _part(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {k[len(name) :]: t for k, t in state.items() if k.startswith(name)}
