"""Batched decoding: streams of tokens from the network, each under its own grammar.

It owns what each row of the batch has read and is told. With guidance every stream has two rows,
told and untold, that read the same tokens. How the network is run is a `Backend`'s affair. It
knows tokens and conditions, neither notes nor requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.composing import vocabulary as v
from engine.composing.conditions import Rows
from engine.composing.grammar import BarGrammar
from engine.composing.sampling import Logits, choose, guide, keep_odds, uniform, weigh
from engine.composing.scale import Bias
from engine.composing.stepping.backend import Backend, Film
from engine.composing.stepping.eager import EagerBackend
from models.conditioning import Composer

Tokens = npt.NDArray[np.int64]
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
        backend: runs the same network; None runs it by torch.
    """

    def __init__(
        self, network: Composer, streams: Sequence[Stream], backend: Backend | None = None
    ) -> None:
        self._network, self._streams = network, streams
        self._guided = any(stream.guidance != 1.0 for stream in streams)
        self._rows = [_Row(stream) for stream in streams]
        # Streams that still write, in the order of their rows in the cache.
        self._active = [i for i, each in enumerate(streams) if not each.grammar.finished]
        self._film = self._conditions()
        # What each copy is told at the moment: its bar and hole.
        self._told: dict[int, tuple[int, int]] = {}
        self._steps = (backend or EagerBackend(network)).open(len(self._copies()))

    @property
    def batch(self) -> int:
        """Rows of the tensor batch."""
        return len(self._streams) * (2 if self._guided else 1)

    @torch.inference_mode()
    def tell(self, index: int, bar: int, told: Rows, free: Rows) -> None:
        """Change what a stream is told of one bar; tokens of it that were read stay as they are.

        Args:
            index: the stream.
            bar: row of the bar, from 0.
            told, free: (1, fields) its new condition rows.
        """
        for copy, row in ((index, told), (index + len(self._streams), free)):
            if copy < len(self._film):
                film = self._network.conditioner(torch.from_numpy(row)[None])
                self._film[copy][bar] = film[0, 0].numpy()
                self._told.pop(copy, None)

    def drop_guidance(self) -> None:
        """Write on without guidance from now on: half the rows, less than half the work."""
        if self._guided:
            self._guided = False
            self._steps.keep(range(len(self._active)))

    @torch.inference_mode()
    def _conditions(self) -> list[Film]:
        """Scale and shift of the bars of each copy.

        Each is computed by itself, so that no bit of it depends on its neighbours.
        """
        told = [stream.rows for stream in self._streams]
        if self._guided:
            told += [stream.free for stream in self._streams]
        return [self._network.conditioner(torch.from_numpy(rows)[None])[0].numpy() for rows in told]

    def _copies(self) -> list[int]:
        """What stands in each row of the batch: an active stream told, then untold.

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
        """Give up the rows of streams that have ended."""
        before = self._copies()
        left = [i for i in self._active if not self._streams[i].grammar.finished]
        if len(left) < len(self._active):
            self._active = left
            if self._active:
                self._steps.keep([before.index(copy) for copy in self._copies()])

    def _sample(self, index: int, logits: Logits) -> int:
        stream, row = self._streams[index], self._rows[index]
        allowed = np.flatnonzero(stream.grammar.allowed())
        row.step += 1
        if len(allowed) == 1:
            return self._note_down(index, stream.grammar.ending(int(allowed[0])))
        told = logits[index][allowed]
        if self._guided and stream.guidance != 1.0:
            free = logits[index + len(self._streams)][allowed]
            told = guided(told, free, stream.guidance, allowed)
        bar = max(stream.grammar.bar, 0)
        lean = stream.leans[bar] if stream.leans else None
        heat = stream.temperatures[bar]
        weights = weigh(told, heat, stream.top_p, None if lean is None else lean[allowed])
        draw = uniform(stream.seed, stream.take, stream.first_bar + bar, row.step)
        token = int(allowed[choose(weights, draw)])
        return self._note_down(index, stream.grammar.ending(token))

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
        copies = self._copies()
        rows = [self._rows[copy % len(self._streams)] for copy in copies]
        for place, (copy, row) in enumerate(zip(copies, rows, strict=True)):
            told = (row.bars[-1], row.holes[-1])
            if self._told.get(copy) != told:
                self._told[copy] = told
                self._steps.tell(place, self._film[copy][told[0]], told[1])
        logits[copies] = self._steps.step(
            [row.tokens[-1] for row in rows], [row.length for row in rows]
        )
        for index in self._active:
            self._rows[index].length += 1

    def _prefill(self, index: int, logits: Logits) -> None:
        """Read the prompt of a stream."""
        row = self._rows[index]
        row.length = len(row.tokens)
        for place, copy in enumerate(self._copies()):
            if copy % len(self._streams) == index:
                film = self._film[copy]
                logits[copy] = self._steps.read(place, row.tokens, row.bars, row.holes, film)

    def _let_go(self, index: int) -> None:
        """Forget the oldest bars, so that half of the context is free again."""
        row = self._rows[index]
        keep = self._network.config.context // 2
        starts = [i for i, token in enumerate(row.tokens) if token == v.BAR]
        late = [start for start in starts if len(row.tokens) - start < keep]
        cut = late[0] if late else len(row.tokens) - keep
        for place, copy in enumerate(self._copies()):
            if copy % len(self._streams) == index:
                self._steps.forget(place, cut, row.length)
        row.length -= cut - 1
        row.tokens = [row.tokens[0], *row.tokens[cut:]]
        row.bars = [row.bars[0], *row.bars[cut:]]
        row.holes = [row.holes[0], *row.holes[cut:]]


def guided(told: Logits, free: Logits, strength: float, allowed: Tokens) -> Logits:
    """Guidance among the allowed tokens, which ends no bar sooner than is told."""
    mixed = guide(told, free, strength)
    ends = np.flatnonzero(allowed == v.BAR)
    if strength <= 1.0 or not len(ends):
        return mixed
    return keep_odds(mixed, told, np.ones(len(allowed), dtype=bool), int(ends[0]))
