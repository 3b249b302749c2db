"""Where messages leave: a MIDI port and the preview sound, and the memory of what sounds there.

It guarantees that whatever was struck is released. It knows neither ticks nor time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from engine.playing.events import CONTROL, NOTE_OFF, is_off, is_on
from engine.playing.programme import pitch_of
from engine.playing.protocol import NotePlayed, Pitch, PortLost, Reply

SUSTAIN, ALL_SOUND_OFF, ALL_NOTES_OFF = 64, 120, 123
_PEDALS = range(64, 70)
_CENTRE_BEND = bytes((0x00, 0x40))


class Port(Protocol):
    """An end of the line. `send` raises OSError once nobody can hear it any more."""

    @property
    def name(self) -> str: ...

    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class Outlet:
    """Sends each message to the open ends and keeps account.

    Args:
        report: receives `NotePlayed` for releases, and `PortLost` when an end fails.
    """

    def __init__(self, report: Callable[[Reply], None]) -> None:
        self._report = report
        self._port: Port | None = None
        self._audio: Port | None = None
        self._sounding: dict[Pitch, None] = {}
        self._held: set[Pitch] = set()
        self._bent: set[int] = set()
        self._channels: set[int] = {0}

    @property
    def port(self) -> Port | None:
        return self._port

    @property
    def pedals(self) -> tuple[Pitch, ...]:
        """Channel and controller of each pedal that is down."""
        return tuple(sorted(self._held))

    @property
    def sounding(self) -> tuple[Pitch, ...]:
        return tuple(self._sounding)

    def set_port(self, port: Port | None) -> None:
        """Change the MIDI port; the old one is silenced and closed."""
        old, self._port = self._port, port
        if old is not None:
            self._release_on(old)
            _close(old)

    def set_audio(self, audio: Port | None) -> None:
        """Change the preview sound; the old one is silenced, and stays its owner's to close."""
        old, self._audio = self._audio, audio
        if old is not None:
            self._release_on(old)

    def send(self, data: bytes) -> None:
        """Send one message. An off for what does not sound is dropped, a double on is parted."""
        kind, channel = data[0] & 0xF0, data[0] & 0x0F
        if is_on(data):
            pitch = pitch_of(data)
            if pitch in self._sounding:
                self._write(_off(pitch))
            self._sounding[pitch] = None
            self._channels.add(channel)
        elif is_off(data):
            if pitch_of(data) not in self._sounding:
                return
            self._write(data)
            # Forgotten only now: a signal may end us between the two.
            self._sounding.pop(pitch_of(data), None)
            return
        elif kind == CONTROL and data[1] in _PEDALS:
            (self._held.add if data[2] else self._held.discard)((channel, data[1]))
        elif kind == 0xE0:
            (self._bent.discard if data[1:] == _CENTRE_BEND else self._bent.add)(channel)
        self._write(data)

    def send_clock(self, data: bytes) -> None:
        """Send a message that only other programs can hear; preview sound has no use for it."""
        self._write_port(data)

    def send_preview(self, data: bytes) -> None:
        """Send a message that only the preview sound is to make heard."""
        if self._audio is not None:
            self._audio.send(data)

    def end_notes(self, notes: Iterable[Pitch]) -> None:
        """Offs for notes that another player struck on this port, and a clean pedal."""
        ended = tuple(notes)
        for pitch in ended:
            self._write(_off(pitch))
        for channel in sorted({channel for channel, _ in ended} | {0}):
            self._write(bytes((CONTROL | channel, SUSTAIN, 0)))
        self._report(NotePlayed(released=ended))

    def silence(self) -> None:
        """Release every note, pedal and bend."""
        released = tuple(self._sounding)
        for data in self._releases():
            self._write(data)
        self._sounding.clear()
        self._held.clear()
        self._bent.clear()
        if released:
            self._report(NotePlayed(released=released))

    def panic(self) -> None:
        """Silence, then what silences a receiver that lost count, on all 16 channels."""
        self.silence()
        for channel in sorted(self._channels):
            for pitch in range(128):
                self._write(_off((channel, pitch)))
        for channel in range(16):
            for controller in (SUSTAIN, ALL_SOUND_OFF, ALL_NOTES_OFF):
                self._write(bytes((CONTROL | channel, controller, 0)))

    def close(self) -> None:
        """Silence both ends and close the port."""
        try:
            self.silence()
        finally:  # nobody may be left to report to, but closing is what carries the offs out
            self.set_port(None)
            self.set_audio(None)

    def lose_port(self, sentence: str) -> None:
        """The MIDI port is gone: say so and go on without it."""
        lost, self._port = self._port, None
        if lost is not None:
            self._report(PortLost(lost.name, sentence))
            _close(lost)

    def _releases(self) -> list[bytes]:
        return [
            *(_off(pitch) for pitch in self._sounding),
            *(bytes((CONTROL | channel, pedal, 0)) for channel, pedal in sorted(self._held)),
            *(bytes((0xE0 | channel,)) + _CENTRE_BEND for channel in sorted(self._bent)),
        ]

    def _release_on(self, end: Port) -> None:
        try:
            for data in self._releases():
                end.send(data)
        except OSError:
            return  # it is gone, which is as silent as can be

    def _write(self, data: bytes) -> None:
        self._write_port(data)
        if self._audio is not None:
            self._audio.send(data)

    def _write_port(self, data: bytes) -> None:
        if self._port is not None:
            try:
                self._port.send(data)
            except OSError as error:
                self.lose_port(f"The MIDI port {self._port.name} does not answer: {error}.")


def _off(pitch: Pitch) -> bytes:
    return bytes((NOTE_OFF | pitch[0], pitch[1], 64))


def _close(end: Port) -> None:
    try:
        end.close()
    except OSError:
        return  # a port that is gone has nothing left to close
