"""Time code is followed at each frame rate, through jitter, loss, stops and jumps."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from engine.playing.sync.timecode_follower import TimecodeFollower
from engine.timecode import frame_number, frame_rate, timecode

RATES = {"24": 0, "25": 1, "29.97 DF": 2, "30": 3}
Quarter = tuple[float, bytes]


def quarters(
    rate: str, start: str, seconds: float, *, begin: float = 10.0, jitter: float = 0.0015
) -> Iterator[Quarter]:
    """Quarter frames as a machine sends them that is at `start` at `begin`."""
    kind, frames = frame_rate(rate), random.Random(1)
    for index in range(int(seconds * kind.per_second) * 4):
        piece = index % 8
        if piece == 0:
            label = timecode((index // 4 + 0.5) / kind.per_second, kind, frame_number(start, kind))
            hour, minute, second, frame = (int(label[i : i + 2]) for i in (0, 3, 6, 9))
            values = (frame, second, minute, hour | RATES[rate] << 5)
        value = values[piece // 2]
        nibble = value >> 4 if piece % 2 else value & 0x0F
        moment = begin + index / 4 / kind.per_second
        yield moment + frames.uniform(-jitter, jitter), bytes((0xF1, piece << 4 | nibble))


def full_frame(rate: str, hour: int, minute: int, second: int, frame: int) -> bytes:
    body = (hour | RATES[rate] << 5, minute, second, frame)
    return bytes((0xF0, 0x7F, 0x7F, 0x01, 0x01, *body, 0xF7))


def _place(follower: TimecodeFollower, now: float) -> float | None:
    lead = follower.lead(now)
    return None if lead is None else lead.place + now - lead.moment


@pytest.mark.parametrize("rate", list(RATES))
@pytest.mark.parametrize("start", ["00:59:58:00", "10:09:55:10"])
def test_the_picture_is_followed(rate: str, start: str) -> None:
    follower = TimecodeFollower(rate)
    errors = []
    for moment, data in quarters(rate, start, 20.0):
        follower.hear(moment, data)
        place = _place(follower, moment)
        if place is not None:
            errors.append(abs(place - follower.seconds_of(start) - (moment - 10.0)))
    assert len(errors) > 19 * 96
    assert sorted(errors)[int(0.99 * len(errors))] < 0.005
    assert follower.state(moment) == "locked"
    assert follower.turn == 1


@pytest.mark.parametrize(("preferred", "sent"), [("23.976", "24"), ("29.97", "30")])
def test_the_cue_tells_pulled_down_rates(preferred: str, sent: str) -> None:
    follower = TimecodeFollower(preferred)
    for moment, data in quarters(sent, "01:00:00:00", 1.0):
        follower.hear(moment, data)
    frames = frame_number("01:00:00:00", frame_rate(sent))
    assert follower.place == pytest.approx((frames + 24) * 1001 / 1000 / int(sent), abs=1.1)
    assert follower.seconds_of("01:00:00:00") == pytest.approx(3603.6)


def test_silence_is_a_stop_and_it_goes_on_elsewhere() -> None:
    follower = TimecodeFollower()
    for moment, data in quarters("25", "00:00:10:00", 2.0):
        follower.hear(moment, data)
    assert follower.lead(moment + 0.1) is not None
    assert follower.lead(moment + 0.2) is None
    assert follower.state(moment + 0.2) == "searching"
    for moment, data in quarters("25", "00:01:00:00", 2.0, begin=20.0):
        follower.hear(moment, data)
    assert _place(follower, 22.0) == pytest.approx(62.0, abs=0.003)
    assert follower.turn == 2


def test_lost_quarter_frames_are_counted() -> None:
    follower = TimecodeFollower()
    for index, (moment, data) in enumerate(quarters("25", "00:00:10:00", 3.0)):
        if index not in {50, 51, 52, 120} and not 200 <= index < 211:
            follower.hear(moment, data)
    assert _place(follower, 13.0) == pytest.approx(13.0, abs=0.005)
    assert follower.turn == 1


def test_a_jump_without_a_stop_is_a_turn() -> None:
    follower = TimecodeFollower()
    for moment, data in quarters("25", "00:00:10:00", 2.0, jitter=0.0):
        follower.hear(moment, data)
    for moment, data in quarters("25", "00:05:00:00", 2.0, begin=12.0, jitter=0.0):
        follower.hear(moment, data)
    assert _place(follower, 14.0) == pytest.approx(302.0, abs=0.003)
    assert follower.turn == 2


def test_a_full_frame_is_where_the_picture_stands() -> None:
    follower = TimecodeFollower("29.97 DF")
    follower.hear(1.0, full_frame("29.97 DF", 1, 1, 0, 2))
    assert follower.place == follower.seconds_of("01:01:00;02")
    assert follower.turn == 1
    assert follower.lead(1.0) is None


def test_time_code_that_runs_backwards_leads_nobody() -> None:
    follower = TimecodeFollower()
    sent = list(quarters("25", "00:00:10:00", 2.0, jitter=0.0))
    for (moment, _), (_, data) in zip(sent, reversed(sent), strict=True):
        follower.hear(moment, data)
    assert follower.lead(moment) is None


@pytest.mark.parametrize(
    "data", [b"\xf1", b"\xf8", b"\x90\x3c\x40", b"\xf0\x7f\x7f\x01\x01\x21\x3f\x3f\x1f\xf7"]
)
def test_other_and_broken_messages_are_ignored(data: bytes) -> None:
    follower = TimecodeFollower()
    follower.hear(1.0, data)
    assert (follower.place, follower.turn) == (0.0, 0)
