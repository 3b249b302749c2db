"""Where there is room for a block."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.compose.timeline.blocks import Block, block_at, gaps, moved, resized, spanned

TWO = (Block(2, 4, "a"), Block(6, 9, "b"))


def test_gaps_are_what_no_block_takes() -> None:
    assert gaps(TWO, 12) == [(1, 2), (4, 6), (9, 12)]
    assert gaps((Block(1, 12),), 12) == []
    assert gaps((Block(3, 6), Block(2, 8)), 12) == [(1, 2), (8, 12)]


def test_a_place_knows_its_block() -> None:
    assert [block_at(TWO, bar) for bar in (1.9, 2, 3.99, 4, 8)] == [None, 0, 0, None, 1]


def test_a_new_block_ends_at_its_neighbours() -> None:
    assert spanned(TWO, 5, 5, 11, 12) == Block(5, 6)
    assert spanned(TWO, 5, 5, 1, 12) == Block(4, 5)
    assert spanned(TWO, 3, 3, 5, 12) is None


def test_a_block_is_moved_past_another_where_there_is_room() -> None:
    assert moved(TWO, 0, 3.6, 12) == Block(3.6, 5.6, "a")
    assert moved(TWO, 0, 4.8, 12) == Block(4, 6, "a")
    assert moved(TWO, 0, 8.5, 12) == Block(9, 11, "a")
    assert moved((Block(1, 3, "a"), Block(3, 12)), 0, 5, 12) == Block(1, 3, "a")


def test_an_edge_stops_at_the_neighbour_and_at_the_least_length() -> None:
    assert resized(TWO, 0, "last", 8, 1, 12) == Block(2, 6, "a")
    assert resized(TWO, 1, "first", 3, 1, 12) == Block(4, 9, "b")
    assert resized(TWO, 0, "last", 0, 1, 12) == Block(2, 3, "a")
    assert resized(TWO, 1, "last", 40, 1, 12) == Block(6, 12, "b")


@given(st.floats(1, 12), st.sampled_from([0, 1]))
def test_a_moved_block_overlaps_none_and_keeps_its_length(first: float, index: int) -> None:
    block, other = moved(TWO, index, first, 12), TWO[1 - index]
    assert abs(block.length - TWO[index].length) < 1e-9
    assert block.last <= other.first + 1e-9 or block.first >= other.last - 1e-9
    assert block.first >= 1 and block.last <= 12 + 1e-9
