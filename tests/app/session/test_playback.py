"""Streaming a take gives the player, note for note, what the finished take holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.session.playback import LiveTake, Playback
from app.widgets.lamp import LampState
from engine.midi.overlaps import cut_overlaps
from engine.playing.events import is_on, score_events
from engine.playing.protocol import (
    Finished,
    PlayerReplaced,
    PortLost,
    PortOpened,
    PortsListed,
    Position,
)
from engine.score import Control, Metre, Note, Score, TempoMap, Voice
from engine.take import BarComposed, GenerationRequest, NoteComposed, Provenance, Take, TakeComposed
from tests.app.recording_player import RecordingPlayer

METRES = (Metre(2, 4), Metre(3, 4), Metre(2, 4))
STARTS = (0, 960, 2400, 3360)

notes = st.lists(
    st.builds(
        Note,
        st.integers(0, 27).map(lambda step: step * 120),
        st.integers(1, 20).map(lambda step: step * 120),
        st.integers(60, 64),
        st.just(80),
        st.just(Voice.MELODY),
    ),
    max_size=30,
    unique_by=lambda note: (note.onset, note.pitch),
).map(sorted)


class Now:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def playback(player: RecordingPlayer, clock: Now | None = None) -> Playback:
    def nothing() -> None:
        return None

    return Playback(
        player,
        moved=nothing,
        transport_changed=nothing,
        ports_changed=nothing,
        struck=nothing,
        clock=clock or Now(),
    )


def take_of(composed: list[Note], controls: tuple[Control, ...] = ()) -> Take:
    end = STARTS[-1]
    kept = cut_overlaps(
        Note(n.onset, min(n.duration, end - n.onset), n.pitch, n.velocity, n.voice)
        for n in composed
    )
    score = Score(kept, METRES, TempoMap(), None, controls)
    provenance = Provenance(GenerationRequest(), "m", "0", (), (), False, "0")
    return Take(score, provenance)


@given(notes)
def test_stream_equals_the_finished_take(composed: list[Note]) -> None:
    player = RecordingPlayer(lambda reply: None)
    player.load((), TempoMap(), end=STARTS[-1], known_until=0)
    live = LiveTake(player, STARTS)
    for bar in (1, 2, 3):
        inside = [n for n in composed if STARTS[bar - 1] <= n.onset < STARTS[bar]]
        for note in inside:
            live(NoteComposed(0, bar, note))
            known = player.programme.known_until
            assert known == note.onset
        live(BarComposed(0, bar, 0.7, tuple(inside)))
    take = take_of(composed)
    live(TakeComposed(0, take))
    assert player.programme.events() == score_events(take.score)
    assert player.programme.known_until is None


def test_other_takes_of_the_job_and_an_ended_stream_are_silent() -> None:
    player = RecordingPlayer(lambda reply: None)
    live = LiveTake(player, STARTS)
    note = Note(0, 480, 60, 80, Voice.MELODY)
    live(NoteComposed(1, 1, note))
    live.end()
    live(NoteComposed(0, 1, note))
    assert player.programme.events() == ()


def test_pedal_comes_ahead_while_playing_and_whole_after_a_stop() -> None:
    player = RecordingPlayer(lambda reply: None)
    desk = playback(player)
    live = desk.begin_stream(TempoMap(), STARTS)
    desk.play(0)
    note = Note(0, 480, 60, 80, Voice.MELODY)
    controls = (Control(0, 64, 100), Control(1920, 64, 0))
    take = take_of([note], controls)
    live(NoteComposed(0, 1, note))
    live(TakeComposed(0, take))
    desk.finish_stream(take.score)
    pedal = [e.tick for e in player.programme.events() if not is_on(e.data) and e.data[0] >= 0xB0]
    assert pedal == [1920] and player.playing
    desk.stop()
    assert player.programme.events() == score_events(take.score)


def test_position_runs_with_the_clock_between_reports_but_not_far() -> None:
    clock = Now()
    desk = playback(RecordingPlayer(lambda reply: None), clock)
    desk.show_score(None, TempoMap(((0, 60.0),)), STARTS[-1])
    desk.play(0)
    desk.hear(Position(480.0, playing=True))
    clock.seconds = 0.1
    assert round(desk.position) == 528
    clock.seconds = 60.0
    assert desk.position < 480 + 480
    desk.hear(Position(480.0, playing=True, waiting=True))
    clock.seconds = 61.0
    assert desk.position == 480.0


def test_finishing_goes_back_to_where_play_began() -> None:
    player = RecordingPlayer(lambda reply: None)
    desk = playback(player)
    desk.play(960)
    desk.hear(Finished())
    assert not desk.transport.playing and desk.position == 960 and player.tick == 960


def test_ports_and_lamp_follow_what_the_player_says() -> None:
    desk = playback(RecordingPlayer(lambda reply: None))
    desk.hear(PortsListed(("Piano",), virtual=False, sentence="Install loopMIDI."))
    assert desk.ports.names == ("Piano",) and desk.ports.notice == "Install loopMIDI."
    desk.choose_port("Piano")
    desk.hear(PortOpened("Piano"))
    assert (desk.ports.chosen, desk.ports.lamp) == ("Piano", LampState.OPEN)
    desk.hear(PortLost("Piano", "Piano is gone."))
    assert (desk.ports.lamp, desk.ports.notice) == (LampState.LOST, "Piano is gone.")


def test_a_replaced_player_stands_still_at_its_tick() -> None:
    desk = playback(RecordingPlayer(lambda reply: None))
    desk.play(0)
    desk.hear(PlayerReplaced("The player froze and was replaced.", 1440, was_playing=True))
    assert not desk.transport.playing and desk.position == 1440
    assert "replaced" in desk.ports.notice
