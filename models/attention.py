"""Attention inside the documents of a packed window, and never across them.

On a CPU each document is attended by itself, which is less work than one causal window: with a
mask a step takes a fifth longer than without, for then everything is multiplied and most of it
thrown away. Other devices get the mask. Either way the shapes do not depend on where documents
end, so a compiled network is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

_ATTEND = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
_ATTEND_BACKWARD = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward


def attend(query: Tensor, key: Tensor, value: Tensor, documents: Tensor | None) -> Tensor:
    """Each position attends to itself and to those before it in its own document.

    Shapes: query, key, value and result (batch, heads, length, head width); `documents` (batch,
    length), equal numbers side by side being one document, or None for one document a row.
    """
    if documents is None:
        return F.scaled_dot_product_attention(query, key, value, is_causal=True)
    # Autocast does not know the operator below, and gives the projections alone its type.
    query, key = query.to(value.dtype), key.to(value.dtype)
    if query.device.type == "cpu":
        attended: Tensor = _attend_documents(query, key, value, documents)[0]
        return attended
    mask = document_mask(documents)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)


def document_mask(documents: Tensor) -> Tensor:
    """Which positions see which: (batch, length) to booleans (batch, 1, length, length)."""
    length = documents.shape[1]
    begins = torch.ones_like(documents, dtype=torch.bool)
    begins[:, 1:] = documents[:, 1:] != documents[:, :-1]
    number = begins.cumsum(1)
    same = number[:, None, :, None] == number[:, None, None, :]
    return same & torch.ones(length, length, dtype=torch.bool, device=documents.device).tril()


def _runs(documents: Tensor) -> Iterator[tuple[int, slice]]:
    """Row and range of each document."""
    rows, length = documents.shape
    borders: list[list[int]] = [[0] for _ in range(rows)]
    for row, at in (documents[:, 1:] != documents[:, :-1]).nonzero().tolist():
        borders[row].append(at + 1)
    for row, starts in enumerate(borders):
        for start, stop in zip(starts, [*starts[1:], length], strict=True):
            yield row, slice(start, stop)


def _like(query: Tensor) -> Tensor:
    # Heads lie beside each other in memory, as the projection behind attention reads them.
    batch, heads, length, width = query.shape
    return query.new_empty(batch, length, heads, width).transpose(1, 2)


@torch.library.custom_op("psychoscore::attend_documents", mutates_args=())
def _attend_documents(
    query: Tensor, key: Tensor, value: Tensor, documents: Tensor
) -> tuple[Tensor, Tensor]:
    """What is attended, and the logarithms of the weights' sums (batch, heads, length)."""
    attended = _like(query)
    sums = query.new_empty(query.shape[:3], dtype=torch.float32)
    for row, run in _runs(documents):
        parts = (each[row : row + 1, :, run] for each in (query, key, value))
        attended[row : row + 1, :, run], sums[row : row + 1, :, run] = _ATTEND(*parts, 0.0, True)
    return attended, sums


@torch.library.custom_op("psychoscore::attend_documents_backward", mutates_args=())
def _attend_documents_backward(
    slope: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    documents: Tensor,
    attended: Tensor,
    sums: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Slopes of query, key and value."""
    slopes = _like(query), _like(key), _like(value)
    for row, run in _runs(documents):
        slope_part, *parts, attended_part, sums_part = (
            each[row : row + 1, :, run] for each in (slope, query, key, value, attended, sums)
        )
        found = _ATTEND_BACKWARD(slope_part, *parts, attended_part, sums_part, 0.0, True)
        for whole, part in zip(slopes, found, strict=True):
            whole[row : row + 1, :, run] = part
    return slopes


@_attend_documents.register_fake
def _(query: Tensor, key: Tensor, value: Tensor, documents: Tensor) -> tuple[Tensor, Tensor]:
    return _like(query), query.new_empty(query.shape[:3], dtype=torch.float32)


@_attend_documents_backward.register_fake
def _(
    slope: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    documents: Tensor,
    attended: Tensor,
    sums: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    return _like(query), _like(key), _like(value)


def _remember(ctx: object, inputs: tuple[Tensor, ...], output: tuple[Tensor, Tensor]) -> None:
    ctx.save_for_backward(*inputs, *output)  # type: ignore[attr-defined]


def _slopes(context: object, slope: Tensor, _: Tensor | None) -> tuple[Tensor | None, ...]:
    saved = context.saved_tensors  # type: ignore[attr-defined]
    return *_attend_documents_backward(slope, *saved), None


_attend_documents.register_autograd(_slopes, setup_context=_remember)
