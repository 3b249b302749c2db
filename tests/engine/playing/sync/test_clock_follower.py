"""A clock is followed through jitter, ramps, steps, lost ticks, stops and jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.playing.sync.clock_follower import ClockFollower
from tests.engine.playing.sync.leader import (
    CLOCK,
    CONTINUE,
    START,
    STOP,
    phase_errors,
    song_position,
    ticks,
)

NONE = frozenset[int]()


def _p99(errors: list[float]) -> float:
    return sorted(map(abs, errors))[int(0.99 * (len(errors) - 1))]


def _followed(
    bpm: Callable[[float], float], seconds: float = 60.0, lost: frozenset[int] = NONE, seed: int = 1
) -> tuple[ClockFollower, list[float], int]:
    follower = ClockFollower()
    heard = list(ticks(bpm, seconds, seed=seed))
    follower.hear(heard[0].arrives - 0.001, START)
    return follower, phase_errors(follower, heard, lost), len(heard)


def _ramp(low: float, high: float, seconds: float) -> Callable[[float], float]:
    return lambda at: low + (high - low) * min(at / seconds, 1.0)


def _steps(at: float) -> float:
    return (120.0, 90.0, 132.0, 66.0, 140.0, 120.0)[int(at / 10) % 6]


@pytest.mark.parametrize(
    "bpm",
    [
        pytest.param(lambda _: 40.0, id="40"),
        pytest.param(lambda _: 120.0, id="120"),
        pytest.param(lambda _: 240.0, id="240"),
        pytest.param(_ramp(60.0, 180.0, 20.0), id="accelerando"),
        pytest.param(_ramp(200.0, 50.0, 30.0), id="ritardando"),
        pytest.param(_steps, id="steps of tempo"),
    ],
)
def test_the_phase_holds(bpm: Callable[[float], float]) -> None:
    follower, errors, count = _followed(bpm)
    assert _p99(errors) < 0.005
    assert follower.place == (count - 1) * 20
    assert follower.state(100.0 + 60.0) == "locked"


@pytest.mark.parametrize("bpm", [40.0, 97.3, 240.0])
def test_the_tempo_is_read_to_a_thousandth(bpm: float) -> None:
    follower = ClockFollower()
    read = []
    for tick in ticks(lambda _: bpm, 60.0):
        follower.hear(tick.arrives, CLOCK)
        read.append(follower.bpm)
    settled = read[len(read) // 4 :]
    assert sum(settled) / len(settled) == pytest.approx(bpm, rel=0.001)


@pytest.mark.parametrize("lost", [{100}, {200, 201, 202}, {300, 340, 341}], ids=str)
def test_lost_ticks_are_counted(lost: set[int]) -> None:
    follower, errors, count = _followed(lambda _: 120.0, lost=frozenset(lost))
    assert follower.place == (count - 1) * 20
    assert _p99(errors) < 0.005


def test_silence_is_said_and_the_music_goes_on() -> None:
    silence = frozenset(range(480, 720))
    heard = list(ticks(lambda _: 120.0, 30.0))
    follower = ClockFollower()
    follower.hear(99.9, START)
    for index, tick in enumerate(heard):
        if index == 700:
            assert follower.state(tick.meant) == "lost"
            lead = follower.lead(tick.meant)
            assert lead is not None
            place = lead.place + (tick.meant - lead.moment) * lead.bpm * 8
            assert place == pytest.approx(index * 20, abs=10)
        if index not in silence:
            follower.hear(tick.arrives, CLOCK)
    assert follower.state(heard[-1].meant) == "locked"
    assert follower.place == (len(heard) - 1) * 20


def test_half_the_tempo_is_no_loss() -> None:
    follower, errors, count = _followed(lambda at: 160.0 if at < 10.0 else 80.0, 30.0)
    assert follower.place == (count - 1) * 20
    assert _p99(errors) < 0.005


def _beat(follower: ClockFollower, begin: float, count: int) -> float:
    for index in range(count):
        follower.hear(begin + index * 0.02, CLOCK)
    return begin + count * 0.02


def test_nothing_runs_before_a_start() -> None:
    follower = ClockFollower()
    _beat(follower, 1.0, 48)
    assert follower.lead(2.0) is None
    assert follower.state(2.0) == "locked"
    assert follower.bpm == pytest.approx(125.0)


def test_the_first_tick_after_a_start_is_bar_one() -> None:
    follower = ClockFollower()
    now = _beat(follower, 1.0, 48)
    follower.hear(now - 0.001, START)
    assert follower.lead(now) is None
    follower.hear(now, CLOCK)
    lead = follower.lead(now)
    assert lead is not None
    assert (lead.place, lead.moment) == (0.0, pytest.approx(now, abs=1e-9))


def test_continue_goes_on_with_the_tick_that_was_to_come() -> None:
    follower = ClockFollower()
    follower.hear(1.0, START)
    now = _beat(follower, 1.0, 30)
    follower.hear(now, STOP)
    assert follower.lead(now) is None
    assert follower.place == 30 * 20
    now = _beat(follower, now, 10)
    follower.hear(now, CONTINUE)
    _beat(follower, now, 1)
    assert follower.place == 30 * 20
    assert follower.lead(now) is not None


def test_song_position_is_where_continue_begins() -> None:
    follower = ClockFollower()
    turn = follower.turn
    follower.hear(1.0, song_position(16 * 9))
    assert follower.place == 9 * 1920
    assert follower.turn > turn
    follower.hear(1.1, CONTINUE)
    _beat(follower, 1.2, 25)
    assert follower.place == 9 * 1920 + 480


def test_song_position_while_running_is_a_jump() -> None:
    follower = ClockFollower()
    follower.hear(1.0, START)
    now = _beat(follower, 1.0, 30)
    turn = follower.turn
    follower.hear(now - 0.001, song_position(64))
    _beat(follower, now, 1)
    assert follower.place == 4 * 1920
    assert follower.turn == turn + 1


def test_a_start_while_running_begins_again() -> None:
    follower = ClockFollower()
    follower.hear(1.0, START)
    now = _beat(follower, 1.0, 30)
    follower.hear(now - 0.001, START)
    _beat(follower, now, 2)
    assert follower.place == 20


def test_notes_and_broken_messages_are_ignored() -> None:
    follower = ClockFollower()
    for data in (b"\x90\x3c\x40", b"\xf2\x01", b"\xfe", b"\xf1\x00"):
        follower.hear(1.0, data)
    assert (follower.place, follower.turn, follower.lead(1.0)) == (0.0, 0, None)


def test_a_clock_that_comes_in_steps_of_a_coarse_period_is_read_as_well() -> None:
    follower, read = ClockFollower(), []
    for tick in ticks(lambda _: 90.0, 60.0, jitter=0.0):
        period = 1024 / 48_000
        follower.hear(tick.meant // period * period, CLOCK)
        read.append(follower.bpm)
    settled = read[len(read) // 4 :]
    assert sorted(settled)[len(settled) // 100] > 85.0
    assert sorted(settled)[-len(settled) // 100] < 95.0
