"""The player's laws on an offline clock: when notes sound, and that none is left sounding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.playing.protocol import (
    AddEvents,
    ExchangeEvents,
    Lateness,
    Load,
    Locate,
    Panic,
    Play,
    PlayerEvent,
    Position,
    ReplaceFrom,
    SetLoop,
    SetTempoMap,
    Stop,
    StrikeNote,
)
from engine.score import TempoMap
from tests.engine.playing.stage import MILLISECONDS, Stage, notes

SCALE = notes(*((on, on + 400, 60 + on // 500) for on in range(0, 4000, 500)))


def test_notes_sound_at_their_ticks() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(5)
    assert stage.struck() == list(range(60, 68))
    assert stage.milliseconds() == list(range(0, 4000, 500))
    assert stage.finished()
    assert stage.sounding() == set()


def test_every_event_says_how_late_it_was() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(5)
    told = [reply for reply in stage.replies if isinstance(reply, Lateness)]
    assert sum(len(reply.milliseconds) for reply in told) == 15
    assert max(reply.worst for reply in told) == 0.0


def test_a_sleep_too_long_is_lateness() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(0.45)
    stage.clock.sleep_until(stage.clock.now() + 0.1)
    stage.player.advance()
    stage.tell(Stop(3))
    told = [reply for reply in stage.replies if isinstance(reply, Lateness)]
    assert 40 < max(reply.worst for reply in told) < 50


def test_after_a_machine_slept_the_music_goes_on_where_it_stood() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(1.2)
    stage.clock.sleep_until(stage.clock.now() + 3600)
    stage.player.advance()
    stage.pass_seconds(0.25)
    assert stage.player.playing
    assert stage.struck() == [60, 61, 62]


def test_tempo_steps_are_obeyed_without_drift() -> None:
    tempo = TempoMap(((0, 125.0), (1000, 250.0), (2000, 62.5)))
    stage = Stage()
    stage.tell(Load(1, SCALE, tempo), Play(2, 0))
    stage.pass_seconds(8)
    assert stage.milliseconds() == [0, 500, 1000, 1250, 1500, 2500, 3500, 4500]


def test_a_new_tempo_map_keeps_the_place() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(1.003)
    stage.tell(SetTempoMap(3, TempoMap(((0, 62.5),))))
    assert stage.player.position() == pytest.approx(1000, abs=2)
    stage.pass_seconds(1.1)
    assert stage.milliseconds() == [0, 500, 1000, 2000]


def test_an_upbeat_lies_before_the_first_bar_line() -> None:
    stage = Stage()
    stage.tell(Load(1, notes((-500, -100, 50), (0, 400, 60)), MILLISECONDS), Play(2, -500))
    stage.pass_seconds(2)
    assert stage.milliseconds() == [0, 500]


def test_positions_come_thirty_times_a_second() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(2)
    told = [reply for reply in stage.replies if isinstance(reply, Position)]
    assert 58 <= len(told) <= 63
    assert [reply.tick for reply in told] == sorted(reply.tick for reply in told)


def test_stop_releases_notes_and_pedals_and_keeps_the_place() -> None:
    stage = Stage()
    pedal = (PlayerEvent(0, bytes((0xB0, 64, 127))),)
    stage.start((*pedal, *notes((0, 4000, 60), (0, 4000, 64))))
    stage.pass_seconds(1)
    assert stage.sounding() == {60, 64}
    stage.tell(Stop(3))
    assert stage.sounding() == set()
    assert stage.sent()[-1] == bytes((0xB0, 64, 0))
    assert stage.player.position() == pytest.approx(997, abs=1)
    count = len(stage.sent())
    stage.pass_seconds(10)
    assert len(stage.sent()) == count


def test_play_goes_on_from_where_it_stopped() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(1.2)
    stage.tell(Stop(3), Play(4))
    stage.pass_seconds(4)
    assert stage.struck() == list(range(60, 68))


def test_locate_ends_what_sounds_and_plays_from_there() -> None:
    stage = Stage()
    stage.start(notes((0, 5000, 40), (3000, 3400, 70), (3500, 3900, 72)))
    stage.pass_seconds(1)
    stage.tell(Locate(3, 3000))
    assert stage.sounding() <= {70}
    stage.pass_seconds(0.1)
    assert stage.struck() == [40, 70]
    stage.pass_seconds(5)
    assert stage.struck() == [40, 70, 72]
    assert stage.sounding() == set()


def test_the_pedal_is_found_again_after_a_jump() -> None:
    stage = Stage()
    pedal = (PlayerEvent(0, bytes((0xB0, 64, 127))), PlayerEvent(2000, bytes((0xB0, 64, 0))))
    stage.tell(Load(1, (*pedal, *SCALE), MILLISECONDS), Play(2, 1000))
    stage.pass_seconds(0.1)
    assert stage.sent()[0] == bytes((0xB0, 64, 127))


def test_a_seek_lifts_the_pedal_and_an_erased_one_is_lifted_at_once() -> None:
    stroke = (PlayerEvent(0, bytes((0xB0, 64, 100))), PlayerEvent(3000, bytes((0xB0, 64, 0))))
    up = bytes((0xB0, 64, 0))
    stage = Stage()
    stage.start((*stroke, *notes((0, 4000, 60))))
    stage.pass_seconds(1)
    assert up not in stage.sent()
    stage.tell(Locate(3, 3500))
    assert up in stage.sent()
    other = Stage()
    other.start((*stroke, *notes((0, 4000, 60))))
    other.pass_seconds(1)
    other.tell(ExchangeEvents(3, stroke[1:], (PlayerEvent(3500, up),)))
    assert up not in other.sent()
    other.tell(ExchangeEvents(4, (stroke[0], PlayerEvent(3500, up)), ()))
    assert other.sent()[-1] == up and other.sounding() == {60}


def test_panic_silences_every_channel() -> None:
    stage = Stage()
    stage.start(notes((0, 4000, 60)))
    stage.pass_seconds(0.5)
    stage.tell(Panic(3))
    assert not stage.player.playing
    sent = stage.sent()
    assert bytes((0x80, 60, 64)) in sent
    for channel in range(16):
        for controller in (64, 120, 123):
            assert bytes((0xB0 | channel, controller, 0)) in sent


def test_a_loop_repeats_in_time_and_ends_its_notes() -> None:
    stage = Stage()
    stage.tell(SetLoop(9, 0, 1000))
    stage.start(notes((0, 400, 60), (500, 1500, 62), (1000, 1400, 64)))
    stage.pass_seconds(3.25)
    assert stage.struck() == [60, 62, 60, 62, 60, 62, 60]
    assert stage.milliseconds() == [0, 500, 1000, 1500, 2000, 2500, 3000]
    stage.tell(SetLoop(10))
    stage.pass_seconds(5)
    assert stage.struck()[-3:] == [60, 62, 64]
    assert stage.finished()


def test_a_loop_behind_the_playhead_does_not_pull_it_back() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(2.2)
    stage.tell(SetLoop(3, 0, 1000))
    stage.pass_seconds(3)
    assert stage.struck() == list(range(60, 68))


def test_replacing_keeps_what_was_before_and_plays_the_new_from_there() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.pass_seconds(1.2)
    stage.tell(ReplaceFrom(3, 2000, notes((2000, 2400, 80), (2500, 2900, 81))))
    stage.pass_seconds(4)
    assert stage.struck() == [60, 61, 62, 63, 80, 81]
    assert stage.milliseconds() == [0, 500, 1000, 1500, 2000, 2500]
    assert stage.sounding() == set()


def test_a_note_over_the_seam_ends_at_the_seam() -> None:
    stage = Stage()
    stage.start(notes((0, 3000, 48)))
    stage.pass_seconds(0.5)
    stage.tell(ReplaceFrom(3, 1000, notes((2000, 2400, 80))))
    stage.pass_seconds(0.6)
    assert stage.sounding() == set()
    off = next(moment for moment, data in stage.port.sent if data[0] == 0x80)
    assert round((off - stage.port.sent[0][0]) * 1000) == 1000


def test_a_note_over_the_seam_rings_on_when_the_new_music_holds_it() -> None:
    stage = Stage()
    held = notes((0, 1800, 48))
    stage.start(held)
    stage.pass_seconds(0.5)
    stage.tell(ReplaceFrom(3, 1000, (*held, *notes((1000, 1400, 80)))))
    stage.pass_seconds(0.7)
    assert stage.sounding() == {48, 80}
    stage.pass_seconds(2)
    assert stage.struck() == [48, 80]
    assert stage.sounding() == set()


def test_replacing_the_present_ends_orphans_at_once() -> None:
    stage = Stage()
    stage.start(notes((0, 3000, 48)))
    stage.pass_seconds(0.5)
    stage.tell(ReplaceFrom(3, 0, notes((1000, 1400, 80))))
    assert stage.sounding() == set()
    stage.pass_seconds(2)
    assert stage.struck() == [48, 80]


def test_an_exchange_leaves_all_else_playing() -> None:
    stage = Stage()
    held = notes((0, 3000, 48))
    stage.start((*held, *notes((1000, 1400, 80))))
    stage.pass_seconds(0.1)
    stage.tell(ExchangeEvents(3, notes((1000, 1400, 80)), notes((1200, 1400, 81))))
    assert stage.sounding() == {48}
    stage.pass_seconds(1.3)
    assert stage.struck() == [48, 81] and stage.sounding() == {48, 81}
    stage.tell(ExchangeEvents(4, held, ()))
    assert stage.sounding() == {81}
    stage.pass_seconds(2)
    assert stage.sounding() == set()


def test_an_exchange_behind_the_now_is_heard_in_the_next_round() -> None:
    stage = Stage()
    stage.start(SCALE, end=4000)
    stage.tell(SetLoop(3, 0, 2000))
    stage.pass_seconds(1.6)
    stage.tell(ExchangeEvents(4, notes((500, 900, 61)), notes((500, 900, 90))))
    assert stage.struck() == [60, 61, 62, 63]
    stage.pass_seconds(1.3)
    assert stage.struck()[4:] == [60, 90]


def test_a_struck_note_sounds_at_once_and_ends_by_itself() -> None:
    stage = Stage()
    stage.tell(StrikeNote(1, 72, 90, 0.3))
    assert stage.sounding() == {72} and not stage.player.playing
    stage.pass_seconds(0.2)
    assert stage.sounding() == {72}
    stage.pass_seconds(0.2)
    assert stage.sounding() == set()


def test_a_struck_note_outlives_a_change_of_the_music() -> None:
    stage = Stage()
    stage.start(SCALE)
    stage.tell(StrikeNote(2, 90, 90, 0.4))
    stage.tell(ExchangeEvents(3, notes((500, 900, 61)), ()))
    assert 90 in stage.sounding()
    stage.pass_seconds(0.5)
    assert 90 not in stage.sounding()


def test_a_little_late_a_new_note_still_sounds_and_much_later_not() -> None:
    stage = Stage()
    stage.start(SCALE, end=4000)
    stage.pass_seconds(1.6)
    stage.tell(AddEvents(3, notes((1500, 1900, 90), (1000, 2500, 91), (1550, 1590, 92))))
    assert stage.struck()[-1] == 90
    stage.pass_seconds(4)
    assert {91, 92}.isdisjoint(stage.struck())
    assert stage.sounding() == set()


def test_the_now_waits_for_music_that_is_still_being_composed() -> None:
    stage = Stage()
    stage.start(notes((0, 400, 60)), end=4000, known=1000)
    stage.pass_seconds(3)
    waiting = [reply for reply in stage.replies if isinstance(reply, Position)][-1]
    assert waiting == Position(1000.0, True, True)
    stage.tell(AddEvents(3, notes((1000, 1400, 62), (2000, 2400, 64)), 4000))
    stage.pass_seconds(2)
    assert stage.struck() == [60, 62, 64]
    assert stage.milliseconds()[2] - stage.milliseconds()[1] == 1000
    stage.pass_seconds(5)
    assert stage.finished()


def test_waiting_ends_when_nothing_more_comes() -> None:
    stage = Stage()
    stage.start(notes((0, 400, 60)), known=1000)
    stage.pass_seconds(2)
    assert not stage.finished()
    stage.tell(AddEvents(3, (), None))
    stage.pass_seconds(0.1)
    assert stage.finished()


def test_silence_lasts_to_the_end_of_the_cue() -> None:
    stage = Stage()
    stage.start(notes((0, 400, 60)), end=4000)
    stage.pass_seconds(3.9)
    assert not stage.finished()
    stage.pass_seconds(0.2)
    assert stage.finished()


def test_nothing_to_play_is_finished_at_once() -> None:
    stage = Stage()
    stage.start(())
    assert stage.finished()
    assert not stage.player.playing


SPAN = st.tuples(st.integers(0, 3000), st.integers(1, 900), st.integers(55, 65))
SPANS = st.lists(SPAN, max_size=12)
COMMAND = st.one_of(
    st.builds(lambda s: AddEvents(0, notes(*((a, a + d, p) for a, d, p in s))), SPANS),
    st.builds(
        lambda t, s: ReplaceFrom(0, t, notes(*((a, a + d, p) for a, d, p in s))),
        st.integers(0, 3000),
        SPANS,
    ),
    st.builds(Locate, st.just(0), st.integers(0, 3500)),
    st.builds(Play, st.just(0), st.integers(0, 3500) | st.none()),
    st.builds(lambda a, b: SetLoop(0, a, b), st.integers(0, 2000), st.integers(0, 3000)),
    st.builds(lambda bpm: SetTempoMap(0, TempoMap(((0, bpm),))), st.floats(60, 400)),
)


@given(SPANS, st.lists(st.tuples(COMMAND, st.floats(0, 1.5)), max_size=8))
def test_whatever_is_told_nothing_sounds_after_stop(spans: list, steps: list) -> None:
    stage = Stage()
    stage.start(notes(*((a, a + d, p) for a, d, p in spans)))
    for command, seconds in steps:
        stage.pass_seconds(seconds)
        stage.tell(command)
    stage.pass_seconds(0.3)
    stage.tell(Stop(0))
    assert stage.sounding() == set()
    assert stage.outlet.sounding == ()
