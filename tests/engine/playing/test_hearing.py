"""Knobs and keys of an input, heard on an offline clock from a tape."""

from __future__ import annotations

import math

from engine.playing.hearing import GONE, Hearing
from engine.playing.protocol import (
    ControlsMoved,
    InputState,
    KeysStruck,
    Listen,
    Play,
    PortChoice,
    Stop,
    Stroke,
    decode,
    encode,
)
from tests.engine.playing.stage import Stage, notes
from tests.engine.playing.sync.tapes import Tape, Tapes

TAPE = Listen(1, PortChoice("named", "tape"))


class HearingStage(Stage):
    """A stage beside which somebody turns knobs."""

    def __init__(self) -> None:
        super().__init__()
        self.tape = Tape(self.clock)
        self.hearing = Hearing(
            self.clock, self.player.tick_at, Tapes(self.tape), self.replies.append
        )

    def hear(self, seconds: float) -> None:
        """Let time pass; what came meanwhile is fetched in one go at its end."""
        self.pass_seconds(seconds)
        self.hearing.advance()
        self.hearing.watch(self.player.spare())

    def told(self, kind: type) -> list:  # type: ignore[type-arg]
        return [reply for reply in self.replies if isinstance(reply, kind)]


def test_each_controller_is_told_with_its_last_value() -> None:
    stage = HearingStage()
    stage.hearing.handle(TAPE)
    now = stage.clock.now()
    for step in range(50):
        stage.tape.put(now + step / 1000, bytes((0xB2, 21, step)))
    stage.tape.put(now + 0.01, bytes((0xB0, 64, 127)))
    stage.tape.put(now + 0.02, bytes((0xB0, 123, 0)))
    stage.tape.put(now + 0.03, b"\xf8")
    stage.hear(0.1)
    assert stage.told(ControlsMoved) == [ControlsMoved(((2, 21, 49), (0, 64, 127)))]


def test_keys_are_told_at_the_ticks_they_were_struck_at() -> None:
    stage = HearingStage()
    stage.hearing.handle(TAPE)
    stage.start(notes((0, 5000, 40)), end=8000)
    begin = stage.clock.now() + 0.003
    stage.tape.put(begin + 0.25, bytes((0x90, 60, 90)))
    stage.tape.put(begin + 0.5, bytes((0x90, 60, 0)))
    stage.hear(1.0)
    assert stage.told(KeysStruck) == [
        KeysStruck((Stroke(250.0, 0, 60, 90), Stroke(500.0, 0, 60, 0)))
    ]
    stage.tell(Stop(3))
    stage.tape.put(stage.clock.now(), bytes((0x85, 61, 64)))
    stage.hear(0.1)
    assert stage.told(KeysStruck)[-1].strokes[0][1:] == (5, 61, 0)


def test_an_input_that_goes_is_said_once_and_heard_again_when_it_comes_back() -> None:
    stage = HearingStage()
    stage.hearing.handle(TAPE)
    stage.tape.broken = "unplugged"
    for _ in range(30):
        stage.hear(0.3)
    assert stage.told(InputState) == [
        InputState("tape", True),
        InputState("tape", False, GONE),
    ]
    stage.tape.broken = ""
    for _ in range(10):
        stage.hear(0.3)
    assert stage.told(InputState)[-1] == InputState("tape", True)
    stage.tape.put(stage.clock.now(), bytes((0xB0, 1, 2)))
    stage.hear(0.1)
    assert stage.told(ControlsMoved)


def test_an_input_that_is_missing_is_said_and_taken_up_when_it_comes() -> None:
    stage = HearingStage()
    stage.tape.broken = "not yet"
    stage.hearing.handle(TAPE)
    assert stage.told(InputState)[-1].sentence == "There is no tape 'tape'."
    stage.tape.broken = ""
    for _ in range(10):
        stage.hear(0.3)
    assert stage.told(InputState)[-1].open


def test_nobody_is_heard_unless_it_is_wished() -> None:
    stage = HearingStage()
    assert math.isinf(stage.hearing.next_wake())
    assert not stage.hearing.handle(Play(1))
    stage.hearing.handle(TAPE)
    assert stage.hearing.next_wake() < math.inf
    stage.hearing.handle(Listen(2))
    assert stage.tape.closed
    assert math.isinf(stage.hearing.next_wake())
    assert stage.told(InputState)[-1] == InputState("", False)


def test_what_is_heard_survives_the_pipe() -> None:
    for message in (
        ControlsMoved(((2, 21, 49), (0, 64, 127))),
        KeysStruck((Stroke(250.5, 0, 60, 90),)),
        TAPE,
    ):
        assert decode(encode(message)) == message
