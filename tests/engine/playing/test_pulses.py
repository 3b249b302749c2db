"""Our clock: 24 ticks a quarter note at the exact moments, and words that say where."""

from __future__ import annotations

import pytest

from engine.playing.protocol import (
    AddEvents,
    Load,
    Locate,
    Play,
    SendClock,
    SetLoop,
    SetPlace,
    Stop,
)
from tests.engine.playing.stage import MILLISECONDS, Stage, notes

START, CONTINUE, STOP, CLOCK = b"\xfa", b"\xfb", b"\xfc", b"\xf8"
MUSIC = notes((0, 240, 60), (480, 720, 61))


def _sending() -> Stage:
    stage = Stage()
    stage.tell(Load(1, MUSIC, MILLISECONDS, 1920), SendClock(2, True))
    return stage


def _clocks(stage: Stage) -> list[float]:
    return [moment for moment, data in stage.port.sent if data == CLOCK]


def _words(stage: Stage) -> list[bytes]:
    return [data for data in stage.sent() if data[0] >= 0xF0 and data != CLOCK]


def test_nothing_is_sent_unless_it_is_wished() -> None:
    stage = Stage()
    stage.tell(Load(1, MUSIC, MILLISECONDS, 1920), Play(2, 0))
    stage.pass_seconds(3.0)
    assert not [data for data in stage.sent() if data[0] >= 0xF0]


def test_the_clock_lies_on_the_grid_of_the_notes() -> None:
    stage = _sending()
    stage.tell(Play(3, 0))
    stage.pass_seconds(3.0)
    clocks = _clocks(stage)
    assert len(clocks) == 1920 // 20
    first_note = next(moment for moment, data in stage.port.sent if data[0] == 0x90)
    assert [round((moment - first_note) * 1000, 3) for moment in clocks] == [
        index * 20.0 for index in range(96)
    ]
    assert _words(stage) == [START, STOP]
    assert stage.sent()[:3] == [START, CLOCK, b"\x90\x3c\x5a"]


@pytest.mark.parametrize(("tick", "sixteenth"), [(480, 4), (500, 5), (599, 5), (600, 5)])
def test_from_within_it_continues_at_the_next_sixteenth(tick: int, sixteenth: int) -> None:
    stage = _sending()
    stage.tell(Play(3, tick))
    began = stage.clock.now()
    stage.pass_seconds(0.5)
    assert _words(stage) == [bytes((0xF2, sixteenth, 0)), CONTINUE]
    wait = (sixteenth * 120 - tick) / 1000
    assert _clocks(stage)[0] - began == pytest.approx(wait + 0.003, abs=0.0015)


def test_the_place_in_the_song_is_what_is_named() -> None:
    stage = _sending()
    stage.tell(SetPlace(3, song_tick=20 * 1920), Play(4, 0))
    stage.pass_seconds(0.1)
    assert _words(stage) == [bytes((0xF2, 320 & 0x7F, 320 >> 7)), CONTINUE]


def test_an_upbeat_is_before_the_song() -> None:
    stage = _sending()
    stage.tell(Load(3, notes((-240, 0, 60), (0, 240, 61)), MILLISECONDS, 480), Play(4, -240))
    stage.pass_seconds(1.0)
    second = [moment for moment, data in stage.port.sent if data[0] == 0x90][1]
    assert _clocks(stage)[0] == pytest.approx(second, abs=1e-6)
    assert _words(stage) == [START, STOP]


def test_stop_seek_and_loop_are_said() -> None:
    stage = _sending()
    stage.tell(Play(3, 0))
    stage.pass_seconds(0.2)
    stage.tell(Locate(4, 960))
    stage.pass_seconds(0.2)
    stage.tell(Stop(5))
    assert _words(stage) == [START, STOP, b"\xf2\x08\x00", CONTINUE, STOP]
    stage.tell(SetLoop(6, 0, 480), Play(7, 0))
    stage.pass_seconds(1.0)
    assert _words(stage)[5:] == [START, STOP, START, STOP, START]
    assert stage.milliseconds()[-3:] == [
        stage.milliseconds()[-3] + 480 * index for index in range(3)
    ]


def test_switched_on_while_it_plays_it_joins_at_the_next_sixteenth() -> None:
    stage = Stage()
    stage.tell(Load(1, MUSIC, MILLISECONDS, 1920), Play(2, 0))
    stage.pass_seconds(0.2)
    stage.tell(SendClock(3, True))
    stage.pass_seconds(0.1)
    assert _words(stage) == [b"\xf2\x02\x00", CONTINUE]
    stage.tell(SendClock(4, False))
    stage.pass_seconds(0.1)
    assert _words(stage)[2:] == [STOP]


def test_music_that_waits_lets_the_clock_wait() -> None:
    stage = Stage()
    stage.tell(SendClock(1, True))
    stage.start(notes((0, 480, 60)), end=1920, known=480)
    stage.pass_seconds(1.0)
    assert len(_clocks(stage)) == 24
    assert _words(stage) == [START, STOP]
    stage.tell(AddEvents(3, notes((480, 960, 62)), None))
    stage.pass_seconds(0.1)
    assert _words(stage)[2:] == [b"\xf2\x04\x00", CONTINUE]
