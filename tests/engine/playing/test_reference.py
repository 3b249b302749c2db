"""Reference audio keeps with the music: at starts, seeks, loops, pauses, after ten minutes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.playing.clock import OfflineClock
from engine.playing.desk import NO_REFERENCE, OLD_LIBRARY, Desk
from engine.playing.hearing import Hearing
from engine.playing.loop import run
from engine.playing.outlet import Outlet
from engine.playing.player import Player
from engine.playing.protocol import (
    AddEvents,
    Close,
    Command,
    Load,
    Locate,
    Play,
    ReferenceState,
    Reply,
    SetAudio,
    SetLoop,
    SetReference,
    SetTempoMap,
    Stop,
)
from engine.playing.reference import COMPARED, Drift, ReferenceTrack
from engine.playing.sync.sync import Sync
from engine.reference_audio.preparing import prepare
from engine.score import TempoMap
from tests.engine.playing.stage import MILLISECONDS, Stage, notes
from tests.engine.playing.sync.tapes import Tapes
from tests.engine.playing.tape_sink import TapeSink
from tests.engine.playing.test_desk import TapeMachine
from tests.engine.playing.test_loop import ScriptedInbox

MINUTE = SetReference(9, "a.pcm", 60 * 48_000, 48_000)
LONG = notes((0, 900_000, 60))


class _Under(Stage):
    """A stage with reference audio under its player."""

    def __init__(self, wish: SetReference = MINUTE, speed: float = 1.0) -> None:
        super().__init__()
        self.sink = TapeSink(self.clock, speed)
        self.track = ReferenceTrack(self.clock, self.player, self.replies.append)
        self.track.use(self.sink)
        assert self.track.handle(wish)
        self.start(LONG)

    def pass_seconds(self, seconds: float) -> None:
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            wake = min(self.player.next_wake(), self.track.next_wake(), end)
            self.clock.sleep_until(max(wake, self.clock.now() + 1e-6))
            self.player.advance()
            self.track.advance()

    @property
    def apart(self) -> float:
        """Seconds between what sounds and what should, without an offset."""
        now = self.clock.now()
        return self.sink.position() - self.player.seconds_at(now)


def test_it_begins_with_the_music_to_the_millisecond() -> None:
    stage = _Under()
    stage.pass_seconds(5.0)
    assert stage.sink.loaded[0].seconds == 60
    assert stage.sink.starts == [pytest.approx(0.0, abs=1e-4)]
    assert abs(stage.apart) < 0.001


def test_it_begins_at_its_offset_and_ends_where_it_ends() -> None:
    stage = _Under(SetReference(9, "a.pcm", 48_000, 48_000, 2.5))
    begin = stage.clock.now()
    stage.pass_seconds(10.0)
    assert [what for _, what, _ in stage.sink.told] == ["start", "stop"]
    (started, _, place), (ended, _, _) = stage.sink.told
    assert started - begin == pytest.approx(2.503, abs=0.001)  # three are the lead of a start
    assert place == pytest.approx(0.0, abs=0.001)
    assert ended - started == pytest.approx(1.0, abs=0.11)


def test_a_file_that_begins_before_bar_1_is_under_way_there() -> None:
    stage = _Under(SetReference(9, "a.pcm", 60 * 48_000, 48_000, -7.25))
    stage.pass_seconds(0.5)
    assert stage.sink.starts == [pytest.approx(7.25, abs=0.001)]


def test_a_seek_takes_it_along_and_a_stop_silences_it() -> None:
    stage = _Under()
    stage.pass_seconds(1.0)
    stage.tell(Locate(3, 30_000))
    stage.pass_seconds(1.0)
    assert stage.sink.starts[-1] == pytest.approx(30.0, abs=0.001)
    assert abs(stage.apart) < 0.001
    stage.tell(Stop(4))
    stage.track.advance()
    assert not stage.sink.sounding
    stage.tell(Locate(5, 10_000), Play(6))
    stage.pass_seconds(0.5)
    assert stage.sink.starts[-1] == pytest.approx(10.0, abs=0.001)


def test_a_seek_behind_its_end_is_silent() -> None:
    stage = _Under()
    stage.tell(Locate(3, 61_000))
    stage.pass_seconds(1.0)
    assert not stage.sink.sounding
    assert math.isinf(stage.track.next_wake())


def test_each_turn_of_a_loop_begins_it_anew() -> None:
    stage = _Under()
    stage.tell(SetLoop(3, 1000, 3000))
    stage.pass_seconds(9.5)
    assert [round(place, 3) for place in stage.sink.starts[1:]] == [1.0, 1.0, 1.0, 1.0]
    assert abs(stage.apart) < 0.001


def test_it_waits_where_the_music_waits() -> None:
    stage = Stage()
    sink = TapeSink(stage.clock)
    track = ReferenceTrack(stage.clock, stage.player, stage.replies.append)
    track.use(sink)
    track.handle(MINUTE)
    stage.start(notes((0, 900, 60)), end=9000, known=1000)
    for _ in range(30):
        stage.pass_seconds(0.1)
        track.advance()
    assert not sink.sounding
    stage.tell(AddEvents(3, notes((1000, 8000, 62)), None))
    for _ in range(10):
        stage.pass_seconds(0.1)
        track.advance()
    assert sink.sounding
    assert sink.position() == pytest.approx(stage.player.seconds_at(stage.clock.now()), abs=0.02)


@pytest.mark.parametrize("wrong", [1.0003, 0.9999])
def test_ten_minutes_on_a_sound_card_that_is_wrong_stay_within_20_ms(wrong: float) -> None:
    stage = _Under(SetReference(9, "a.pcm", 900 * 48_000, 48_000), speed=wrong)
    worst = 0.0
    for _ in range(600):
        stage.pass_seconds(1.0)
        worst = max(worst, abs(stage.apart))
    assert worst < 0.020
    # No more jumps than the card's error makes necessary.
    assert len(stage.sink.starts) <= 600 * abs(wrong - 1) / 0.007 + 2


def test_a_tempo_that_changes_while_it_plays_moves_it_at_most_once() -> None:
    stage = _Under()
    stage.pass_seconds(3.0)
    stage.tell(SetTempoMap(3, TempoMap(((0, 100.0),))))
    stage.pass_seconds(5.0)
    assert len(stage.sink.starts) == 2
    assert abs(stage.apart) < 0.001


def test_with_a_leader_it_keeps_its_own_speed_until_the_leader_jumps() -> None:
    stage = _Under()
    stage.pass_seconds(1.0)
    for second in range(10):
        stage.player.chase(1000.0 + 1100 * second, stage.clock.now(), 137.5, jump=False)
        stage.pass_seconds(1.0)
    assert len(stage.sink.starts) == 1
    assert stage.apart == pytest.approx(-1.0, abs=0.05)
    stage.player.chase(40_000.0, stage.clock.now(), 137.5, jump=True)
    stage.pass_seconds(0.2)
    assert stage.sink.starts[-1] == pytest.approx(40.0, abs=0.01)


def test_other_audio_while_it_plays_is_heard_at_once() -> None:
    stage = _Under()
    stage.pass_seconds(4.0)
    stage.track.handle(SetReference(10, "b.pcm", 60 * 48_000, 48_000, 1.0, -6.0))
    stage.pass_seconds(0.2)
    assert [pcm.path for pcm in stage.sink.loaded] == ["a.pcm", "b.pcm"]
    assert stage.sink.starts[-1] == pytest.approx(3.0, abs=0.01)
    assert stage.sink.gain_db == -6.0
    stage.track.handle(SetReference(11))
    stage.pass_seconds(0.2)
    assert not stage.sink.sounding
    assert stage.replies.count(ReferenceState(True, "")) == 2


def test_audio_that_cannot_be_read_is_told_and_the_music_goes_on() -> None:
    stage = _Under()
    stage.track.use(TapeSink(stage.clock, broken=True))
    stage.pass_seconds(1.0)
    assert ReferenceState(False, "The tape is torn.") in stage.replies
    assert stage.player.playing


def test_a_single_wrong_measure_moves_nothing() -> None:
    drift = Drift()
    measures = [0.0] * COMPARED + [0.5] + [0.0] * COMPARED
    assert all(drift.measure(each) is None for each in measures)
    assert [drift.measure(0.012) for _ in range(COMPARED)][-1] == 0.012
    drift.clear()
    assert drift.measure(0.012) is None


def test_what_is_far_apart_is_set_right_sooner() -> None:
    drift = Drift()
    assert [drift.measure(each) for each in (-0.1, 0.1, 0.1, 0.12)] == [None, None, None, 0.12]


def _run(
    script: list[tuple[float, Command]], *, silent: bool = False, sinks: bool = True
) -> tuple[TapeSink, list[Reply]]:
    """The player's own loop."""
    clock, replies = OfflineClock(), list[Reply]()
    machine, outlet = TapeMachine(clock), Outlet(replies.append)
    sink = TapeSink(clock)
    machine.sink, machine.silent = (sink if sinks else None), silent
    player = Player(clock, outlet, replies.append)
    track = ReferenceTrack(clock, player, replies.append)
    desk = Desk(clock, outlet, machine, machine.open_audio, replies.append, track)
    sync = Sync(clock, player, Tapes(), replies.append)
    hearing = Hearing(clock, player.tick_at, Tapes(), replies.append)
    inbox = ScriptedInbox(clock, script)
    run(player, desk, sync, hearing, outlet, inbox, clock, replies.append, track)
    return sink, replies


