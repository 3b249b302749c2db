"""The network as it decodes is the network as it was trained, and it does not see ahead."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from models.transformer import (
    HOLE_REACH,
    HOLE_SLOTS,
    Cache,
    Transformer,
    TransformerConfig,
    hole_index,
    rotary_table,
    rotate,
)

CONFIG = TransformerConfig(vocabulary=50, width=16, layers=2, heads=2, hidden=24, context=40)
BARS = 5


@dataclass(frozen=True)
class Reading:
    """Random tokens with everything that is told about them."""

    tokens: Tensor
    bars: Tensor
    film: Tensor
    holes: Tensor


def reading(batch: int, length: int, seed: int = 3) -> Reading:
    torch.manual_seed(seed)
    return Reading(
        torch.randint(0, 50, (batch, length)),
        torch.sort(torch.randint(0, BARS, (batch, length)), dim=1).values,
        torch.randn(batch, BARS, CONFIG.layers + 1, 2, 16) * 0.5,
        torch.randint(0, HOLE_SLOTS, (batch, length)),
    )


@pytest.fixture(scope="module")
def network() -> Transformer:
    torch.set_num_threads(1)
    torch.manual_seed(2)
    made = Transformer(CONFIG)
    with torch.no_grad():
        made.embedding.weight.normal_(std=0.5)
        made.hole_embedding.weight.normal_(std=0.5)
    return made.requires_grad_(False).eval()


def whole(network: Transformer, read: Reading) -> Tensor:
    return network(read.tokens, read.bars, read.film, read.holes)


def test_prefill_is_the_last_row_of_forward(network: Transformer) -> None:
    read = reading(3, 20)
    wanted = whole(network, read)
    cache = Cache.allocate(CONFIG, 3)
    for row, length in ((0, 20), (1, 7), (2, 1)):
        one = [t[row : row + 1, :length] for t in (read.tokens, read.bars)]
        holes = read.holes[row : row + 1, :length]
        out = network.prefill(*one, read.film[row : row + 1], holes, cache, row)
        torch.testing.assert_close(out[0], wanted[row, length - 1], atol=1e-5, rtol=1e-5)
    assert not cache.memory[:, :, 1, :, 7:].any() and not cache.memory[:, :, 2, :, 1:].any()


def test_step_by_step_with_rows_of_different_lengths_is_forward(network: Transformer) -> None:
    read = reading(4, 30)
    wanted = whole(network, read)
    cache = Cache.allocate(CONFIG, 4)
    # What a former stream left behind must never be seen.
    cache.memory.normal_(std=5.0)
    begun = [1, 17, 4, 9]
    for row, length in enumerate(begun):
        one = [t[row : row + 1, :length] for t in (read.tokens, read.bars)]
        holes = read.holes[row : row + 1, :length]
        network.prefill(*one, read.film[row : row + 1], holes, cache, row)
    rows = torch.arange(4)
    for step in range(12):
        at = torch.tensor(begun) + step
        out = network.step(
            read.tokens[rows, at],
            read.film[rows, read.bars[rows, at]],
            read.holes[rows, at],
            cache,
            at,
            int(at.max()),
        )
        torch.testing.assert_close(out, wanted[rows, at], atol=1e-5, rtol=1e-5)


def test_two_rows_with_the_same_tokens_and_other_conditions_part(network: Transformer) -> None:
    read = reading(1, 10)
    told = Reading(read.tokens, read.bars, read.film, read.holes)
    free = Reading(read.tokens, read.bars, torch.zeros_like(read.film), read.holes)
    cache = Cache.allocate(CONFIG, 2)
    for step in range(10):
        at = torch.tensor([step, step])
        bar = int(read.bars[0, step])
        film = torch.stack([told.film[0, bar], free.film[0, bar]])
        out = network.step(
            read.tokens[:, step].expand(2), film, read.holes[:, step].expand(2), cache, at, step
        )
    torch.testing.assert_close(out[0], whole(network, told)[0, -1], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(out[1], whole(network, free)[0, -1], atol=1e-5, rtol=1e-5)
    assert not torch.allclose(out[0], out[1], atol=1e-3)


def test_no_holes_are_the_index_zero_everywhere(network: Transformer) -> None:
    read = reading(1, 6)
    nothing = network(read.tokens, read.bars, read.film, None)
    zero = torch.zeros_like(read.holes)
    torch.testing.assert_close(nothing, network(read.tokens, read.bars, read.film, zero))
    assert not torch.allclose(nothing, whole(network, read), atol=1e-3)
    steps = [
        network.step(
            read.tokens[:, 0], read.film[:, read.bars[0, 0]], holes, Cache.allocate(CONFIG, 1),
            torch.tensor([0]), 0,
        )
        for holes in (None, zero[:, 0])
    ]  # fmt: skip
    torch.testing.assert_close(steps[0], nothing[:, 0])
    torch.testing.assert_close(steps[1], nothing[:, 0])


def test_the_last_token_of_a_full_context_is_forward_too(network: Transformer) -> None:
    read = reading(1, CONFIG.context)
    cache = Cache.allocate(CONFIG, 1)
    last = CONFIG.context - 1
    short = [t[:, :last] for t in (read.tokens, read.bars)]
    network.prefill(*short, read.film, read.holes[:, :last], cache, 0)
    out = network.step(
        read.tokens[:, last], read.film[:, read.bars[0, last]], read.holes[:, last], cache,
        torch.tensor([last]), last,
    )  # fmt: skip
    torch.testing.assert_close(out, whole(network, read)[:, last], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("what", ["tokens", "bars", "holes"])
def test_what_comes_later_changes_nothing_before_it(network: Transformer, what: str) -> None:
    read = reading(2, 24)
    before = whole(network, read)
    changed = {name: getattr(read, name).clone() for name in ("tokens", "bars", "film", "holes")}
    limit = {"tokens": 50, "bars": BARS, "holes": HOLE_SLOTS}[what]
    changed[what][:, 15:] = (changed[what][:, 15:] + 1) % limit
    after = whole(network, Reading(**changed))
    torch.testing.assert_close(after[:, :15], before[:, :15], atol=1e-6, rtol=1e-6)
    assert not torch.allclose(after[:, 15:], before[:, 15:], atol=1e-3)


def test_the_conditions_of_a_bar_are_heard_from_that_bar_on(network: Transformer) -> None:
    read = reading(1, 20)
    bar = int(read.bars[0, 12])
    first = int((read.bars[0] == bar).nonzero()[0])
    film = read.film.clone()
    film[0, bar] += 1.0
    after = whole(network, Reading(read.tokens, read.bars, film, read.holes))
    before = whole(network, read)
    torch.testing.assert_close(after[:, :first], before[:, :first], atol=1e-6, rtol=1e-6)
    assert not torch.allclose(after[:, first], before[:, first], atol=1e-3)


def test_no_film_leaves_the_network_alone(network: Transformer) -> None:
    read = reading(1, 8)
    zero = torch.zeros_like(read.film)
    ours = network(read.tokens, read.bars, zero)
    theirs = network(read.tokens, torch.zeros_like(read.bars), zero)
    torch.testing.assert_close(ours, theirs)


def test_a_batch_is_its_rows(network: Transformer) -> None:
    read = reading(3, 16)
    together = whole(network, read)
    for row in range(3):
        one = Reading(
            *(getattr(read, n)[row : row + 1] for n in ("tokens", "bars", "film", "holes"))
        )
        torch.testing.assert_close(whole(network, one)[0], together[row], atol=1e-5, rtol=1e-5)


def test_rotation_keeps_lengths_and_tells_distances_alone() -> None:
    cosine, sine = rotary_table(CONFIG, 32)
    assert (cosine[0] == 1).all() and (sine[0] == 0).all()
    torch.manual_seed(4)
    query, key = torch.randn(2, CONFIG.head_width)
    at = [rotate(query.expand(32, -1), cosine, sine), rotate(key.expand(32, -1), cosine, sine)]
    torch.testing.assert_close(at[0].norm(dim=-1), query.norm().expand(32))
    near, far = at[0][5] @ at[1][2], at[0][25] @ at[1][22]
    torch.testing.assert_close(near, far)
    assert not torch.allclose(near, at[0][5] @ at[1][4], atol=1e-3)


def test_the_distance_to_a_hole_is_clamped_and_none_is_zero() -> None:
    assert hole_index(None) == 0
    assert [hole_index(d) for d in range(-HOLE_REACH, HOLE_REACH + 1)] == list(range(1, HOLE_SLOTS))
    assert hole_index(-100) == hole_index(-HOLE_REACH) and hole_index(100) == HOLE_SLOTS - 1


def test_embedding_and_output_are_tied_and_the_rotation_is_not_saved() -> None:
    names = set(Transformer(CONFIG).state_dict())
    assert "embedding.weight" in names
    assert not any("rotary" in name or "output" in name for name in names)


def test_a_row_that_forgot_attends_to_what_is_left_at_the_same_distances(
    network: Transformer,
) -> None:
    """Scores of a query at the end with keys that moved are those of before."""
    cache = Cache.allocate(CONFIG, 2)
    bare = torch.randn(20, CONFIG.head_width, generator=torch.Generator().manual_seed(4))
    cosine, sine = network.rotary[:, :20]
    cache.memory[:, :, 1, :, :20] = rotate(bare, cosine, sine)
    before = cache.memory.clone()
    query = bare[7]
    far, near = (rotate(query, *network.rotary[:, at]) for at in (20, 20 - 8))
    cache.forget(1, 9, 20, network.rotary)
    assert torch.equal(cache.memory[:, :, 0], before[:, :, 0])
    assert torch.equal(cache.memory[:, :, 1, :, 0], before[:, :, 1, :, 0])
    moved = cache.memory[0, 0, 1, 0, 1:12]
    assert torch.allclose(moved @ near, before[0, 0, 1, 0, 9:20] @ far, atol=1e-4)
    assert torch.equal(cache.memory[:, 1, 1, :, 1:12], before[:, 1, 1, :, 9:20])


def test_documents_in_one_window_read_as_each_alone(network: Transformer) -> None:
    packed = reading(1, 24)
    documents = torch.tensor([[0] * 7 + [1] * 12 + [2] * 5])
    together = network(packed.tokens, packed.bars, packed.film, packed.holes, documents)
    for start, stop in ((0, 7), (7, 19), (19, 24)):
        run = slice(start, stop)
        alone = network(
            packed.tokens[:, run], packed.bars[:, run], packed.film, packed.holes[:, run]
        )
        torch.testing.assert_close(together[:, run], alone, atol=1e-5, rtol=1e-4)
    assert not torch.allclose(together[:, 7:], whole(network, packed)[:, 7:], atol=1e-3)
