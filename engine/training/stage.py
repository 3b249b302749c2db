"""The moving parts of one stage of training: network, average, optimisers, progress.

It takes single steps, measures, saves and restores; `engine.training.train` says when. Steps,
tokens and minutes count over the whole run, in which earlier stages may have gone before.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.checkpoint import Card, load_model, save_checkpoint
from engine.composing.plan import PlanBank
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.files import write_atomic
from engine.training.config import TrainingConfig
from engine.training.events import CheckpointSaved, Evaluated
from engine.training.optimiser import (
    build_optimisers,
    optimiser_tensors,
    restore_optimisers,
    set_rate,
)
from engine.training.ranks import Ranks
from engine.training.scoring import Score, validation_score
from engine.training.windows import Batch, WindowSampler
from engine.weights import replace_tensors
from models.conditioning import FIELDS, Composer


class Mark(NamedTuple):
    """How far a run has come."""

    step: int = 0
    tokens: int = 0
    minutes: float = 0.0


class Stage:
    """One stage of a run.

    Args:
        whole: settings of the run.
        marks: where the stages up to and with this one began.
        folder: run folder.

    Raises:
        PsychoscoreError: data or start cannot be read or do not fit, or there is no such stage.
    """

    def __init__(
        self, whole: TrainingConfig, marks: tuple[Mark, ...], folder: Path, ranks: Ranks
    ) -> None:
        self.whole, self.marks, self.folder, self.ranks = whole, marks, folder, ranks
        self.index = len(marks) - 1
        if self.index >= len(whole.chain):
            raise PsychoscoreError(
                f"{folder} has come to stage {len(marks)}, but its settings have no more than "
                f"{len(whole.chain)}."
            )
        self.config = whole.chain[self.index]
        self.device = ranks.device(whole.device)
        self.shards = [_open(each, self.config.network.vocabulary) for each in self.config.data]
        torch.manual_seed(self.config.seed)
        self.network = Composer(self.config.network)
        self.card = Card(whole.name, self.config.network)
        if whole.start_from is not None:
            self._start(Path(whole.start_from))
        self.base = Mark(self.card.steps, self.card.tokens, self.card.minutes)
        if self.index:
            self._start(folder / "checkpoint")
        for config in whole.chain[: self.index + 1]:
            self.card = _taught(self.card, config)
        self.card = replace(self.card, name=whole.name, metrics={})
        self.network.requires_grad_(True).train().to(self.device)
        self.average = {k: t.detach().clone() for k, t in self.network.state_dict().items()}
        shared = ranks.together(self.network, self.device)
        self.forward = torch.compile(shared) if self.config.compile else shared
        self.optimisers = build_optimisers(self.network, self.config)
        self.step, self.tokens, self.minutes = marks[-1]
        self.sampler = WindowSampler(
            self.shards,
            self.config.weights,
            context=self.config.context,
            infill=self.config.infill,
            dropout=self.config.dropout,
            seed=self.config.seed,
            shares=[self.config.shares.get(name, 0.0) for name in self.config.data]
            if self.config.shares
            else (),
        )
        self._bank: PlanBank | None = None
        if ranks.leads:
            self._bank = PlanBank.collect(self.shards, _sources(self.config)[0])

    def _start(self, folder: Path) -> None:
        start = load_model(folder)
        if start.card.config != self.config.network:
            raise PsychoscoreError(f"{folder} has another network than the run.")
        self.network.load_state_dict(start.network.state_dict())
        self.card = start.card

    @property
    def done(self) -> int:
        """Steps of this stage alone."""
        return self.step - self.marks[-1].step

    @property
    def spent(self) -> float:
        """Minutes of this stage alone."""
        return self.minutes - self.marks[-1].minutes

    @property
    def rate(self) -> float:
        """Share of the learning rate of the next step."""
        return self.config.rate(self.done, self.spent)

    @property
    def total(self) -> int:
        """Steps of the run when its stages will have been done."""
        return self.marks[-1].step + sum(each.steps for each in self.whole.chain[self.index :])

    def draw(self) -> Batch:
        """This process's part of the next batch."""
        first, count = self.ranks.part(self.config.batch)
        return self.sampler.batch(self.done, count, first)

    def learn(self, batch: Batch, scored: int) -> float:
        """One optimiser step; returns the loss in nats a token, NaN where nothing was learnt.

        Args:
            scored: tokens of the whole batch that are scored, in all processes.
        """
        with self.ranks.watched():
            share = self._backward(batch, scored)
        (loss,) = self.ranks.sums([share])
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        set_rate(self.optimisers, self.rate)
        # A gradient that is no number would spoil the weights one step before the loss says so.
        value = loss if math.isfinite(float(norm)) else math.nan
        if math.isfinite(value):
            for optimiser in self.optimisers:
                optimiser.step()
            self._update_average()
        self.network.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += scored
        return value

    def _backward(self, batch: Batch, scored: int) -> float:
        """Gradients of the whole batch; returns this process's part of its loss."""
        tokens, bars, rows, holes, documents, targets = (
            torch.from_numpy(each).to(self.device)
            for each in (
                batch.tokens, batch.bars, batch.rows, batch.holes, batch.documents, batch.targets,
            )
        )  # fmt: skip
        kind = self.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=fast_bfloat16(self.device)):
            logits = self.forward(tokens, bars, rows, holes, documents)
        nats = F.cross_entropy(
            logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum"
        )
        loss = nats / max(scored, 1)
        # Averaged over the processes it is the mean over all tokens, however they are spread.
        (loss * self.ranks.size).backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _update_average(self) -> None:
        # Early on the average follows closely, or the random start would linger in it.
        keep = min(self.config.ema, (1 + self.done) / (10 + self.done))
        live: list[Tensor] = list(self.network.state_dict().values())
        torch._foreach_lerp_(list(self.average.values()), live, 1 - keep)

    def evaluate(self) -> Evaluated:
        """Validation of the averaged weights."""
        network = Composer(self.config.network).to(self.device)
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
            steps=self.base.step + self.step,
            tokens=self.base.tokens + self.tokens,
            minutes=round(self.base.minutes + self.minutes, 1),
        )
        average = {name: tensor.cpu() for name, tensor in self.average.items()}
        folder = self.folder / "checkpoint"
        save_checkpoint(folder, card, average, self._bank, dtype=torch.bfloat16)
        # Progress lies in the same file as the state, so that the two can never disagree.
        state = {
            "progress": torch.tensor([self.step, self.tokens, self.minutes], dtype=torch.float64),
            "stages": torch.tensor(self.marks, dtype=torch.float64),
        }
        live = self.network.state_dict()
        state |= {f"live.{k}": t.detach().cpu().contiguous() for k, t in live.items()}
        state |= {f"average.{k}": t.contiguous() for k, t in average.items()}
        state |= {f"optimiser.{k}": t.cpu() for k, t in optimiser_tensors(self.optimisers).items()}
        replace_tensors(self.folder / "state.safetensors", state)
        progress = {"step": self.step, "tokens": self.tokens, "minutes": self.minutes}
        told = progress | {"stage": self.index + 1, "config": asdict(self.whole)}
        write_atomic(self.folder / "progress.json", json.dumps(told, indent=1).encode())
        return CheckpointSaved(self.step, str(folder))

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state that `save` wrote.

        Raises:
            PsychoscoreError: it is damaged, or that of another network.
        """
        try:
            self._restore(state)
        except (KeyError, ValueError, RuntimeError) as error:
            raise _unfit(self.folder, error) from error

    def _restore(self, state: dict[str, Tensor]) -> None:
        step, tokens, minutes = state["progress"].tolist()
        self.step, self.tokens, self.minutes = int(step), int(tokens), minutes

        def part(name: str) -> dict[str, Tensor]:
            return {k[len(name) :]: t for k, t in state.items() if k.startswith(name)}

        self.network.load_state_dict(part("live."))
        # In the network's own order, which a file does not keep: the two are walked side by side.
        average = part("average.")
        names = self.network.state_dict()
        self.average = {name: average[name].to(self.device) for name in names}
        restore_optimisers(self.optimisers, part("optimiser."))


def read_state(folder: Path) -> tuple[dict[str, Tensor], tuple[Mark, ...]]:
    """The state of a run, and where the stages began that it has come to.

    Raises:
        PsychoscoreError: it is missing or damaged.
    """
    path = folder / "state.safetensors"
    try:
        state = load_file(path)
        rows = state["stages"].tolist() if "stages" in state else [Mark()]
        return state, tuple(Mark(int(step), int(done), left) for step, done, left in rows)
    except FileNotFoundError as error:
        raise PsychoscoreError(f"{path} is missing; this run cannot go on.") from error
    except (OSError, SafetensorError, ValueError, TypeError) as error:
        raise _unfit(folder, error) from error


def _unfit(folder: Path, error: Exception) -> PsychoscoreError:
    reason = " ".join(str(error).split())
    path = folder / "state.safetensors"
    return PsychoscoreError(f"{path} does not fit this run: {reason[:200]}.")


def _open(folder: str, vocabulary: int) -> Shards:
    shards = Shards.open(Path(folder))
    words = (shards.vocabulary, shards.fields)
    if words != (vocabulary, tuple(each.name for each in FIELDS)):
        raise PsychoscoreError(
            f"{shards.folder} was made for another version of the network.",
            "Make it again with `psychoscore data import`.",
        )
    return shards


def _sources(config: TrainingConfig) -> list[str]:
    """Those with a share, the largest first."""
    shares = sorted(config.weights.items(), key=lambda share: -share[1])
    return [name for name, weight in shares if weight > 0]


def _taught(card: Card, config: TrainingConfig) -> Card:
    """The card with what a stage adds to it."""
    shards = [Shards.open(Path(each)) for each in config.data]
    lineage = [line for each in shards for line in each.lineage]
    noncommercial = any(each.non_commercial for each in shards)
    return replace(
        card,
        lineage=tuple(dict.fromkeys([*card.lineage, *lineage])),
        sources=tuple(dict.fromkeys([*_sources(config), *card.sources])),
        non_commercial=card.non_commercial or noncommercial,
        licence="CC BY-NC-SA 4.0" if noncommercial else card.licence,
    )


def fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 products are native there; elsewhere they are slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return device.type == "cpu" and bool(fast)
