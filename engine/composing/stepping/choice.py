"""Which backend composes on this machine: measured once, stored, used from then on.

A backend is trusted only where it answers as torch does. Torch is what remains where nothing
else is installed, works or is faster.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from statistics import median

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.stepping.backend import Backend, Logits, Means
from engine.composing.stepping.eager import EagerBackend
from engine.composing.stepping.onnx_steps import NAME, OnnxBackend
from engine.errors import PsychoscoreError
from engine.one_thread import one_thread
from models.conditioning import FIELDS, Composer

# Below this many weights every way is fast enough.
WORTH_MEASURING = 1_000_000
# A second thread must gain this much: it takes a core from the player and the window.
_THREAD_GAIN = 1.2
# Mean divergence, in nats a token, up to which a backend counts as the same network.
TRUSTED = 0.005
_ROWS, _LENGTH, _WARM, _TIMED = 2, 256, 5, 25
# Seconds after which a way is not tried further: a busy machine makes the composer wait.
_LONGEST = 0.4


@dataclass(frozen=True, slots=True)
class Trial:
    """What one way took for a step of two rows, in ms; or why it cannot be used."""

    means: Means
    step_ms: float | None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.means}: " + (self.why if self.step_ms is None else f"{self.step_ms:.2f} ms")


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen means and what they were chosen from."""

    means: Means
    trials: tuple[Trial, ...] = field(default=())


def make_backend(network: Composer, means: Means) -> Backend:
    """The backend that a take or a choice names.

    Raises:
        PsychoscoreError: there is no such backend here.
    """
    if means.backend in ("torch", "cpu") and means.dtype == "float32":
        return EagerBackend(network)
    if means.backend == NAME and 1 <= means.threads <= 256:
        if means.dtype == "int8":
            return OnnxBackend(network, "int8", means.threads)
        if means.dtype == "float32":
            return OnnxBackend(network, "float32", means.threads)
    raise PsychoscoreError(f"There is no backend {means} in this version.")


def with_means(model: Model, means: Means) -> Model:
    """The model run by given means; itself where it is run by them already.

    Raises:
        PsychoscoreError: these means are not to be had here.
    """
    if means == model.means:
        return model
    return replace(model, backend=make_backend(model.network, means))


def measured_choice(network: Composer) -> Choice:
    """Try every way on this machine; takes a second or two.

    Torch is tried on one thread, as it composes.
    """
    with one_thread():
        trials = _trials(network)
    best = trials[0]
    for trial in trials[1:]:
        if trial.step_ms is None or best.step_ms is None:
            continue
        gain = _THREAD_GAIN if trial.means.threads > best.means.threads else 1.0
        if trial.step_ms * gain < best.step_ms:
            best = trial
    return Choice(best.means, tuple(trials))


def _trials(network: Composer) -> list[Trial]:
    """What each way took, torch first."""
    reference = EagerBackend(network)
    expected = _answers(reference, network)
    trials = [Trial(reference.means, _step_ms(reference, network))]
    for means in _candidates():
        trials.append(_tried(network, means, expected))
    return trials


def _candidates() -> Iterator[Means]:
    """The ways beside torch, those with fewer threads first."""
    for threads in (1, 2)[: os.cpu_count() or 1]:
        yield Means(NAME, "float32", threads)
        yield Means(NAME, "int8", threads)


def _tried(network: Composer, means: Means, expected: Logits) -> Trial:
    try:
        backend = make_backend(network, means)
        astray = divergence(expected, _answers(backend, network))
    except PsychoscoreError as error:
        return Trial(means, None, error.message)
    if not astray <= TRUSTED:
        return Trial(means, None, f"It answers otherwise than torch: {astray:.4f} nats a token.")
    return Trial(means, _step_ms(backend, network))


def divergence(expected: Logits, found: Logits) -> float:
    """Mean Kullback-Leibler divergence of distributions, (n, vocabulary) each, in nats."""
    wanted, given = (
        torch.log_softmax(torch.from_numpy(each).double(), dim=-1) for each in (expected, found)
    )
    return float((wanted.exp() * (wanted - given)).sum(dim=-1).mean())


@torch.inference_mode()
def _answers(backend: Backend, network: Composer) -> Logits:
    """Logits after each token of a few bars."""
    free = torch.full((1, 1, len(FIELDS)), float("nan"))
    film = network.conditioner(free)[0].numpy()
    note = [v.POSITION.start, v.VOICE.start, 0, v.VELOCITY.start + 15, v.DURATION.start + 5]
    tokens = [v.BAR]
    for index in range(12):
        place, pitch = v.POSITION.start + 4 * index, v.PITCH.start + 40 + 5 * index % 24
        tokens += [place, note[1], pitch, note[3], note[4]]
    steps = backend.open(1)
    steps.read(0, [v.BOS], [0], [0], film)
    steps.tell(0, film[0], 0)
    return np.stack([steps.step([t], [at])[0].copy() for at, t in enumerate(tokens, 1)])


@torch.inference_mode()
def _step_ms(backend: Backend, network: Composer) -> float:
    """Median of a few steps of two rows, as guidance takes them, at a usual length."""
    length = min(_LENGTH, network.config.context - 1)
    steps = backend.open(_ROWS)
    took: list[float] = []
    while len(took) < _WARM + _TIMED and sum(took) < _LONGEST:
        before = time.perf_counter()
        steps.step([v.BAR] * _ROWS, [length] * _ROWS)
        took.append(time.perf_counter() - before)
    return 1000 * median(took[_WARM:] or took)


def machine_key(network: Composer) -> str:
    """What a choice holds for: the processor, the versions, the shape of the network."""
    config = network.config
    shape = (config.width, config.layers, config.heads, config.hidden, config.context)
    return "; ".join(
        [
            f"{platform.machine()} {_processor()}, {os.cpu_count()} cores",
            f"torch {torch.__version__}, {NAME} {_version(NAME)}",
            "network " + " x ".join(map(str, shape)),
        ]
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            names = (line for line in file if line.startswith("model name"))
            return next(names).split(":", 1)[1].strip()
    except (OSError, IndexError, StopIteration):
        return platform.processor()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
