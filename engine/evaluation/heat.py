"""How undecided the network is at each token, in nats: the entropy of what is sampled from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.decoding import Decoder, Stream
from engine.composing.generate import request_stream
from engine.composing.sampling import guide, probabilities
from engine.take import GenerationRequest


def token_entropies(model: Model, requests: Sequence[GenerationRequest]) -> list[float]:
    """Mean entropy in nats over the tokens of each request at which there was a choice.

    The takes are composed in one batch; then the network reads each once more as a whole, under
    the laws and at the temperature that it was composed with. A take that is longer than the
    context is read as far as that reaches.
    """
    written: list[list[int]] = [[] for _ in requests]
    streams = [request_stream(model, request) for request in requests]
    for index, token in Decoder(model.network, streams).run():
        written[index].append(token)
    return [
        _mean_entropy(model, request_stream(model, request), tokens)
        for request, tokens in zip(requests, written, strict=True)
    ]


@torch.inference_mode()
def _mean_entropy(model: Model, stream: Stream, tokens: list[int]) -> float:
    tokens = tokens[: model.network.config.context - 1]
    read = torch.tensor([[v.BOS, *tokens[:-1]]])
    bars = np.cumsum([token == v.BAR for token in [v.BOS, *tokens[:-1]]]) - 1
    places = torch.from_numpy(np.clip(bars, 0, len(stream.rows) - 1)[None])
    told, free = (
        model.network(read, places, torch.from_numpy(rows)[None], None)[0].numpy()
        for rows in (stream.rows, stream.free)
    )
    found: list[float] = []
    for at, token in enumerate(tokens):
        allowed = stream.grammar.allowed()
        if int(allowed.sum()) > 1:
            logits = guide(told[at], free[at], stream.guidance)
            bar = max(stream.grammar.bar, 0)
            lean = stream.leans[bar] if stream.leans else None
            weights = probabilities(logits, stream.temperatures[bar], allowed, stream.top_p, lean)
            kept = weights[weights > 0]
            found.append(float(-(kept * np.log(kept)).sum()))
        stream.grammar.push(token)
    return float(np.mean(found)) if found else 0.0
