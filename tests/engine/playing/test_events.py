"""Scores as messages."""

from __future__ import annotations

from engine.playing.events import is_off, is_on, rank, score_events
from engine.playing.protocol import PlayerEvent
from engine.score import Control, Metre, Note, Score, Voice


def _score(*notes: Note, controls: tuple[Control, ...] = ()) -> Score:
    return Score(notes, (Metre(),) * 2, controls=controls)


def test_a_note_is_an_on_and_an_off() -> None:
    assert score_events(_score(Note(480, 240, 60, 90, Voice.BASS))) == (
        PlayerEvent(480, b"\x90\x3c\x5a"),
        PlayerEvent(720, b"\x80\x3c\x40"),
    )


def test_within_a_tick_ends_come_first_then_controls_then_beginnings() -> None:
    events = score_events(
        _score(
            Note(0, 480, 60, 90, Voice.MELODY),
            Note(480, 480, 60, 91, Voice.MELODY),
            controls=(Control(480, 64, 127),),
        )
    )
    assert [rank(event.data) for event in events if event.tick == 480] == [0, 1, 2]


def test_a_pitch_struck_again_by_another_voice_is_released_before() -> None:
    events = score_events(
        _score(Note(0, 960, 60, 90, Voice.MELODY), Note(480, 960, 60, 70, Voice.INNER))
    )
    assert [(event.tick, is_on(event.data)) for event in events] == [
        (0, True),
        (480, False),
        (480, True),
        (1440, False),
    ]


def test_a_note_without_length_does_not_hang() -> None:
    events = score_events(_score(Note(10, 0, 60, 90, Voice.MELODY)))
    assert [event.tick for event in events] == [10, 11]


def test_an_on_without_velocity_is_an_off() -> None:
    assert is_off(b"\x93\x3c\x00")
    assert not is_on(b"\x93\x3c\x00")
