"""Live: bars are begun in time, wishes reach the next free bar, what was played becomes a take."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.session.live import LiveState
from app.session.live_reins import ComposingTime, LiveReins, spliced
from app.session.live_stream import LiveStream, bar_pedal
from engine.lanes import Lane
from engine.live import LiveBar, Pressure
from engine.playing.events import is_on
from engine.profile import Profile
from engine.score import Metre, Note, TempoMap, Voice
from engine.take import NoteComposed
from tests.app.recording_player import RecordingPlayer
from tests.app.running_program import RunningProgram, running_program

BAR = 1920
FAST = TempoMap(((0, 160.0),))


class Hands:
    """A clock that goes on while somebody waits, and no other way."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, _changed: threading.Condition, seconds: float) -> None:
        self.now += seconds


def reins(hands: Hands, tempo: TempoMap = FAST) -> LiveReins:
    return LiveReins(Profile(), tempo, BAR, hands, hands.wait)


def never() -> bool:
    return False


def test_a_bar_is_begun_as_late_as_composing_lets_it() -> None:
    hands = Hands()
    held = reins(hands)
    assert held.wait_for(0, never)
    hands.now += 0.4
    held.composed()
    held.set_place(0)
    assert held.latency == pytest.approx(0.4 + 2 * 0.2 + 0.25)
    assert held.wait_for(BAR, never)
    assert hands.now == pytest.approx(0.4 + 1.5 - held.latency, abs=0.051)


def test_a_bar_is_never_begun_more_than_a_bar_ahead() -> None:
    hands = Hands()
    held = reins(hands)
    held.wait_for(0, never)
    hands.now += 5.0
    held.composed()
    held.set_place(0)
    assert held.latency == pytest.approx(1.5)
    assert held.wait_for(2 * BAR, never)
    assert hands.now == pytest.approx(5.0 + 1.5, abs=0.051)


def test_the_nearer_the_playhead_the_more_is_left_out() -> None:
    hands = Hands()
    held = reins(hands)
    assert held.pressure(BAR) is Pressure.NONE
    held.set_place(0)
    hands.now = 1.0
    assert held.pressure(BAR) is Pressure.NONE
    hands.now = 1.4
    assert held.pressure(BAR) is Pressure.HURRY
    assert held.pressure(BAR + 480) is Pressure.NONE
    hands.now = 1.46
    assert held.pressure(BAR) is Pressure.CLOSE


def test_news_of_the_place_that_come_late_do_not_set_it_back() -> None:
    hands = Hands()
    held = reins(hands)
    held.set_place(0)
    hands.now = 1.44
    held.set_place(1700)
    assert held.pressure(BAR) is Pressure.HURRY
    hands.now = 1.46
    held.set_place(1900)
    assert held.pressure(BAR) is Pressure.CLOSE


def test_a_leader_sets_the_pace() -> None:
    hands = Hands()
    held = reins(hands)
    held.set_place(0, TempoMap(((0, 80.0),)))
    hands.now = 1.5
    assert held.pressure(BAR) is Pressure.NONE
    hands.now = 2.97
    assert held.pressure(BAR) is Pressure.CLOSE


def test_stopping_ends_the_waiting_and_the_writing() -> None:
    held = reins(Hands())
    held.stop(961.4)
    assert not held.wait_for(BAR, never) and held.pressure(BAR) is Pressure.CLOSE
    assert held.heard().tick == 961
    assert not reins(Hands()).wait_for(BAR, lambda: True)


def test_the_estimate_follows_what_is_measured() -> None:
    time = ComposingTime()
    for _ in range(40):
        time.measure(0.3)
    assert time.mean == pytest.approx(0.3, abs=0.01)
    steady = time.lead
    for seconds in (0.2, 0.8) * 10:
        time.measure(seconds)
    assert time.lead > steady + 0.3


def test_a_tempo_that_changed_is_recorded_where_it_changed() -> None:
    before = TempoMap(((0, 160.0),))
    after = spliced(before, TempoMap(((0, 80.0), (5000, 90.0))), 960.2)
    assert after.marks == ((0, 160.0), (960, 80.0), (5000, 90.0))
    assert spliced(before, TempoMap(((0, 80.0),)), 0.0).marks == ((0, 80.0),)


def test_the_player_gets_each_bar_and_never_waits() -> None:
    player = RecordingPlayer(lambda reply: None)
    stream = LiveStream(player, Metre())
    notes = (Note(0, 3000, 60, 80, Voice.MELODY), Note(960, 480, 48, 70, Voice.BASS))
    for note in notes:
        stream(NoteComposed(0, 1, note))
    stream(LiveBar(1, Profile(), 0.7, notes))
    stream(NoteComposed(0, 2, Note(BAR, 480, 60, 80, Voice.MELODY)))
    entries = player.programme.entries
    assert player.programme.known_until is None
    struck = [(tick, data[1]) for tick, _, data in entries if is_on(data)]
    assert struck == [(0, 60), (960, 48), (BAR, 60)]
    ends = [(tick, data[1]) for tick, order, data in entries if order == 0]
    assert ends == [(1440, 48), (BAR, 60)]
    stream.end()
    stream(NoteComposed(0, 2, Note(2400, 480, 62, 80, Voice.MELODY)))
    assert player.programme.entries == entries


