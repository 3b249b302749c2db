"""MIDI ports: rtmidi where the system has MIDI, and a recorder as its twin.

Everything that can go wrong outside becomes an OSError while playing and a sentence while
opening. This module knows neither ticks nor the pipe.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any, Protocol

from engine.errors import PsychoscoreError
from engine.playing.clock import Clock
from engine.playing.patchbay import SERVER_GONE, JackPatchbay
from engine.playing.protocol import PORT_NAME, PortChoice, PortsListed

NO_MIDI = "There is no MIDI here: neither a JACK server nor the ALSA sequencer answers."
NO_VIRTUAL = (
    "Windows has no virtual MIDI ports of its own. Install loopMIDI, make a port in it, "
    "then choose it here."
)
_LAST_PERIODS, _LAST_SECONDS = 3, 0.3
_NUMBERS = re.compile(r"\s+\d+:\d+$")


class MidiPort(Protocol):
    """A MIDI port with its surroundings."""

    @property
    def name(self) -> str: ...

    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...

    def trouble(self) -> str:
        """Why nobody can be reached through this port any more; empty while all is well."""
        ...

    def peers(self) -> tuple[str, ...]:
        """Programs connected with this port, where the system tells."""
        ...

    def join(self, peers: Sequence[str]) -> None:
        """Connect again with programs that are still there."""
        ...


class PortsHere(Protocol):
    """The MIDI of a machine."""

    def listed(self) -> PortsListed: ...

    def open(self, choice: PortChoice) -> MidiPort: ...


class RecorderPort:
    """Keeps what was sent with the moment of sending: the offline twin of a MIDI port."""

    def __init__(self, clock: Clock, name: str = "recorder") -> None:
        self._clock = clock
        self._name = name
        self.sent: list[tuple[float, bytes]] = []
        self.closed = False
        self.broken = ""

    @property
    def name(self) -> str:
        return self._name

    def send(self, data: bytes) -> None:
        """Keep one message.

        Raises:
            OSError: the port was closed, or broken on purpose.
        """
        if self.closed or self.broken:
            raise OSError(self.broken or "the port is closed")
        self.sent.append((self._clock.now(), data))

    def close(self) -> None:
        self.closed = True

    def trouble(self) -> str:
        return self.broken

    def peers(self) -> tuple[str, ...]:
        return ()

    def join(self, peers: Sequence[str]) -> None:
        """Nobody listens to a recorder but its owner."""


class RtMidiPort:
    """An open port of the system's MIDI."""

    def __init__(
        self,
        out: Any,
        name: str,
        interface: str,
        patchbay: JackPatchbay | None,
        graves: list[Any],
        *,
        ours: bool,
    ) -> None:
        self._out = out
        self._name = name
        self._interface = interface
        self._patchbay = patchbay
        self._graves = graves
        self._ours = ours

    @property
    def name(self) -> str:
        return self._name

    def send(self, data: bytes) -> None:
        self._out.send_message(data)

    def close(self) -> None:
        """Close, once the last message has been heard.

        JACK hands it over in one period and it is heard in the next, unless the port has gone
        by then. At a dead server rtmidi waits a second for that, more than the music has: such
        a port is left to the end of the process.
        """
        if self._patchbay is not None and self._patchbay.trouble() == SERVER_GONE:
            self._graves.append(self._out)
            return
        if self._interface == "jack":
            period = self._patchbay.period() if self._patchbay is not None else _LAST_SECONDS
            time.sleep(min(_LAST_PERIODS * period, _LAST_SECONDS))
        self._out.close_port()
        self._out.delete()
        if self._patchbay is not None:
            self._patchbay.close()

    def trouble(self) -> str:
        trouble = self._patchbay.trouble() if self._patchbay is not None else ""
        if not trouble and not self._ours and self._name not in self._out.get_ports():
            return "The program or device behind it has gone."
        return trouble

    def peers(self) -> tuple[str, ...]:
        return self._patchbay.peers() if self._patchbay is not None else ()

    def join(self, peers: Sequence[str]) -> None:
        if self._patchbay is not None:
            self._patchbay.join(peers)


