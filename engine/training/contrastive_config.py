"""What a contrastive run is told. Strict, like the composer's `TrainingConfig`."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import PsychoscoreError
from engine.listener import check_shape
from models.encoders import EncoderConfig

KIND = "contrastive"


@dataclass(frozen=True, slots=True)
class ContrastiveConfig:
    """One run of the encoders.

    Args:
        kind: `contrastive`: what tells this configuration from the composer's.
        name: name of the checkpoint that is made.
        data: folders of shards.
        weights: share of triplets from each source.
        steps: optimiser steps.
        minutes: stop after this much time even if steps remain (0: no limit).
        batch: triplets a step.
        learning_rate: of AdamW, before warm-up and decay.
        decay: share of the run, at its end, over which the rate falls to zero.
        kernel, radius, margin, mined_weight: of `engine.training.infonce.Contrast`.
        likeness: how far two excerpts that feel the same lie apart for being unlike music.
        free: share of profile dimensions that the profile encoder is not told.
        evaluate_every, save_every: in steps.
        evaluate_excerpts: of each source, held out.
        seed: chooses triplets and initial weights.
        threads: of torch; 0 for all cores minus one.
    """

    kind: str = KIND
    name: str = "encoders"
    data: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=lambda: {"pop909": 1.0})
    steps: int = 500
    minutes: float = 0.0
    batch: int = 64
    learning_rate: float = 0.002
    weight_decay: float = 0.02
    warmup: int = 30
    decay: float = 0.3
    kernel: float = 0.25
    radius: float = 0.15
    margin: float = 0.1
    mined_weight: float = 2.0
    likeness: float = 0.4
    free: float = 0.1
    evaluate_every: int = 100
    evaluate_excerpts: int = 400
    save_every: int = 100
    seed: int = 1
    threads: int = 0
    network: EncoderConfig = field(default_factory=EncoderConfig)

    def __post_init__(self) -> None:
        def need(holds: bool, sentence: str) -> None:
            if not holds:
                raise PsychoscoreError(f"Contrastive settings: {sentence}.")

        need(self.kind == KIND, f"kind must be {KIND}")
        need(len(self.data) > 0, "data must name at least one folder of shards")
        shares = list(self.weights.values())
        need(any(w > 0 for w in shares), "weights must give a source a share")
        need(all(0 <= w <= 1e6 for w in shares), "weights must lie between 0 and 1 000 000")
        need(1 <= self.steps <= 10_000_000, "steps must lie between 1 and 10 000 000")
        need(2 <= self.batch <= 1024, "batch must lie between 2 and 1024")
        need(0 < self.learning_rate <= 1, "learning_rate must lie above 0 and up to 1")
        need(0 <= self.weight_decay <= 10, "weight_decay must lie between 0 and 10")
        need(0 <= self.decay <= 1, "decay must lie between 0 and 1")
        need(0 < self.kernel <= 2, "kernel must lie above 0 and up to 2")
        need(0 <= self.radius <= 2, "radius must lie between 0 and 2")
        need(-2 <= self.margin <= 2, "margin must lie between -2 and 2")
        need(1 <= self.mined_weight <= 100, "mined_weight must lie between 1 and 100")
        need(0 <= self.likeness <= 10, "likeness must lie between 0 and 10")
        need(0 <= self.free < 1, "free must lie between 0 and 1")
        need(self.save_every >= 1 and self.evaluate_every >= 1, "intervals must be at least 1")
        need(8 <= self.evaluate_excerpts <= 5000, "evaluate_excerpts must lie between 8 and 5000")
        need(0 <= self.threads <= 1024, "threads must lie between 0 and 1024")
        for name in ("minutes", "seed", "warmup"):
            need(0 <= getattr(self, name) < 2**31, f"{name} must not be negative nor beyond 2^31")
        check_shape("Contrastive settings: network", self.network)

    @property
    def verdict(self) -> int:
        """No comparison of composers follows."""
        return 0

    def rate(self, step: int, minutes: float = 0.0) -> float:
        """Share of the learning rate at a step (from 0): warm-up, constant, decay."""
        warm = min(1.0, (step + 1) / max(self.warmup, 1))
        left = 1.0 - step / self.steps
        if self.minutes:
            left = min(left, 1.0 - minutes / self.minutes)
        return warm * (min(1.0, max(left, 0.0) / self.decay) if self.decay else 1.0)
