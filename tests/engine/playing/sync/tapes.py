"""Inputs that play a tape: messages with their moments, in place of a system's MIDI."""

from __future__ import annotations

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.inputs import Heard, MidiInput
from engine.playing.protocol import PortChoice


class Tape:
    """An input whose messages are put on it beforehand and come when their moment has come."""

    def __init__(self, clock: Clock, name: str = "tape") -> None:
        self._clock, self._name = clock, name
        self._messages: list[Heard] = []
        self.broken = ""
        self.closed = False

    @property
    def name(self) -> str:
        return self._name

    def put(self, moment: float, data: bytes) -> None:
        self._messages.append((moment, data))
        self._messages.sort(key=lambda heard: heard[0])

    def received(self) -> list[Heard]:
        now = self._clock.now()
        come = [heard for heard in self._messages if heard[0] <= now]
        del self._messages[: len(come)]
        return come

    def trouble(self) -> str:
        return self.broken

    def close(self) -> None:
        self.closed = True


class Tapes:
    """A machine whose inputs are these tapes."""

    def __init__(self, *tapes: Tape) -> None:
        self.tapes = list(tapes)

    def open(self, choice: PortChoice) -> MidiInput:
        for tape in self.tapes:
            if tape.name == choice.name and not tape.broken:
                return tape
        raise PsychoscoreError(f"There is no tape {choice.name!r}.")
