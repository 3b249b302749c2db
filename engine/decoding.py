"""Batched decoding: streams of tokens from the network, each under its own grammar.

It owns the key-value cache and the position of each row in it. With guidance every stream has
two rows, told and untold, that read the same tokens. It knows tokens and conditions, neither
notes nor requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine import vocabulary as v
from engine.conditions import Rows, without_wishes
from engine.grammar import BarGrammar
from engine.sampling import choose, guide, probabilities, uniform
from models.conditioning import Composer
from models.transformer import Cache

# Room that must be left in the cache where a bar begins, or older bars are let go.
BAR_RESERVE = 320


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream to decode.

    Args:
        rows: condition rows, one a bar.
        grammar: its laws; advanced by decoding.
        temperatures: one a bar.
        seed, take: key of its random numbers.
        guidance: strength; 1 leaves the untold row without effect.
        top_p: nucleus.
        prompt, prompt_bars, prompt_holes: tokens before the first sampled one, beginning with
            BOS, with the bar and the hole index of each; the grammar has not seen them.
        hole: hole index of the sampled tokens.
    """

    rows: Rows
    grammar: BarGrammar
    temperatures: Sequence[float]
    seed: int
    take: int
    guidance: float
    top_p: float
    prompt: tuple[int, ...] = (v.BOS,)
    prompt_bars: tuple[int, ...] = (0,)
    prompt_holes: tuple[int, ...] = (0,)
    hole: int = 0


class _Row:
    """What one stream has written so far."""

    def __init__(self, stream: Stream) -> None:
        self.tokens = list(stream.prompt)
        self.bars = list(stream.prompt_bars)
        self.holes = list(stream.prompt_holes)
        self.length = 0
        self.step = 0

    def append(self, token: int, bar: int, hole: int) -> None:
        self.tokens.append(token)
        self.bars.append(bar)
        self.holes.append(hole)


class Decoder:
    """Decodes a batch of streams, one token of each at a time.

    Args:
        network: in evaluation mode, without gradients.
        streams: at least one.
    """

    def __init__(self, network: Composer, streams: Sequence[Stream]) -> None:
        self._network, self._streams = network, streams
        self._guided = any(stream.guidance != 1.0 for stream in streams)
        self._rows = [_Row(stream) for stream in streams]
        self._film = self._conditions()
        self._cache = Cache.allocate(network.config, self.batch)

    @property
    def batch(self) -> int:
        """Rows of the tensor batch."""
        return len(self._streams) * (2 if self._guided else 1)

    def _conditions(self) -> torch.Tensor:
        told = [stream.rows for stream in self._streams]
        if self._guided:
            told += [without_wishes(stream.rows) for stream in self._streams]
        bars = max(len(rows) for rows in told)
        padded = np.stack(
            [np.pad(rows, ((0, bars - len(rows)), (0, 0)), mode="edge") for rows in told]
        )
        film: torch.Tensor = self._network.conditioner(torch.from_numpy(padded))
        return film

    def _copies(self, index: int) -> list[int]:
        """The cache rows of a stream."""
        return [index, index + len(self._streams)] if self._guided else [index]

    @torch.inference_mode()
    def run(self) -> Iterator[tuple[int, int]]:
        """Yield (stream, token) for each token that is written, until all have finished."""
        logits = np.zeros((self.batch, v.SIZE), dtype=np.float32)
        active = [i for i, s in enumerate(self._streams) if not s.grammar.finished]
        for index in active:
            self._prefill(index, logits)
        while active:
            for index in active:
                token = self._sample(index, logits)
                self._streams[index].grammar.push(token)
                yield index, token
            active = [i for i in active if not self._streams[i].grammar.finished]
            if active:
                self._advance(active, logits)

    def _sample(self, index: int, logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> int:
        stream, row = self._streams[index], self._rows[index]
        allowed = stream.grammar.allowed()
        row.step += 1
        if int(allowed.sum()) == 1:
            return self._note_down(index, int(allowed.argmax()))
        told = logits[index]
        if self._guided and stream.guidance != 1.0:
            told = guide(told, logits[index + len(self._streams)], stream.guidance)
        bar = max(stream.grammar.bar, 0)
        weights = probabilities(told, stream.temperatures[bar], allowed, stream.top_p)
        draw = uniform(stream.seed, stream.take, bar, row.step)
        return self._note_down(index, choose(weights, draw))

    def _note_down(self, index: int, token: int) -> int:
        stream, row = self._streams[index], self._rows[index]
        bar = stream.grammar.bar
        if token == v.BAR:
            row.step = 0
            bar = min(bar + 1, len(stream.rows) - 1)
        row.append(token, max(bar, 0), stream.hole)
        return token

    def _advance(
        self, active: list[int], logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    ) -> None:
        context = self._network.config.context
        stepping: list[int] = []
        for index in active:
            row = self._rows[index]
            begins = row.tokens[-1] == v.BAR and row.length + BAR_RESERVE > context
            if begins or row.length >= context:
                self._let_go(index)
                self._prefill(index, logits)
            else:
                stepping.append(index)
        if not stepping:
            return
        copies = [copy for index in stepping for copy in self._copies(index)]
        if len(copies) == self.batch:
            copies = list(range(self.batch))
        self._step(copies, logits)
        for index in stepping:
            self._rows[index].length += 1

    def _step(
        self, copies: list[int], logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    ) -> None:
        rows = [self._rows[copy % len(self._streams)] for copy in copies]
        lengths = [row.length for row in rows]
        chosen = torch.tensor(copies)
        film = self._film[chosen, torch.tensor([row.bars[-1] for row in rows])]
        holes = torch.tensor([row.holes[-1] for row in rows])
        cache = self._cache
        whole = len(copies) == self.batch
        if not whole:
            cache = Cache(self._cache.memory[:, :, chosen])
        out = self._network.transformer.step(
            torch.tensor([row.tokens[-1] for row in rows]),
            film,
            holes if bool(holes.any()) else None,
            cache,
            torch.tensor(lengths),
            max(lengths),
        )
        if not whole:
            at = torch.tensor(lengths)
            fresh = cache.memory[:, :, torch.arange(len(copies)), :, at]
            self._cache.memory[:, :, chosen, :, at] = fresh
        logits[copies] = out.numpy()

    def _prefill(
        self, index: int, logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    ) -> None:
        row = self._rows[index]
        tokens, bars, holes = (torch.tensor([each]) for each in (row.tokens, row.bars, row.holes))
        for copy in self._copies(index):
            out = self._network.transformer.prefill(
                tokens, bars, self._film[copy, None], holes, self._cache, copy
            )
            logits[copy] = out[0].numpy()
        row.length = len(row.tokens)

    def _let_go(self, index: int) -> None:
        """Forget the oldest bars, so that half of the context is free again."""
        row = self._rows[index]
        keep = self._network.config.context // 2
        starts = [i for i, token in enumerate(row.tokens) if token == v.BAR]
        late = [start for start in starts if len(row.tokens) - start < keep]
        cut = late[0] if late else len(row.tokens) - keep
        row.tokens = [v.BOS, *row.tokens[cut:]]
        row.bars = [row.bars[cut], *row.bars[cut:]]
        row.holes = [0, *row.holes[cut:]]
