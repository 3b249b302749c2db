"""Ways out of what plays: a loop that is left on a beat, and growing silent."""

from __future__ import annotations

import pytest

from engine.playing.protocol import FadeOut, LeaveLoop, Play, SetLoop, Stop, decode, encode
from tests.engine.playing.stage import Stage, notes

BEATS = notes(*((beat * 480, beat * 480 + 240, 60 + beat) for beat in range(12)))
END = 12 * 480


def _vamping(beats: tuple[int, int] = (2, 6)) -> Stage:
    stage = Stage()
    stage.start(BEATS, end=END)
    stage.tell(SetLoop(3, beats[0] * 480, beats[1] * 480))
    return stage


def _beats(stage: Stage) -> list[int]:
    return [pitch - 60 for pitch in stage.struck()]


def test_a_loop_is_left_on_the_next_border_and_goes_on_at_its_end() -> None:
    stage = _vamping()
    stage.pass_seconds(0.48 * 7.5)
    stage.tell(LeaveLoop(4, (3 * 480, 4 * 480, 5 * 480, 6 * 480)))
    stage.pass_seconds(6)
    assert _beats(stage) == [0, 1, 2, 3, 4, 5, 2, 3, 6, 7, 8, 9, 10, 11]
    gaps = [b - a for a, b in zip(stage.milliseconds(), stage.milliseconds()[1:], strict=False)]
    assert gaps == [480] * 13
    assert stage.finished()
    assert not stage.sounding()


def test_a_phrase_runs_to_the_end_of_the_loop() -> None:
    stage = _vamping()
    stage.pass_seconds(0.48 * 7.5)
    stage.tell(LeaveLoop(4, (6 * 480,)))
    stage.pass_seconds(6)
    assert _beats(stage) == [0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_borders_that_have_passed_do_not_count() -> None:
    stage = _vamping()
    stage.pass_seconds(0.48 * 5.5)
    stage.tell(LeaveLoop(4, (3 * 480, 4 * 480)))
    stage.pass_seconds(6)
    assert _beats(stage) == list(range(12))


def test_a_second_go_changes_nothing_and_the_way_out_is_taken_once() -> None:
    stage = _vamping()
    stage.pass_seconds(0.48 * 3.5)
    at = tuple(beat * 480 for beat in range(3, 7))
    stage.tell(LeaveLoop(4, at), LeaveLoop(5, at))
    stage.pass_seconds(0.48 * 2)
    stage.tell(Play(6, 0))
    stage.pass_seconds(6)
    assert _beats(stage) == [0, 1, 2, 3, 6, 7, *range(12)]


def test_without_a_loop_there_is_nothing_to_leave() -> None:
    stage = Stage()
    stage.start(BEATS, end=END)
    stage.tell(LeaveLoop(4, (480,)))
    stage.pass_seconds(6)
    assert _beats(stage) == list(range(12))


def _volumes(stage: Stage) -> list[int]:
    return [data[2] for data in stage.sent() if data[:2] == b"\xb0\x07"]


def test_the_volume_falls_evenly_and_comes_back_when_all_is_silent() -> None:
    stage = Stage()
    stage.start(notes((0, 5000, 60), (500, 4000, 64)), end=9000)
    stage.pass_seconds(1.0)
    stage.tell(FadeOut(4, 2.0))
    stage.pass_seconds(1.9)
    assert stage.sounding() == {60, 64}
    assert _volumes(stage) == sorted(_volumes(stage), reverse=True)
    assert len(_volumes(stage)) > 40
    stage.pass_seconds(0.2)
    assert _volumes(stage)[-2:] == [0, 100]
    assert not stage.sounding()
    assert stage.sent()[-1] == bytes((0xB0, 7, 100))
    assert stage.finished()


def test_velocities_fade_without_a_controller() -> None:
    stage = Stage()
    stage.start(BEATS, end=END)
    stage.tell(FadeOut(4, 2.0, "velocity"))
    stage.pass_seconds(3)
    assert not _volumes(stage)
    velocities = [data[2] for data in stage.sent() if data[0] == 0x90]
    assert velocities == [90, 68, 47, 25, 3]
    assert stage.finished()


def test_stop_ends_a_fade_and_gives_the_volume_back() -> None:
    stage = Stage()
    stage.start(notes((0, 5000, 60)), end=9000)
    stage.tell(FadeOut(4, 2.0))
    stage.pass_seconds(1.0)
    stage.tell(Stop(5), Play(6, 0))
    stage.pass_seconds(3.0)
    assert _volumes(stage)[-1] == 100
    assert stage.player.playing


def test_what_stands_is_silent_already() -> None:
    stage = Stage()
    stage.start(BEATS, end=END)
    stage.tell(Stop(3), FadeOut(4, 2.0))
    assert stage.finished()


@pytest.mark.parametrize("message", [LeaveLoop(1, (5, 9)), FadeOut(2, 1.5, "velocity")])
def test_ways_out_survive_the_pipe(message: LeaveLoop | FadeOut) -> None:
    assert decode(encode(message)) == message
