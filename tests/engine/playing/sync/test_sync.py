"""A player goes where its leader goes, and stays its own master where nobody leads."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.playing.protocol import (
    Finished,
    Follow,
    Load,
    Locate,
    Play,
    PortChoice,
    Position,
    SendClock,
    SetPlace,
    Stop,
)
from engine.score import TempoMap
from tests.engine.playing.stage import notes
from tests.engine.playing.sync.leader import (
    CLOCK,
    CONTINUE,
    START,
    STOP,
    song_position,
    ticks,
)
from tests.engine.playing.sync.led_stage import FOLLOW_CLOCK, FOLLOW_TIMECODE, LedStage
from tests.engine.playing.sync.test_timecode_follower import quarters

BEAT = 480
BEATS = notes(*((beat * BEAT, beat * BEAT + 240, 60 + beat % 12) for beat in range(64)))
WRONG = TempoMap(((0, 97.0),))


def _ready() -> LedStage:
    stage = LedStage()
    stage.tell(Load(1, BEATS, WRONG, 64 * BEAT), FOLLOW_CLOCK)
    return stage


def _put(stage: LedStage, begin: float, bpm: float, seconds: float, *first: bytes) -> list[float]:
    """A clock with words before its first tick; the moments its ticks are meant at."""
    heard = list(ticks(lambda _: bpm, seconds, begin=begin))
    for data in first:
        stage.tape.put(begin - 0.002, data)
    for tick in heard:
        stage.tape.put(tick.arrives, CLOCK)
    return [tick.meant for tick in heard]


def _errors(stage: LedStage, meant: Iterable[float]) -> list[float]:
    beats = [moment for index, moment in enumerate(meant) if index % 24 == 0]
    struck = [moment for moment, _ in stage.struck_at()]
    return [at - wanted for at, wanted in zip(struck, beats, strict=False)]


@pytest.mark.parametrize("bpm", [40.0, 120.0, 240.0])
def test_notes_fall_on_the_leaders_beats(bpm: float) -> None:
    stage = _ready()
    meant = _put(stage, stage.clock.now() + 0.5, bpm, 12.0, START)
    stage.pass_seconds(12.0)
    errors = _errors(stage, meant)
    assert len(errors) >= 7
    assert max(map(abs, errors)) < 0.005
    assert stage.led() == [True]
    assert stage.state().lock == "locked"
    assert stage.state().bpm == pytest.approx(bpm, rel=0.03)


def test_stop_stops_and_continue_goes_on() -> None:
    stage = _ready()
    now = stage.clock.now()
    _put(stage, now + 0.1, 120.0, 1.95, START)
    stage.tape.put(now + 2.06, STOP)
    stage.pass_seconds(3.0)
    assert [pitch for _, pitch in stage.struck_at()] == [60, 61, 62, 63]
    assert not stage.sounding()
    assert not stage.player.playing
    _put(stage, now + 3.1, 120.0, 0.6, CONTINUE)
    stage.pass_seconds(0.7)
    assert [pitch for _, pitch in stage.struck_at()][4:] == [64, 65]
    assert stage.led() == [True, False, True]


def test_song_position_jumps_and_shows_where() -> None:
    stage = _ready()
    now = stage.clock.now()
    stage.tape.put(now + 0.1, song_position(16))
    stage.pass_seconds(0.5)
    assert stage.player.position() == 4 * BEAT
    _put(stage, now + 1.0, 120.0, 0.3, song_position(32), CONTINUE)
    stage.pass_seconds(0.8)
    assert [pitch for _, pitch in stage.struck_at()] == [68]


def test_the_cue_begins_where_it_lies_in_the_song() -> None:
    stage = _ready()
    stage.tell(SetPlace(2, song_tick=2 * 1920))
    now = stage.clock.now()
    meant = _put(stage, now + 0.1, 120.0, 6.0, START)
    stage.pass_seconds(6.0)
    first = stage.struck_at()[0]
    assert first[1] == 60
    assert first[0] == pytest.approx(meant[8 * 24], abs=0.003)


def test_our_own_stop_and_play_beside_a_leader_that_runs() -> None:
    stage = _ready()
    _put(stage, stage.clock.now() + 0.1, 120.0, 8.0, START)
    stage.pass_seconds(2.0)
    stage.tell(Stop(2))
    stage.pass_seconds(2.0)
    assert not stage.player.playing
    assert len(stage.struck_at()) == 4
    stage.tell(Play(3, 0))
    stage.pass_seconds(0.3)
    assert stage.struck_at()[-1][1] == 60 + 8
    stage.tell(Locate(4, 0))
    stage.pass_seconds(0.3)
    assert stage.player.position() > 8 * BEAT


def test_without_a_leader_that_runs_the_player_plays_at_its_own_tempo() -> None:
    stage = _ready()
    stage.tell(Play(2, 0))
    stage.pass_seconds(2.0)
    moments = [at for at, _ in stage.struck_at()]
    assert moments[2] - moments[1] == pytest.approx(60 / 97, abs=0.001)
    meant = _put(stage, stage.clock.now() + 0.1, 150.0, 1.0, START)
    stage.pass_seconds(1.0)
    assert stage.struck_at()[4][1] == 60
    assert stage.struck_at()[4][0] == pytest.approx(meant[0], abs=0.003)


def test_the_end_of_the_cue_is_told_once_while_the_leader_goes_on() -> None:
    stage = LedStage()
    stage.tell(Load(1, notes((0, 240, 60)), WRONG, BEAT), FOLLOW_CLOCK)
    _put(stage, stage.clock.now() + 0.1, 120.0, 5.0, START)
    stage.pass_seconds(5.0)
    assert sum(isinstance(reply, Finished) for reply in stage.replies) == 1


def test_an_input_that_goes_is_told_and_comes_back_by_name() -> None:
    stage = _ready()
    meant = _put(stage, stage.clock.now() + 0.1, 120.0, 9.0, START)
    stage.pass_seconds(3.0)
    stage.tape.broken = "The DAW has gone."
    stage.pass_seconds(1.0)
    assert (stage.state().lock, stage.state().sentence) == ("lost", "The DAW has gone.")
    assert stage.player.playing
    stage.tape.broken = ""
    stage.pass_seconds(4.9)
    assert stage.state().lock == "locked"
    assert max(map(abs, _errors(stage, meant))) < 0.02


def test_a_missing_input_is_said() -> None:
    stage = LedStage()
    stage.tell(Follow(1, "clock", PortChoice("named", "nobody")))
    assert stage.state().sentence == "There is no tape 'nobody'."
    stage.tell(Follow(2, "internal"))
    assert stage.state().lock == "off"


def test_one_who_follows_no_longer_plays_on_at_its_own_tempo() -> None:
    stage = _ready()
    _put(stage, stage.clock.now() + 0.1, 120.0, 3.0, START)
    stage.pass_seconds(2.0)
    at = stage.player.position()
    stage.tell(Follow(2, "internal"))
    assert stage.tape.closed
    assert stage.player.position() == pytest.approx(at, abs=20)
    stage.pass_seconds(2.0)
    assert stage.player.position() - at == pytest.approx(2.0 * 97 / 60 * 480, abs=20)


def test_our_own_clock_that_comes_back_is_refused_with_a_sentence() -> None:
    stage = _ready()
    stage.tell(SendClock(2, True), Play(3, 0))
    returned = 0
    for _ in range(400):
        stage.pass_seconds(0.005)
        for _, data in stage.port.sent[returned:]:
            if data[0] >= 0xF0:
                stage.tape.put(stage.clock.now() + 0.003, data)
        returned = len(stage.port.sent)
    assert stage.tape.closed
    assert "comes back" in stage.state().sentence
    assert not stage.player.playing
    assert not stage.sounding()
    assert sum(data == START for data in stage.sent()) < 10


def test_a_clock_is_followed_and_sent_on() -> None:
    stage = _ready()
    stage.tell(SendClock(2, True))
    meant = _put(stage, stage.clock.now() + 0.5, 120.0, 5.0, START)
    stage.pass_seconds(5.0)
    sent = [at for at, data in stage.port.sent if data == CLOCK]
    errors = [at - wanted for at, wanted in zip(sent, meant, strict=False)]
    assert max(map(abs, errors)) < 0.005
    assert [data for data in stage.sent() if data in (START, STOP, CONTINUE)] == [START]


def test_positions_are_told_while_led() -> None:
    stage = _ready()
    _put(stage, stage.clock.now() + 0.1, 120.0, 3.0, START)
    stage.pass_seconds(3.0)
    told = [reply.tick for reply in stage.replies if isinstance(reply, Position) and reply.playing]
    assert told == sorted(told)
    assert len(told) > 60


def test_time_code_places_the_music_and_keeps_its_tempo() -> None:
    stage = LedStage()
    stage.tell(
        Load(1, BEATS, TempoMap(((0, 120.0),)), 64 * BEAT),
        SetPlace(2, 0, "01:00:02:00", "25"),
        FOLLOW_TIMECODE,
    )
    begin = stage.clock.now() + 0.1
    for moment, data in quarters("25", "01:00:00:00", 5.0, begin=begin):
        stage.tape.put(moment, data)
    stage.pass_seconds(6.0)
    struck = stage.struck_at()
    assert [at - begin - 2.0 for at, _ in struck] == pytest.approx(
        [0.5 * beat for beat in range(len(struck))], abs=0.005
    )
    assert len(struck) in (6, 7)
    assert stage.led() == [True, False]
    assert not stage.player.playing
