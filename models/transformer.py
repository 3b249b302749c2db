"""The network that writes music: a decoder-only transformer with FiLM as an input.

Scale and shift come in from outside (`models.conditioning`), one pair for each bar and layer and
one pair more that is added where a token comes in and where it goes out, so that batched takes,
infilling, export and captured graphs need no hidden state. The key-value cache is allocated once
and passed in as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.attention import attend

HOLE_REACH = 8
HOLE_SLOTS = 2 * HOLE_REACH + 2


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """The shape of the network. `context` is the longest window seen in training."""

    vocabulary: int = 320
    width: int = 320
    layers: int = 6
    heads: int = 5
    hidden: int = 864
    context: int = 1024
    rope_base: float = 10_000.0

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclass(slots=True)
class Cache:
    """Keys and values of all layers, shape (layers, 2, batch, heads, context, head width)."""

    memory: Tensor

    @classmethod
    def allocate(
        cls, config: TransformerConfig, batch: int, dtype: torch.dtype = torch.float32
    ) -> Cache:
        shape = (config.layers, 2, batch, config.heads, config.context, config.head_width)
        return cls(torch.zeros(shape, dtype=dtype))

    def forget(self, row: int, start: int, length: int, rotary: Tensor) -> None:
        """Drop what a row holds from its second token up to `start`; the rest moves down.

        Attention feels nothing but distances, so keys are turned back by as far as they move.
        What is left was read with what is dropped in sight; music continues it no worse than
        what would be read anew, and the reader does not wait.

        Args:
            start: the first token to stay, 1 or later.
            length: how many tokens the row holds.
            rotary: of the network, as `rotary_table` makes it.
        """
        cosine, sine = rotary[:, start - 1]
        keys, values = self.memory[:, :, row, :, start:length].clone().unbind(1)
        end = 1 + length - start
        self.memory[:, 0, row, :, 1:end] = rotate(keys, cosine, -sine)
        self.memory[:, 1, row, :, 1:end] = values


def rotary_table(config: TransformerConfig, length: int) -> Tensor:
    """Cosines and sines for positions 0 to length - 1, shape (2, length, head width / 2)."""
    exponents = torch.arange(0, config.head_width, 2, dtype=torch.float32) / config.head_width
    angles = torch.arange(length, dtype=torch.float32)[:, None] / config.rope_base**exponents
    return torch.stack([angles.cos(), angles.sin()])


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotate halves of the last axis; cosine and sine broadcast against x."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1)


class Block(nn.Module):
    """One layer: attention and gated feed-forward, both on a normed, modulated input."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.heads, self.head_width = config.heads, config.head_width
        self.attention_norm = nn.RMSNorm(config.width)
        self.attention_in = nn.Linear(config.width, 3 * config.width, bias=False)
        self.attention_out = nn.Linear(config.width, config.width, bias=False)
        self.feed_norm = nn.RMSNorm(config.width)
        self.feed_in = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.feed_out = nn.Linear(config.hidden, config.width, bias=False)

    def queries_keys_values(
        self, x: Tensor, cosine: Tensor, sine: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        batch, length, _ = x.shape
        packed = self.attention_in(x).view(batch, length, 3, self.heads, self.head_width)
        query, key, value = packed.permute(2, 0, 3, 1, 4).unbind(0)
        return rotate(query, cosine, sine), rotate(key, cosine, sine), value

    def merge(self, x: Tensor, attended: Tensor) -> Tensor:
        batch, _, length, _ = attended.shape
        merged: Tensor = self.attention_out(attended.transpose(1, 2).reshape(batch, length, -1))
        return x + merged

    def feed(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        gate, value = self.feed_in(self.feed_norm(x) * (1 + scale) + shift).chunk(2, dim=-1)
        fed: Tensor = self.feed_out(F.silu(gate) * value)
        return x + fed


class Transformer(nn.Module):
    """Predicts the next token.

    Shapes: `tokens`, `bars`, `holes` (batch, length); `film` (batch, bars, layers + 1, 2, width);
    logits (batch, length, vocabulary). `bars` indexes the second axis of `film`; `holes` holds
    `hole_index` values (0 where nothing is to be filled; None is 0 everywhere).
    """

    rotary: Tensor

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.hole_embedding = nn.Embedding(HOLE_SLOTS, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width)
        self.register_buffer("rotary", rotary_table(config, config.context), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        nn.init.normal_(self.embedding.weight, std=0.02)
        nn.init.zeros_(self.hole_embedding.weight)
        depth_scale = (2 * self.config.layers) ** -0.5
        for name, weight in self.named_parameters():
            if weight.ndim == 2 and "embedding" not in name:
                nn.init.normal_(weight, std=self.config.width**-0.5 * 0.5)
                if name.endswith("_out.weight"):
                    weight.data.mul_(depth_scale)

    def embed(self, tokens: Tensor, holes: Tensor | None) -> Tensor:
        # Index 0, no hole near, is an embedding like any other: training sees it at every token.
        x: Tensor = self.embedding(tokens)
        return x + (self.hole_embedding.weight[0] if holes is None else self.hole_embedding(holes))

    def forward(
        self,
        tokens: Tensor,
        bars: Tensor,
        film: Tensor,
        holes: Tensor | None = None,
        documents: Tensor | None = None,
    ) -> Tensor:
        """Logits of a whole window, each position seeing those before it in its document.

        `documents` (batch, length) numbers the documents of a packed window; None is one only.
        Positions need not begin anew with them: attention feels nothing but their distance.
        """
        length = tokens.shape[1]
        cosine, sine = self.rotary[:, :length]
        rows = torch.arange(tokens.shape[0], device=tokens.device)[:, None]
        entering, leaving = film[:, :, -1][rows, bars].unbind(-2)
        x = self.embed(tokens, holes) + entering
        cosine, sine = cosine.to(x.dtype), sine.to(x.dtype)
        for index, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            scale, shift = film[:, :, index][rows, bars].unbind(-2)
            normed = block.attention_norm(x) * (1 + scale) + shift
            query, key, value = block.queries_keys_values(normed, cosine, sine)
            attended = attend(query, key, value, documents)
            x = block.feed(block.merge(x, attended), scale, shift)
        return self.logits(x + leaving)

    def prefill(
        self,
        tokens: Tensor,
        bars: Tensor,
        film: Tensor,
        holes: Tensor | None,
        cache: Cache,
        row: int,
    ) -> Tensor:
        """Write one row's prompt into the cache; returns the logits after its last token.

        `tokens`, `bars`, `holes` have shape (1, length), `film` (1, bars, layers + 1, 2, width).
        """
        length = tokens.shape[1]
        cosine, sine = self.rotary[:, :length]
        entering, leaving = film[0, bars[0], -1].unbind(-2)
        x = self.embed(tokens, holes) + entering
        for index, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            scale, shift = film[0, bars[0], index].unbind(-2)
            normed = block.attention_norm(x) * (1 + scale) + shift
            query, key, value = block.queries_keys_values(normed, cosine, sine)
            cache.memory[index, 0, row, :, :length] = key[0]
            cache.memory[index, 1, row, :, :length] = value[0]
            attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = block.feed(block.merge(x, attended), scale, shift)
        return self.logits(x[:, -1] + leaving[-1])

    def step(
        self,
        tokens: Tensor,
        film: Tensor,
        holes: Tensor | None,
        cache: Cache,
        lengths: Tensor,
        longest: int,
    ) -> Tensor:
        """One token for each row; writes the cache at `lengths` and returns (batch, vocabulary).

        Shapes: `tokens`, `holes`, `lengths` (batch,); `film` (batch, layers + 1, 2, width). Rows
        may stand at different lengths; `longest` is the largest of `lengths`.
        """
        batch = tokens.shape[0]
        rows = torch.arange(batch, device=tokens.device)
        cosine, sine = self.rotary[:, lengths][:, :, None, None]
        entering, leaving = film[:, -1].unbind(-2)
        x = (self.embed(tokens, holes) + entering)[:, None]
        seen = torch.arange(longest + 1, device=tokens.device) <= lengths[:, None]
        mask = None if bool(seen.all()) else seen[:, None, None]
        for index, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            scale, shift = film[:, index, None].unbind(-2)
            normed = block.attention_norm(x) * (1 + scale) + shift
            query, key, value = block.queries_keys_values(normed, cosine, sine)
            cache.memory[index, 0][rows, :, lengths] = key[:, :, 0]
            cache.memory[index, 1][rows, :, lengths] = value[:, :, 0]
            keys = cache.memory[index, 0, :, :, : longest + 1]
            values = cache.memory[index, 1, :, :, : longest + 1]
            attended = F.scaled_dot_product_attention(query, keys, values, attn_mask=mask)
            x = block.feed(block.merge(x, attended), scale, shift)
        return self.logits(x[:, 0] + leaving)

    def logits(self, x: Tensor) -> Tensor:
        return F.linear(self.norm(x), self.embedding.weight)


def hole_index(distance: int | None) -> int:
    """Row of the hole embedding for a signed bar distance; None where there is no hole."""
    if distance is None:
        return 0
    return 1 + HOLE_REACH + min(max(distance, -HOLE_REACH), HOLE_REACH)