class RtMidiPorts:
    """The machine's MIDI through rtmidi, each of its interfaces tried in turn."""

    def __init__(self) -> None:
        self._graves: list[Any] = []

    def listed(self) -> PortsListed:
        """Names of all ports that one can play into, and of those that one can follow."""
        names: dict[str, None] = {}
        inputs: dict[str, None] = {}
        answering = 0
        for found, direction in ((names, "MidiOut"), (inputs, "MidiIn")):
            for _, end in interfaces(direction):
                with closing(_Deleting(end)):
                    answering += 1
                    found.update(dict.fromkeys(end.get_ports()))
        if not answering:
            return PortsListed((), False, NO_MIDI)
        virtual = sys.platform != "win32"
        heard = tuple(name for name in inputs if not is_ours(name))
        return PortsListed(tuple(names), virtual, "" if virtual else NO_VIRTUAL, heard)

    def open(self, choice: PortChoice) -> MidiPort:
        """Open a virtual or a named port.

        Raises:
            PsychoscoreError: there is no MIDI, or no such port, or more than one fits.
        """
        if choice.kind == "virtual":
            return self._open_virtual(choice.name)
        return self._open_named(choice.name)

    def _open_virtual(self, name: str) -> MidiPort:
        if sys.platform == "win32":
            raise PsychoscoreError("No virtual port was made.", NO_VIRTUAL)
        for interface, out in interfaces():
            with _patchbay(interface) as patchbay, told(name):
                out.open_virtual_port(name)
            return RtMidiPort(out, name, interface, patchbay, self._graves, ours=True)
        raise PsychoscoreError(NO_MIDI)

    def _open_named(self, name: str) -> MidiPort:
        seen: list[str] = []
        for interface, out in interfaces():
            names = out.get_ports()
            seen += names
            full_name = match_port(name, names)
            if full_name is None:
                out.delete()
                continue
            with _patchbay(interface) as patchbay, told(full_name):
                out.open_port(names.index(full_name), PORT_NAME)
            return RtMidiPort(out, full_name, interface, patchbay, self._graves, ours=False)
        listing = f"Ports here: {', '.join(seen)}." if seen else "No port is open here."
        if not interface_names():
            raise PsychoscoreError(f"There is no MIDI port {name!r}.", NO_MIDI)
        raise PsychoscoreError(f"There is no MIDI port {name!r}.", listing)


def prepare() -> None:
    """Import what opening a port needs, so that a successor opens one without delay."""
    with suppress(ImportError, OSError):
        import rtmidi  # noqa: F401
    with suppress(ImportError, OSError):
        import jack  # noqa: F401


def match_port(wanted: str, names: Sequence[str]) -> str | None:
    """The one port meant by `wanted`: exact, without the numbers ALSA adds, or a part of a name.

    Raises:
        PsychoscoreError: several ports fit equally well.
    """
    low = wanted.casefold()
    for fits in (
        lambda name: name == wanted,
        lambda name: _NUMBERS.sub("", name).casefold() == _NUMBERS.sub("", low),
        lambda name: low in name.casefold(),
    ):
        found = [name for name in dict.fromkeys(names) if fits(name)]
        if len(found) > 1:
            raise PsychoscoreError(
                f"More than one MIDI port fits {wanted!r}.", f"They are {', '.join(found)}."
            )
        if found:
            return found[0]
    return None


def interface_names() -> tuple[str, ...]:
    """The MIDI interfaces that answer on this machine."""
    names = []
    for interface, out in interfaces():
        names.append(interface)
        out.delete()
    return tuple(names)


def is_ours(name: str) -> bool:
    """Whether this is the name of a port that we have made ourselves."""
    return name.casefold().startswith(PORT_NAME.casefold())


def interfaces(direction: str = "MidiOut") -> Iterator[tuple[str, Any]]:
    """Each interface that answers, JACK first, with an unopened end of its own."""
    try:
        import rtmidi
    except ImportError:
        return
    compiled = rtmidi.get_compiled_api()
    for api in sorted(compiled, key=lambda api: api != rtmidi.API_UNIX_JACK):
        if api == rtmidi.API_RTMIDI_DUMMY:
            continue
        try:
            out = getattr(rtmidi, direction)(api, name=PORT_NAME)
        except OSError:
            continue  # rtmidi's own error for an interface that does not answer
        yield "jack" if api == rtmidi.API_UNIX_JACK else rtmidi.get_api_name(api), out


class _Deleting:
    """An rtmidi end as something that `closing` can end."""

    def __init__(self, out: Any) -> None:
        self._out = out

    def close(self) -> None:
        self._out.delete()


@contextmanager
def _patchbay(interface: str) -> Iterator[JackPatchbay | None]:
    """A patchbay that learns which port was made inside the block; None without JACK."""
    patchbay = JackPatchbay.open() if interface == "jack" else None
    if patchbay is None:
        yield None
        return
    try:
        with patchbay.watching():
            yield patchbay
    except BaseException:
        patchbay.close()
        raise


@contextmanager
def told(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PsychoscoreError(f"The MIDI port {name} could not be opened: {error}.") from error
