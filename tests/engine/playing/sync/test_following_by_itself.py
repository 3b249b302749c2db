"""The default: whoever is heard leads, by clock or by time code, and until then nobody does."""

from __future__ import annotations

import pytest

from engine.playing.protocol import Follow, Load, Play, PortChoice, SendClock, SetPlace
from engine.score import TempoMap
from tests.engine.playing.stage import notes
from tests.engine.playing.sync.leader import CLOCK, START, STOP, ticks
from tests.engine.playing.sync.led_stage import FOLLOW_WHOEVER, LedStage
from tests.engine.playing.sync.test_timecode_follower import quarters

BEAT = 480
BEATS = notes(*((beat * BEAT, beat * BEAT + 240, 60 + beat % 12) for beat in range(64)))


def _stage(bpm: float = 97.0) -> LedStage:
    stage = LedStage()
    stage.tell(
        Load(1, BEATS, TempoMap(((0, bpm),)), 64 * BEAT),
        SetPlace(2, 0, "01:00:02:00", "25"),
        FOLLOW_WHOEVER,
    )
    return stage


def _clock(stage: LedStage, begin: float, bpm: float, seconds: float) -> list[float]:
    stage.tape.put(begin - 0.002, START)
    found = list(ticks(lambda _: bpm, seconds, begin=begin))
    for tick in found:
        stage.tape.put(tick.arrives, CLOCK)
    return [tick.meant for tick in found]


def test_without_a_leader_play_sounds_at_once_at_its_own_tempo() -> None:
    stage = _stage()
    stage.pass_seconds(0.5)
    assert stage.state().lock == "off"
    begin = stage.clock.now()
    stage.tell(Play(3, 0))
    stage.pass_seconds(2.0)
    moments = [at for at, _ in stage.struck_at()]
    assert moments[0] - begin < 0.01
    assert moments[2] - moments[1] == pytest.approx(60 / 97, abs=0.001)
    assert stage.led() == []


def test_a_clock_leads_as_soon_as_it_starts_and_play_is_free_after_it() -> None:
    stage = _stage()
    meant = _clock(stage, stage.clock.now() + 1.0, 132.0, 4.0)
    stage.pass_seconds(4.0)
    struck = [at for at, _ in stage.struck_at()]
    errors = [at - tick for at, tick in zip(struck, meant[::24], strict=False)]
    assert len(errors) > 4 and max(map(abs, errors)) < 0.025
    assert (stage.state().source, stage.state().lock) == ("auto", "locked")
    stage.tape.put(stage.clock.now() + 1.1, STOP)
    stage.pass_seconds(2.0)
    assert stage.led() == [True, False]
    assert stage.state().lock == "off"
    stage.tell(Play(4, 0))
    stage.pass_seconds(1.0)
    assert stage.player.playing


def test_a_time_code_leads_where_no_clock_is_heard() -> None:
    stage = _stage(120.0)
    begin = stage.clock.now() + 0.1
    for moment, data in quarters("25", "01:00:00:00", 5.0, begin=begin):
        stage.tape.put(moment, data)
    stage.pass_seconds(6.0)
    at = [moment - begin - 2.0 for moment, _ in stage.struck_at()]
    assert len(at) > 4
    assert at == pytest.approx([0.5 * beat for beat in range(len(at))], abs=0.005)


def test_a_missing_input_troubles_nobody() -> None:
    stage = LedStage()
    stage.tell(Follow(1, "auto", PortChoice("named", "nobody")))
    assert (stage.state().lock, stage.state().sentence) == ("off", "")


def test_our_own_clock_that_comes_back_does_not_lead_us() -> None:
    stage = _stage()
    stage.tell(SendClock(3, True), Play(4, 0))
    returned = 0
    for _ in range(400):
        stage.pass_seconds(0.005)
        for _, data in stage.port.sent[returned:]:
            if data[0] >= 0xF0:
                stage.tape.put(stage.clock.now() + 0.003, data)
        returned = len(stage.port.sent)
    assert "comes back" in stage.state().sentence
    assert not stage.player.playing and not stage.sounding()
