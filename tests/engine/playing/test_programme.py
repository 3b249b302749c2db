"""Events held in order, and the seam of a replacement."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.playing.events import is_off, is_on
from engine.playing.programme import Programme, pitch_of
from engine.playing.protocol import Events, PlayerEvent
from tests.engine.playing.stage import notes

SPANS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 300), st.integers(60, 63)), max_size=15
)


def _without_overlap(spans: list[tuple[int, int, int]]) -> Events:
    """Spans as events, where a pitch ends before it begins again."""
    free: dict[int, int] = {}
    kept = []
    for onset, duration, pitch in sorted(spans):
        if onset >= free.get(pitch, 0):
            kept.append((onset, onset + duration, pitch))
            free[pitch] = onset + duration
    return notes(*kept)


@given(SPANS, SPANS, st.integers(0, 1000))
def test_after_a_replacement_every_note_that_begins_ends(
    old: list[tuple[int, int, int]], new: list[tuple[int, int, int]], tick: int
) -> None:
    programme = Programme()
    programme.load(_without_overlap(old), None, None)
    programme.replace_from(tick, _without_overlap(new), None)
    sounding: set[tuple[int, int]] = set()
    for _, data in programme.events():
        if is_on(data):
            sounding.add(pitch_of(data))
        elif is_off(data):
            sounding.discard(pitch_of(data))
    assert sounding == set()
    assert programme.entries == sorted(programme.entries)


@given(SPANS, st.integers(0, 1000))
def test_what_was_before_stays(old: list[tuple[int, int, int]], tick: int) -> None:
    programme = Programme()
    events = _without_overlap(old)
    programme.load(events, None, None)
    programme.replace_from(tick, (), None)
    assert programme.events()[: programme.index_from(tick)] == tuple(
        event for event in events if event.tick < tick
    )
    assert all(is_off(event.data) for event in programme.events() if event.tick >= tick)


@given(SPANS, SPANS)
def test_an_exchange_there_and_back_changes_nothing(
    old: list[tuple[int, int, int]], new: list[tuple[int, int, int]]
) -> None:
    before, after = set(_without_overlap(old)), set(_without_overlap(new))
    programme = Programme()
    programme.load(tuple(before), None, None)
    programme.exchange(tuple(before - after), tuple(after - before))
    assert set(programme.events()) == after
    programme.exchange(tuple(after - before), tuple(before - after))
    assert programme.entries == sorted(programme.entries) and set(programme.events()) == before


def test_adding_many_and_adding_few_is_the_same() -> None:
    events = notes(*((on * 7 % 1000, on * 7 % 1000 + 5, on % 128) for on in range(400)))
    at_once, one_by_one = Programme(), Programme()
    at_once.load(events[:2], None, 5000)
    one_by_one.load(events[:2], None, 5000)
    at_once.add(events[2:], None)
    for event in events[2:]:
        one_by_one.add((event,), None)
    assert at_once.entries == one_by_one.entries


def test_controls_before_a_tick_are_the_last_of_each() -> None:
    programme = Programme()
    messages = (
        (0, b"\xb0\x40\x7f"),
        (100, b"\xb0\x40\x00"),
        (50, b"\xb0\x07\x64"),
        (60, b"\xc0\x05"),
    )
    programme.load(tuple(PlayerEvent(tick, data) for tick, data in messages), None, None)
    assert set(programme.controls_before(101)) == {b"\xb0\x40\x00", b"\xb0\x07\x64", b"\xc0\x05"}
    assert programme.controls_before(50) == [b"\xb0\x40\x7f"]