def _played(wish: SetReference, *, muted: bool = False) -> list[tuple[float, Command]]:
    return [
        (0.0, SetAudio(1, not muted)),
        (0.1, wish),
        (0.3, Load(2, LONG, MILLISECONDS)),
        (0.5, Play(3, 0)),
        (2.5, Locate(4, 500)),
        (3.0, Stop(5)),
        (3.1, Close(6)),
    ]


@pytest.mark.parametrize("muted", [False, True], ids=["preview", "muted preview"])
def test_a_real_file_goes_through_the_players_loop(tmp_path: Path, muted: bool) -> None:
    path = tmp_path / "temp.flac"
    soundfile.write(path, np.zeros((48_000, 2)), 48_000)
    audio = prepare(path, tmp_path / "cache")
    wish = SetReference(9, str(audio.pcm), audio.frames, audio.rate, 0.25, audio.peak_db)
    sink, replies = _run(_played(wish, muted=muted))
    assert sink.loaded[0].seconds == 1.0
    moments = [(round(moment, 2), what) for moment, what, _ in sink.told]
    assert moments[0] == (0.75, "start")
    assert (2.5, "start") in [(round(m, 1), what) for m, what in moments[1:]]
    assert not sink.sounding
    assert ReferenceState(True, "") in replies


@pytest.mark.parametrize(
    ("silent", "sinks", "sentence"), [(True, True, NO_REFERENCE), (False, False, OLD_LIBRARY)]
)
def test_without_a_device_it_is_one_sentence_and_the_music_plays(
    silent: bool, sinks: bool, sentence: str
) -> None:
    sink, replies = _run(_played(MINUTE), silent=silent, sinks=sinks)
    told = [reply for reply in replies if isinstance(reply, ReferenceState)]
    assert told == [ReferenceState(False, sentence)]
    assert sink.told == []
