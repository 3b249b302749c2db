"""How undecided the network is at each token, in nats: the entropy of what is sampled from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.decoding import Decoder, Stream, guided
from engine.composing.generate import request_stream
from engine.composing.sampling import weigh
from engine.take import GenerationRequest

Weights = NDArray[np.float64]


def token_entropies(model: Model, requests: Sequence[GenerationRequest]) -> list[float]:
    """Mean entropy in nats over the tokens of each request at which there was a choice.

    The takes are composed in one batch; then the network reads each once more as a whole, under
    the laws and at the temperature that it was composed with. A take that is longer than the
    context is read as far as that reaches.
    """
    written: list[list[int]] = [[] for _ in requests]
    streams = [request_stream(model, request) for request in requests]
    for index, token in Decoder(model.network, streams, model.backend).run():
        written[index].append(token)
    found = []
    for request, tokens in zip(requests, written, strict=True):
        weights = replayed(model, request_stream(model, request), tokens)
        entropies = [_entropy(each) for each in weights if each is not None]
        found.append(float(np.mean(entropies)) if entropies else 0.0)
    return found


@torch.inference_mode()
def replayed(model: Model, stream: Stream, tokens: Sequence[int]) -> list[Weights | None]:
    """The distribution that each token of a take was drawn from; None where one alone was allowed.

    Args:
        stream: as it was before it was decoded; its grammar is advanced.
        tokens: what was decoded from it.
    """
    tokens = list(tokens)[: model.network.config.context - 1]
    read = [v.BOS, *tokens[:-1]]
    bars = np.clip(np.cumsum([token == v.BAR for token in read]) - 1, 0, len(stream.rows) - 1)
    told, free = (
        model.network(
            torch.tensor([read]), torch.from_numpy(bars)[None], torch.from_numpy(rows)[None], None
        )[0].numpy()
        for rows in (stream.rows, stream.free)
    )
    found: list[Weights | None] = []
    for at, token in enumerate(tokens):
        allowed = np.flatnonzero(stream.grammar.allowed())
        weights = None
        if len(allowed) > 1:
            logits = told[at][allowed]
            if stream.guidance != 1.0:
                logits = guided(logits, free[at][allowed], stream.guidance, allowed)
            bar = max(stream.grammar.bar, 0)
            lean = stream.leans[bar] if stream.leans else None
            heat = stream.temperatures[bar]
            weights = np.zeros(v.SIZE)
            heard = None if lean is None else lean[allowed]
            weights[allowed] = weigh(logits, heat, stream.top_p, heard)
            weights /= weights.sum()
        found.append(weights)
        stream.grammar.push(token)
    return found


def _entropy(weights: Weights) -> float:
    kept = weights[weights > 0]
    return float(-(kept * np.log(kept)).sum())
