"""MIDI inputs that somebody's clock comes from: rtmidi's, and a tape as their twin.

Messages are fetched, not called back with: a driver's thread would wait for the interpreter, and
its server for it. Each message has the moment at which the driver took it in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.patchbay import SERVER_GONE, JackPatchbay
from engine.playing.ports import NO_MIDI, NO_VIRTUAL, interfaces, is_ours, match_port, told
from engine.playing.protocol import INPUT_NAME, PortChoice

OWN_PORT = (
    "This port carries our own music: a player that followed itself would run in a circle. "
    "Choose the port that your DAW sends its clock to."
)
_LEAK = 1e-4
_MOST_AT_ONCE = 256
Heard = tuple[float, bytes]


class MidiInput(Protocol):
    """An open input."""

    @property
    def name(self) -> str: ...

    def received(self) -> list[Heard]:
        """What came since the last call, with its moments on the player's clock."""
        ...

    def trouble(self) -> str:
        """Why nothing more can come; empty while all is well."""
        ...

    def close(self) -> None: ...


class InputsHere(Protocol):
    """The inputs of a machine."""

    def open(self, choice: PortChoice) -> MidiInput: ...


class Stamps:
    """Moments from a driver's delta times, laid against the clock by which we fetch.

    A message is fetched after it came, never before, so the shortest way ever seen is the true
    distance of the two clocks; it is forgotten slowly, for clocks drift.
    """

    def __init__(self) -> None:
        self._stamp = 0.0
        self._offset: float | None = None
        self._last = 0.0

    def moment(self, delta: float, now: float) -> float:
        """The moment of a message that came `delta` after the one before and is fetched `now`."""
        self._stamp += delta
        offset = now - self._stamp
        if self._offset is None or offset < self._offset:
            self._offset = offset
        else:
            self._offset += min(_LEAK * (now - self._last), offset - self._offset)
        self._last = now
        return self._stamp + self._offset


class RtMidiInput:
    """An open input of the system's MIDI."""

    def __init__(
        self, end: Any, name: str, clock: Clock, patchbay: JackPatchbay | None, *, ours: bool
    ) -> None:
        self._end, self._name, self._clock = end, name, clock
        self._patchbay, self._ours = patchbay, ours
        self._stamps = Stamps()

    @property
    def name(self) -> str:
        return self._name

    def received(self) -> list[Heard]:
        return list(self._fetched())

    def _fetched(self) -> Iterator[Heard]:
        for _ in range(_MOST_AT_ONCE):
            message = self._end.get_message()
            if message is None:
                return
            data, delta = message
            yield self._stamps.moment(delta, self._clock.now()), bytes(data)

    def trouble(self) -> str:
        trouble = self._patchbay.trouble() if self._patchbay is not None else ""
        if not trouble and not self._ours and self._name not in self._end.get_ports():
            return "The program or device that sent the clock has gone."
        return trouble

    def close(self) -> None:
        if self._patchbay is not None and self._patchbay.trouble() == SERVER_GONE:
            return  # closing would wait for a server that is no more
        self._end.close_port()
        self._end.delete()
        if self._patchbay is not None:
            self._patchbay.close()


class RtMidiInputs:
    """The machine's inputs through rtmidi."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: list[Any] = []

    def open(self, choice: PortChoice) -> MidiInput:
        """Open an input of our own that a DAW can send to, or somebody's by name.

        Raises:
            PsychoscoreError: there is no such port, or it is our own output.
        """
        if choice.kind == "virtual":
            return self._open_virtual(choice.name)
        if is_ours(choice.name):
            raise PsychoscoreError(OWN_PORT)
        seen: list[str] = []
        for interface, end in interfaces("MidiIn"):
            names = [name for name in end.get_ports() if not is_ours(name)]
            seen += names
            full_name = match_port(choice.name, names)
            if full_name is not None:
                number = end.get_ports().index(full_name)
                return self._opened(
                    end,
                    interface,
                    full_name,
                    partial(end.open_port, number, INPUT_NAME),
                    ours=False,
                )
            end.delete()
        listing = f"Inputs here: {', '.join(seen)}." if seen else "No program or device sends MIDI."
        raise PsychoscoreError(f"There is no MIDI input {choice.name!r}.", listing)

    def _open_virtual(self, name: str) -> MidiInput:
        if sys.platform == "win32":
            raise PsychoscoreError("No virtual input was made.", NO_VIRTUAL)
        for interface, end in interfaces("MidiIn"):
            return self._opened(
                end, interface, name, partial(end.open_virtual_port, name), ours=True
            )
        raise PsychoscoreError(NO_MIDI)

    def _opened(
        self, end: Any, interface: str, name: str, open_end: Callable[[], object], *, ours: bool
    ) -> MidiInput:
        end.ignore_types(sysex=False, timing=False, active_sense=True)
        with told(name):
            open_end()
        patchbay = JackPatchbay.open() if interface == "jack" else None
        # An input that is dropped unclosed would be closed by its end, and wait for a dead server.
        self._kept.append(end)
        return RtMidiInput(end, name, self._clock, patchbay, ours=ours)
