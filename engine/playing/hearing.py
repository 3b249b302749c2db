"""The player's other ear: the knobs and keys of an input port, told to whoever plays them.

It opens and watches the input and says what was moved and struck. It knows no parameter, no
project and no show; those who listen do.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.events import CONTROL, is_off, is_on
from engine.playing.inputs import InputsHere, MidiInput
from engine.playing.protocol import (
    Command,
    ControlsMoved,
    Heartbeat,
    InputState,
    KeysStruck,
    Listen,
    Reply,
    Stroke,
)

LISTEN_SECONDS = 0.004
WATCH_SECONDS = 0.25
RETRY_SECONDS = 2.0
OPENING_PATIENCE = 10.0
OPENING_SECONDS = 0.05
HIGHEST_CONTROLLER = 119
GONE = "The controller has gone; it is heard again when it comes back."


class Hearing:
    """Hears one input, or none.

    Args:
        tick_at: the musical now of a moment, in ticks.
        inputs: the inputs of this machine.
        report: receives `InputState`, `ControlsMoved` and `KeysStruck`.
    """

    def __init__(
        self,
        clock: Clock,
        tick_at: Callable[[float], float],
        inputs: InputsHere,
        report: Callable[[Reply], None],
    ) -> None:
        self._clock, self._tick_at = clock, tick_at
        self._inputs, self._report = inputs, report
        self._wish = Listen(0)
        self._input: MidiInput | None = None
        self._told: InputState | None = None
        self._next_watch = 0.0
        self._next_retry = 0.0

    def next_wake(self) -> float:
        """The moment at which the input is to be heard again; infinity without one."""
        return self._clock.now() + LISTEN_SECONDS if self._input is not None else math.inf

    def handle(self, command: Command) -> bool:
        """Carry out a command about hearing; False for any other."""
        if not isinstance(command, Listen):
            return False
        self.close()
        self._wish, self._told = command, None
        if command.choice.kind == "none":
            self._tell(InputState("", open=False))
        else:
            self._open()
        return True

    def advance(self) -> None:
        """Hear what has come."""
        if self._input is None:
            return
        moves: dict[tuple[int, int], int] = {}
        strokes: list[Stroke] = []
        for moment, data in self._input.received():
            if len(data) != 3 or data[0] >= 0xF0:
                continue
            channel = data[0] & 0x0F
            if data[0] & 0xF0 == CONTROL and data[1] <= HIGHEST_CONTROLLER:
                moves[channel, data[1]] = data[2]
            elif is_on(data) or is_off(data):
                velocity = data[2] if is_on(data) else 0
                tick = round(self._tick_at(moment), 3)
                strokes.append(Stroke(tick, channel, data[1], velocity))
        if moves:
            told = tuple((channel, number, value) for (channel, number), value in moves.items())
            self._report(ControlsMoved(told))
        if strokes:
            self._report(KeysStruck(tuple(strokes)))

    def watch(self, spare: float) -> None:
        """Look after the input; costs some microseconds.

        Args:
            spare: seconds until the music needs the thread; opening an input wants a rest.
        """
        now = self._clock.now()
        if self._wish.choice.kind == "none" or now < self._next_watch:
            return
        self._next_watch = now + WATCH_SECONDS
        if self._input is not None and self._input.trouble():
            self.close()
            self._next_retry = now + RETRY_SECONDS
            self._tell(InputState(self._wish.choice.name, open=False, sentence=GONE))
        elif self._input is None and now >= self._next_retry and spare > OPENING_SECONDS:
            self._open()

    def close(self) -> None:
        """Hear nobody any more."""
        if self._input is not None:
            self._input.close()
            self._input = None

    def _open(self) -> None:
        self._next_retry = self._clock.now() + RETRY_SECONDS
        self._report(Heartbeat(OPENING_PATIENCE))
        name = self._wish.choice.name
        try:
            self._input = self._inputs.open(self._wish.choice)
        except PsychoscoreError as error:
            lost = self._told is not None and self._told.sentence == GONE
            self._tell(InputState(name, open=False, sentence=GONE if lost else str(error)))
        else:
            self._tell(InputState(name, open=True))

    def _tell(self, state: InputState) -> None:
        if state != self._told:
            self._told = state
            self._report(state)