def test_the_pedal_changes_with_the_bar() -> None:
    notes = (Note(BAR, 4 * BAR, 40, 80, Voice.BASS), Note(BAR + 960, 960, 60, 80, Voice.MELODY))
    controls = bar_pedal(LiveBar(2, Profile(), 0.7, notes), Metre())
    assert controls and controls[-1].value == 0
    assert all(BAR < each.onset <= 2 * BAR for each in controls)


@pytest.fixture
def program(qt_app: QApplication, tmp_path: Path):  # type: ignore[no-untyped-def]
    with running_program(tmp_path) as running:
        running.session.set_tempo(160.0)
        yield running
        running.session.live.stop()
        running.until(lambda: not running.session.live.on)


def play(program: RunningProgram, bars: int) -> None:
    """Play live until so many bars are begun, the playhead a bar behind them."""
    session, player = program.session, program.player
    if not session.live.on:
        session.live.start()
        program.until(lambda: session.transport.playing)

    def begun() -> bool:
        snapshot = session.live.snapshot
        assert snapshot is not None
        if snapshot.bar < bars:
            player.advance((snapshot.bar - 1) * BAR + 1900)
        return snapshot.bar >= bars and len(session.live.heats) >= bars

    program.until(begun)


def test_what_was_played_becomes_a_take_that_can_be_undone(program: RunningProgram) -> None:
    session, player = program.session, program.player
    before = session.state
    play(program, 5)
    assert session.live.snapshot is not None and session.live.snapshot.free == 5 * BAR
    assert player.programme.known_until is None and player.programme.end > 1_000_000
    player.advance(3 * BAR + 100)
    program.until(lambda: session.position < 3 * BAR + 1000)
    session.stop()
    program.until(lambda: not session.live.on)
    take = session.current_take
    assert take is not None and take.title == "Live" and take.take is not None
    assert len(take.take.score.metres) == 4
    assert all(note.onset <= 3 * BAR + 1000 for note in take.notes)
    assert not session.transport.playing and session.position == 0
    assert player.programme.end == session.asked.starts[-1]
    session.undo_stack.undo()
    assert session.state == before and not session.takes


def test_a_slider_reaches_the_next_bar_and_lanes_are_not_heard(program: RunningProgram) -> None:
    session = program.session
    session.set_lane("trauma", Lane("trauma", ((1.0, 1.0),)))
    play(program, 3)
    session.preview_values({"entropy": 0.9})
    play(program, 6)
    session.stop()
    program.until(lambda: not session.live.on)
    take = session.current_take
    assert take is not None and take.take is not None
    lanes = take.take.provenance.request.lanes
    assert lanes.profile_at(1).entropy == 0.5 and lanes.profile_at(5).entropy == 0.9
    assert lanes.profile_at(1).trauma == 0.5
    assert [lane.name for lane in session.cue.lanes] == ["trauma", "entropy"]


def test_held_bars_come_again_and_go_lets_them_go(program: RunningProgram) -> None:
    session = program.session
    play(program, 4)
    session.live.choose_hold(2)
    session.live.toggle_hold()
    assert session.live.snapshot is not None
    assert session.live.snapshot.state is LiveState.HOLDING and session.live.snapshot.hold == 2
    play(program, 8)
    notes = session.live.notes
    by_bar = [
        [(n.onset % BAR, n.pitch) for n in notes if n.onset // BAR == bar] for bar in range(8)
    ]
    assert by_bar[6] == by_bar[4] and by_bar[7] == by_bar[5]
    assert session.live.go() and not session.live.go()
    assert session.live.snapshot.hold == 0 or session.live.snapshot is not None


def test_live_music_cannot_be_sought_or_looped_and_nothing_else_is_composed(
    program: RunningProgram,
) -> None:
    session, player = program.session, program.player
    session.set_loop((0, BAR))
    play(program, 2)
    assert player.loop == (None, None) and not session.can_generate
    session.set_loop((0, 2 * BAR))
    session.locate(0)
    session.generate()
    assert player.loop == (None, None) and session.generation is None and player.tick > 0
    session.stop()
    program.until(lambda: not session.live.on)
    assert session.transport.looping and player.loop == (0, BAR)


def test_a_longer_take_lengthens_the_cue(program: RunningProgram) -> None:
    session = program.session
    session.set_bars(2)
    play(program, 5)
    program.player.advance(5 * BAR - 400)
    program.until(lambda: session.position > 4 * BAR)
    session.escape()
    program.until(lambda: not session.live.on)
    assert session.cue.bars == 5
    session.undo_stack.undo()
    assert session.cue.bars == 2


def test_late_bars_are_counted_and_said(program: RunningProgram) -> None:
    session = program.session
    play(program, 3)
    snapshot = session.live.snapshot
    assert snapshot is not None and snapshot.unguided >= 1 and snapshot.closed == 0
    assert snapshot.state is LiveState.LATE


def test_closing_the_window_keeps_what_was_played(program: RunningProgram) -> None:
    play(program, 3)
    program.window.close()

    def boxes() -> list[QMessageBox]:
        return [box for box in program.window.findChildren(QMessageBox) if box.isVisible()]

    program.until(lambda: bool(boxes()))
    assert not program.session.live.on
    assert program.session.takes[-1].title == "Live"
    boxes()[-1].button(QMessageBox.StandardButton.Cancel).click()
    assert program.window.isVisible()
