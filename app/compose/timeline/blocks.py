"""Stretches of bars with a text, such as scenes: where there is room for one. Pure values.

Places are fractional bars from 1, ends not included. Blocks of one strip do not overlap; where a
file says otherwise, room is what none of them takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Block:
    """From one place in bars to another, the end not included."""

    first: float
    last: float
    text: str = ""

    @property
    def length(self) -> float:
        return self.last - self.first


def block_at(blocks: Sequence[Block], bar: float) -> int | None:
    """The index of the block that a place lies in."""
    return next((i for i, each in enumerate(blocks) if each.first <= bar < each.last), None)


def gaps(blocks: Sequence[Block], end: float) -> list[tuple[float, float]]:
    """The stretches from bar 1 to `end` that no block takes, ascending."""
    found, free = [], 1.0
    for block in sorted(blocks, key=lambda each: each.first):
        if block.first > free:
            found.append((free, min(block.first, end)))
        free = max(free, block.last)
    if free < end:
        found.append((free, end))
    return [gap for gap in found if gap[0] < gap[1]]


def spanned(
    blocks: Sequence[Block], anchor: float, one: float, other: float, end: float
) -> Block | None:
    """A new block from `one` to `other`, within the gap that `anchor` lies in."""
    room = next((gap for gap in gaps(blocks, end) if gap[0] <= anchor < gap[1]), None)
    if room is None:
        return None
    first, last = max(min(one, other), room[0]), min(max(one, other), room[1])
    return Block(first, last) if first < last else None


def moved(blocks: Sequence[Block], index: int, first: float, end: float) -> Block:
    """A block as near to `first` as there is room, past others too; itself where there is none."""
    block = blocks[index]
    length = block.length
    others = [each for i, each in enumerate(blocks) if i != index]
    starts = [
        min(max(first, low), high - length)
        for low, high in gaps(others, end)
        if high - low >= length - 1e-9
    ]
    if not starts:
        return block
    start = min(starts, key=lambda each: abs(each - first))
    return replace(block, first=start, last=start + length)


def resized(
    blocks: Sequence[Block], index: int, edge: str, place: float, least: float, end: float
) -> Block:
    """A block with its "first" or "last" edge at `place`, up to its neighbours.

    Args:
        least: no block becomes shorter.
    """
    block = blocks[index]
    others = [each for i, each in enumerate(blocks) if i != index]
    if edge == "first":
        low = max([each.last for each in others if each.last <= block.first], default=1.0)
        return replace(block, first=min(max(place, low), block.last - least))
    high = min([each.first for each in others if each.first >= block.last], default=end)
    return replace(block, last=max(min(place, high), block.first + least))
