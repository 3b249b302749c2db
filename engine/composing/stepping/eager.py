"""Steps by torch, operation by operation: the reference, which runs wherever torch runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F

from engine.composing.stepping.backend import Film, Logits, Means, Steps
from models.conditioning import Composer
from models.transformer import Cache, Transformer


class EagerBackend:
    """The network as it was trained, in float32.

    Args:
        network: in evaluation mode.
    """

    means = Means()

    def __init__(self, network: Composer) -> None:
        self._network = network

    def open(self, rows: int) -> Steps:
        """Steps of a batch that has read nothing."""
        return EagerSteps(self._network, rows)

    def products(self) -> Callable[[], object]:
        """The bare matrix products of one step of one row."""
        transformer = self._network.transformer
        inside = [each for each in transformer.blocks.parameters() if each.ndim == 2]
        weights = [transformer.embedding.weight, *inside]
        inputs = {weight.shape[1]: torch.randn(1, weight.shape[1]) for weight in weights}

        @torch.inference_mode()
        def run() -> None:
            for weight in weights:
                F.linear(inputs[weight.shape[1]], weight)

        return run


class EagerSteps:
    """What the rows of a batch have read, in a preallocated cache of keys and values."""

    def __init__(self, network: Composer, rows: int) -> None:
        config = network.config
        self._transformer = network.transformer
        self._cache = Cache.allocate(config, rows)
        self._film = torch.zeros(rows, config.layers + 1, 2, config.width)
        self._holes = torch.zeros(rows, dtype=torch.long)

    def read(
        self,
        place: int,
        tokens: Sequence[int],
        bars: Sequence[int],
        holes: Sequence[int],
        film: Film,
    ) -> Logits:
        """Read a row from its beginning; returns the logits after the last token."""
        return read_prompt(self._transformer, self._cache, place, tokens, bars, holes, film)

    def tell(self, place: int, film: Film, hole: int) -> None:
        """What a row is told at its next tokens."""
        self._film[place] = torch.from_numpy(film)
        self._holes[place] = hole

    @torch.inference_mode()
    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> Logits:
        """Read one token of each row; returns (rows, vocabulary)."""
        out: Logits = self._transformer.step(
            torch.tensor(tokens),
            self._film,
            self._holes if bool(self._holes.any()) else None,
            self._cache,
            torch.tensor(lengths),
            max(lengths),
        ).numpy()
        return out

    @torch.inference_mode()
    def forget(self, place: int, start: int, length: int) -> None:
        """Drop what a row read from its second token up to `start`."""
        self._cache.forget(place, start, length, self._transformer.rotary)

    def keep(self, places: Sequence[int]) -> None:
        """Give up all rows but these."""
        kept = torch.tensor(list(places), dtype=torch.long)
        self._cache = Cache(self._cache.memory[:, :, kept])
        self._film, self._holes = self._film[kept], self._holes[kept]


@torch.inference_mode()
def read_prompt(
    transformer: Transformer,
    cache: Cache,
    place: int,
    tokens: Sequence[int],
    bars: Sequence[int],
    holes: Sequence[int],
    film: Film,
) -> Logits:
    """Write a row's prompt into a cache; returns the logits after its last token."""
    out = transformer.prefill(
        torch.tensor([list(tokens)]),
        torch.tensor([list(bars)]),
        torch.from_numpy(film)[None],
        torch.tensor([list(holes)]),
        cache,
        place,
    )
    logits: Logits = out[0].numpy()
    return logits
