"""Clicks sound in the preview alone, at their ticks, also before the first bar and in a loop."""

from __future__ import annotations

from engine.playing.ports import RecorderPort
from engine.playing.protocol import (
    AddEvents,
    CountIn,
    Load,
    Play,
    PlayerEvent,
    SendClock,
    SetClick,
    SetLoop,
    decode,
    encode,
)
from tests.engine.playing.stage import MILLISECONDS, Stage, notes

BEATS = tuple(PlayerEvent(tick, bytes((0x99, 76, 100))) for tick in range(-960, 1920, 480))


def _stage() -> tuple[Stage, RecorderPort]:
    stage = Stage()
    preview = RecorderPort(stage.clock)
    stage.outlet.set_audio(preview)
    stage.tell(Load(1, notes((0, 400, 60)), MILLISECONDS, 1920), SetClick(2, BEATS))
    return stage, preview


def _clicks(stage: Stage, preview: RecorderPort, begin: float) -> list[int]:
    return [round((at - begin) * 1000) for at, data in preview.sent if data[0] == 0x99 and data[2]]


def test_a_bar_is_counted_in_and_only_the_preview_hears_it() -> None:
    stage, preview = _stage()
    begin = stage.clock.now() + 0.003
    stage.tell(Play(3, -960))
    stage.pass_seconds(4.0)
    assert _clicks(stage, preview, begin) == [0, 480, 960, 1440, 1920, 2400]
    assert stage.struck() == [60]
    assert all(data[0] & 0x0F == 0 for data in stage.sent())
    struck = next(at for at, data in stage.port.sent if data[0] == 0x90)
    assert round((struck - begin) * 1000) == 960
    assert stage.finished()


def test_clicks_follow_a_loop_and_end_when_they_are_taken_away() -> None:
    stage, preview = _stage()
    begin = stage.clock.now() + 0.003
    stage.tell(SetLoop(3, 0, 960), Play(4, 0), SendClock(5, True))
    stage.pass_seconds(2.0)
    assert _clicks(stage, preview, begin) == [0, 480, 960, 1440, 1920]
    stage.tell(SetClick(6))
    stage.pass_seconds(2.0)
    assert len(_clicks(stage, preview, begin)) == 5


def test_clicks_survive_the_pipe() -> None:
    assert decode(encode(SetClick(1, BEATS))) == SetClick(1, BEATS)


def test_music_waits_for_its_count_in() -> None:
    stage, preview = _stage()
    stage.tell(Load(3, notes((0, 400, 50), (960, 1400, 60)), MILLISECONDS, 1920), SetClick(4))
    begin = stage.clock.now() + 0.003
    beats = tuple(PlayerEvent(tick, bytes((0x99, 77, 80))) for tick in (0, 480))
    stage.tell(CountIn(5, 960, beats))
    assert stage.player.position() <= 0
    stage.pass_seconds(0.5)
    stage.tell(AddEvents(6, notes((300, 900, 71))))
    stage.pass_seconds(2.0)
    assert _clicks(stage, preview, begin) == [0, 480]
    assert stage.struck() == [60]
    struck = next(at for at, data in stage.port.sent if data[0] == 0x90)
    assert round((struck - begin) * 1000) == 960
    assert all(data[0] & 0x0F == 0 for data in stage.sent())
    stage.tell(Play(7, 0))
    stage.pass_seconds(2.0)
    assert len(_clicks(stage, preview, begin)) == 2, "it is counted once"
