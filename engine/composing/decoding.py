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

from engine.composing import vocabulary as v
from engine.composing.conditions import Rows
from engine.composing.grammar import BarGrammar
from engine.composing.sampling import Logits, choose, guide, keep_odds, probabilities, uniform
from engine.composing.scale import Bias
from models.conditioning import Composer
from models.transformer import Cache

# Room that must be left in the cache where a bar begins, or older bars are let go.
BAR_RESERVE = 320


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream to decode.

    Args:
        rows: condition rows, one a bar: what the told row of the batch is told.
        free: what the untold row is told, of the same shape.
        grammar: its laws; advanced by decoding.
        temperatures: one a bar.
        seed, take: key of its random numbers.
        guidance: strength; 1 leaves the untold row without effect.
        top_p: nucleus.
        prompt, prompt_bars, prompt_holes: tokens before the first sampled one, beginning with
            BOS, with the bar and the hole index of each; the grammar has not seen them.
        hole: hole index of the sampled tokens.
        leans: what is added to the log weights of each bar; empty for nothing.
        first_bar: number, from 0, of the bar of its first row: part of the random key.
        reserve: room that must be left in the cache where a bar begins.
    """

    rows: Rows
    free: Rows
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
    leans: Sequence[Bias | None] = ()
    first_bar: int = 0
    reserve: int = BAR_RESERVE


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
        # Streams that still write, in the order of their rows in the cache.
        self._active = [i for i, each in enumerate(streams) if not each.grammar.finished]
        self._film = self._conditions()
        self._cache = Cache.allocate(network.config, len(self._copies()))

    @property
    def batch(self) -> int:
        """Rows of the tensor batch."""
        return len(self._streams) * (2 if self._guided else 1)

    def _conditions(self) -> torch.Tensor:
        told = [stream.rows for stream in self._streams]
        if self._guided:
            told += [stream.free for stream in self._streams]
        bars = max(len(rows) for rows in told)
        padded = np.stack(
            [np.pad(rows, ((0, bars - len(rows)), (0, 0)), mode="edge") for rows in told]
        )
        film: torch.Tensor = self._network.conditioner(torch.from_numpy(padded))
        return film

    def _copies(self) -> list[int]:
        """What stands in each row of the cache: an active stream told, then untold.

        Numbers are rows of `film` and of the logits; those from `len(streams)` on are untold.
        """
        told = self._active
        return told + [index + len(self._streams) for index in told] if self._guided else told

    @torch.inference_mode()
    def run(self) -> Iterator[tuple[int, int]]:
        """Yield (stream, token) for each token that is written, until all have finished."""
        logits = np.zeros((self.batch, v.SIZE), dtype=np.float32)
        for index in self._active:
            self._prefill(index, logits)
        while self._active:
            for index in self._active:
                token = self._sample(index, logits)
                self._streams[index].grammar.push(token)
                yield index, token
            self._drop_finished()
            if self._active:
                self._advance(logits)

    def _drop_finished(self) -> None:
        """Give up the cache rows of streams that have ended."""
        before = self._copies()
        left = [i for i in self._active if not self._streams[i].grammar.finished]
        if len(left) < len(self._active):
            self._active = left
            kept = torch.tensor([before.index(copy) for copy in self._copies()], dtype=torch.long)
            self._cache = Cache(self._cache.memory[:, :, kept])

    def _sample(self, index: int, logits: Logits) -> int:
        stream, row = self._streams[index], self._rows[index]
        allowed = stream.grammar.allowed()
        row.step += 1
        if int(allowed.sum()) == 1:
            return self._note_down(index, stream.grammar.ending(int(allowed.argmax())))
        told = logits[index]
        if self._guided and stream.guidance != 1.0:
            guided = guide(told, logits[index + len(self._streams)], stream.guidance)
            ends = stream.guidance > 1.0 and allowed[v.BAR]
            told = keep_odds(guided, told, allowed, v.BAR) if ends else guided
        bar = max(stream.grammar.bar, 0)
        lean = stream.leans[bar] if stream.leans else None
        weights = probabilities(told, stream.temperatures[bar], allowed, stream.top_p, lean)
        draw = uniform(stream.seed, stream.take, stream.first_bar + bar, row.step)
        return self._note_down(index, stream.grammar.ending(choose(weights, draw)))

    def _note_down(self, index: int, token: int) -> int:
        stream, row = self._streams[index], self._rows[index]
        bar = stream.grammar.bar
        if token == v.BAR:
            row.step = 0
            bar = min(bar + 1, len(stream.rows) - 1)
        row.append(token, max(bar, 0), stream.hole)
        return token

    def _advance(self, logits: Logits) -> None:
        """Read the token that each stream wrote last."""
        context = self._network.config.context
        for index in self._active:
            row = self._rows[index]
            begins = row.tokens[-1] == v.BAR and row.length + self._streams[index].reserve > context
            if begins or row.length >= context:
                self._let_go(index)
                self._prefill(index, None)
        copies = self._copies()
        rows = [self._rows[copy % len(self._streams)] for copy in copies]
        lengths = [row.length for row in rows]
        holes = torch.tensor([row.holes[-1] for row in rows])
        out = self._network.transformer.step(
            torch.tensor([row.tokens[-1] for row in rows]),
            self._film[torch.tensor(copies), torch.tensor([row.bars[-1] for row in rows])],
            holes if bool(holes.any()) else None,
            self._cache,
            torch.tensor(lengths),
            max(lengths),
        )
        logits[copies] = out.numpy()
        for index in self._active:
            self._rows[index].length += 1

    def _prefill(self, index: int, logits: Logits | None) -> None:
        """Read what a stream has written, the last token only where its logits are wanted."""
        row = self._rows[index]
        row.length = len(row.tokens) if logits is not None else len(row.tokens) - 1
        tokens, bars, holes = (
            torch.tensor([each[: row.length]]) for each in (row.tokens, row.bars, row.holes)
        )
        for place, copy in enumerate(self._copies()):
            if copy % len(self._streams) == index:
                out = self._network.transformer.prefill(
                    tokens, bars, self._film[copy, None], holes, self._cache, place
                )
                if logits is not None:
                    logits[copy] = out[0].numpy()

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
