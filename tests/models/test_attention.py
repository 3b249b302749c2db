"""Attention within documents: the same as each alone, and the same on every path."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from models.attention import attend, document_mask

DOCUMENTS = torch.tensor([[0] * 5 + [1] * 9 + [0] * 2, [3] * 16])


def drawn(dtype: torch.dtype = torch.float32) -> list[Tensor]:
    """Query, key and value (2, 3, 16, 8), laid in memory as the network's are."""
    torch.manual_seed(0)
    packed = torch.randn(2, 16, 3, 3, 8).to(dtype).permute(2, 0, 3, 1, 4)
    return [each.requires_grad_() for each in packed.unbind(0)]


def test_each_document_is_attended_as_if_it_were_alone() -> None:
    inputs = drawn()
    packed = attend(*inputs, DOCUMENTS)
    for row, start, stop in ((0, 0, 5), (0, 5, 14), (0, 14, 16), (1, 0, 16)):
        alone = (each[row : row + 1, :, start:stop] for each in inputs)
        own = F.scaled_dot_product_attention(*alone, is_causal=True)
        torch.testing.assert_close(packed[row : row + 1, :, start:stop], own)


@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 2e-6), (torch.bfloat16, 2e-2)])
def test_the_mask_of_other_devices_gives_the_same_with_the_same_slopes(
    dtype: torch.dtype, near: float
) -> None:
    inputs = drawn(dtype)
    slope = torch.randn(2, 3, 16, 8).to(dtype)
    ours = attend(*inputs, DOCUMENTS)
    theirs = F.scaled_dot_product_attention(*inputs, attn_mask=document_mask(DOCUMENTS))
    torch.testing.assert_close(ours, theirs, atol=near, rtol=near)
    for one, other in zip(
        torch.autograd.grad(ours, inputs, slope),
        torch.autograd.grad(theirs, inputs, slope),
        strict=True,
    ):
        torch.testing.assert_close(one, other, atol=near, rtol=near)


def test_the_mask_shows_a_position_itself_and_what_came_before_in_its_document() -> None:
    mask = document_mask(torch.tensor([[0, 0, 1, 1, 0]]))
    assert mask.int().tolist() == [
        [
            [
                [1, 0, 0, 0, 0],
                [1, 1, 0, 0, 0],
                [0, 0, 1, 0, 0],
                [0, 0, 1, 1, 0],
                [0, 0, 0, 0, 1],
            ]
        ]
    ]


def test_without_documents_a_row_is_one() -> None:
    inputs = drawn()
    one = torch.zeros(2, 16, dtype=torch.long)
    torch.testing.assert_close(attend(*inputs, None), attend(*inputs, one))
    causal = F.scaled_dot_product_attention(*inputs, is_causal=True)
    assert torch.equal(attend(*inputs, None), causal)


def test_the_operator_keeps_what_it_promises_to_a_compiler() -> None:
    operator = torch.ops.psychoscore.attend_documents
    torch.library.opcheck(
        operator, (*(each.detach().requires_grad_() for each in drawn()), DOCUMENTS)
    )
