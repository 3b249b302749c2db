"""P1: decoding speed of one stream on this machine, beside `transformers` where it is installed.

Sampling, masks and the way back to notes are part of what is timed. The peer is a network of the
same shape with random weights, in the same process, its rounds between ours.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.decoding import Decoder
from engine.composing.generate import home_key, request_stream
from engine.composing.stepping.choice import with_means
from engine.composing.stepping.stored import stored_trials
from engine.composing.tokens import BarReader
from engine.evaluation.clips import Setting
from engine.evaluation.rows import EvaluationEvent, Header, Measured, Progress, Row, missing
from engine.profile import Profile
from engine.take import GenerationRequest
from models.transformer import TransformerConfig

GOALS = {"off": 1500.0, "on": 1100.0}
STEP_GOAL_MS, RATIO_GOAL = 2.0, 4.0
GUIDANCE = {"off": 1.0, "on": 2.0}
_BARS = 256
_WARM_UP = 32


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the measurement takes: tokens in each round, rounds of each kind."""

    tokens: int = 500
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """One round: tokens a second and the duration of each step in ms."""

    speed: float
    steps: tuple[float, ...]


def measure_speed(
    model: Model, effort: Effort = Effort(), threads: int | None = None
) -> Iterator[EvaluationEvent]:
    """The P1 rows.

    Args:
        threads: None takes those of the model's backend; of torch it tries one and all that
            are allowed and keeps the faster. The number that was in use before is put back.

    Raises:
        PsychoscoreError: the backend cannot use so many threads.
    """
    before = torch.get_num_threads()
    try:
        if model.backend is not None:
            chosen = threads or model.means.threads
            model = with_means(model, replace(model.means, threads=chosen))
            torch.set_num_threads(1)
        else:
            chosen = threads or _faster_threads(model, before, effort.tokens // 4)
            torch.set_num_threads(chosen)
        yield Header(_settings(model, effort, chosen))
        yield from _measure(model, effort)
    finally:
        torch.set_num_threads(before)


def _measure(model: Model, effort: Effort) -> Iterator[EvaluationEvent]:
    peer = _peer(model.network.config)
    ours: dict[str, list[Timing]] = {name: [] for name in GUIDANCE}
    theirs: list[float] = []
    for done in range(effort.rounds):
        for name, guidance in GUIDANCE.items():
            ours[name].append(time_stream(model, guidance, effort.tokens))
        if peer is not None:
            theirs.append(_time_peer(peer, effort.tokens))
        yield Progress("P1, decoding", done + 1, effort.rounds)
    beside = median(theirs) if theirs else None
    for name, timings in ours.items():
        yield from map(Measured, _rows(name, timings, beside))
    yield from map(Measured, _peer_rows(median(t.speed for t in ours["off"]), beside))


def time_stream(model: Model, guidance: float, tokens: int) -> Timing:
    """Decode one stream of some tokens and time every step."""
    request = Setting(guidance).request(Profile(), _BARS, seed=1)
    run = _tokens(model, request)
    for _ in range(_WARM_UP):
        next(run)
    stamps = [time.perf_counter()]
    for _ in range(tokens):
        next(run)
        stamps.append(time.perf_counter())
    steps = tuple(float(step) * 1000.0 for step in np.diff(stamps))
    return Timing(tokens / (stamps[-1] - stamps[0]), steps)


def _tokens(model: Model, request: GenerationRequest) -> Iterator[int]:
    """The token stream of a request, read back to notes as `generate` does."""
    stream = request_stream(model, request)
    reader = BarReader(request.metres, home_key(request).tonic)
    for _, token in Decoder(model.network, [stream], model.backend).run():
        if token != v.EOS:
            reader.push(token)
        yield token


def _faster_threads(model: Model, most: int, tokens: int) -> int:
    speeds: dict[int, float] = {}
    for threads in sorted({1, most}):
        torch.set_num_threads(threads)
        speeds[threads] = time_stream(model, 1.0, max(tokens, 16)).speed
    return max(speeds, key=lambda threads: speeds[threads])


def _rows(name: str, timings: Sequence[Timing], beside: float | None) -> Iterator[Row]:
    speed = median(timing.speed for timing in timings)
    steps = np.concatenate([timing.steps for timing in timings])
    spread = ", ".join(f"{timing.speed:.0f}" for timing in timings)
    yield Row(
        f"P1.{name}",
        f"decoding, guidance {name}",
        speed,
        "tokens/s",
        ratio=None if beside is None else speed / beside,
        note=f"median of {spread}",
    ).at_least(GOALS[name])
    label = f"99 % of steps within, guidance {name}"
    p99 = float(np.quantile(steps, 0.99))
    note = f"{len(steps)} steps, median {np.median(steps):.2f} ms"
    yield Row(f"P1.{name}.p99", label, p99, "ms", note=note).at_most(STEP_GOAL_MS)


def _peer_rows(speed: float, beside: float | None) -> Iterator[Row]:
    label, name = "transformers generate()", "over transformers generate()"
    if beside is None:
        why = "The package transformers is not installed."
        yield missing("P1.peer", label, "tokens/s", why)
        yield missing("P1.ratio", name, "x", why).at_least(RATIO_GOAL)
        return
    yield Row("P1.peer", label, beside, "tokens/s", note="same shape, random weights, sampling")
    yield Row("P1.ratio", name, speed / beside, "x", ratio=speed / beside).at_least(RATIO_GOAL)


def _peer(config: TransformerConfig) -> Any | None:
    """A network of the same shape as the peer builds it, or None where there is no peer."""
    if importlib.util.find_spec("transformers") is None:
        return None
    transformers = importlib.import_module("transformers")
    shape = transformers.LlamaConfig(
        vocab_size=config.vocabulary,
        hidden_size=config.width,
        intermediate_size=config.hidden,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        max_position_embeddings=config.context,
        tie_word_embeddings=True,
        bos_token_id=v.BOS,
        eos_token_id=v.EOS,
        pad_token_id=v.PAD,
    )
    return transformers.LlamaForCausalLM(shape).eval()


@torch.inference_mode()
def _time_peer(peer: Any, tokens: int) -> float:
    """Tokens a second of the peer's own `generate()`, sampling as we do, never stopping early."""
    prompt = torch.tensor([[v.BOS, v.BAR]])
    rules = {"do_sample": True, "temperature": 0.95, "top_p": 0.95, "top_k": 0}

    def write(count: int) -> None:
        peer.generate(prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=count,
                      min_new_tokens=count, **rules)  # fmt: skip

    write(_WARM_UP)
    start = time.perf_counter()
    write(tokens)
    return tokens / (time.perf_counter() - start)


def _settings(model: Model, effort: Effort, threads: int) -> tuple[tuple[str, str], ...]:
    config = model.network.config
    count = sum(weight.numel() for weight in model.network.parameters()) / 1e6
    trials = "; ".join(map(str, stored_trials(model)))
    return (
        ("model", f"{model.name}, {count:.1f} M, {config.width} wide, {config.layers} layers"),
        ("composed by", f"{model.means.backend}, {model.means.dtype}"),
        ("threads", str(threads)),
        ("tokens", f"{effort.tokens} a round, {effort.rounds} rounds, medians"),
        ("torch", str(torch.__version__)),
        *((("a step of two rows", trials),) if trials else ()),
    )
