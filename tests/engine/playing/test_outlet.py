"""What was struck is released, on every end, whatever an end does."""

from __future__ import annotations

import pytest

from engine.playing.clock import OfflineClock
from engine.playing.outlet import Outlet
from engine.playing.ports import RecorderPort
from engine.playing.protocol import NotePlayed, PortLost, Reply

ON, OFF = b"\x90\x3c\x50", b"\x80\x3c\x40"


class _Scene:
    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.outlet = Outlet(self.replies.append)
        self.port, self.audio = RecorderPort(OfflineClock()), RecorderPort(OfflineClock())
        self.outlet.set_port(self.port)
        self.outlet.set_audio(self.audio)


def _data(port: RecorderPort) -> list[bytes]:
    return [data for _, data in port.sent]


def test_both_ends_hear_the_same() -> None:
    scene = _Scene()
    scene.outlet.send(ON)
    scene.outlet.send(OFF)
    assert _data(scene.port) == _data(scene.audio) == [ON, OFF]


def test_an_off_for_what_does_not_sound_is_dropped() -> None:
    scene = _Scene()
    scene.outlet.send(OFF)
    assert scene.port.sent == []


def test_a_pitch_struck_twice_is_parted() -> None:
    scene = _Scene()
    scene.outlet.send(ON)
    scene.outlet.send(ON)
    assert _data(scene.port) == [ON, OFF, ON]


def test_silence_releases_notes_pedals_and_bends_and_tells_it() -> None:
    scene = _Scene()
    for data in (ON, b"\xb1\x40\x7f", b"\xb0\x43\x7f", b"\xe2\x00\x60"):
        scene.outlet.send(data)
    scene.outlet.silence()
    assert _data(scene.port)[4:] == [OFF, b"\xb0\x43\x00", b"\xb1\x40\x00", b"\xe2\x00\x40"]
    assert scene.replies == [NotePlayed(released=((0, 60),))]
    scene.outlet.silence()
    assert len(scene.port.sent) == 8


def test_a_new_port_leaves_the_old_one_silent_and_closed() -> None:
    scene = _Scene()
    scene.outlet.send(ON)
    scene.outlet.set_port(RecorderPort(OfflineClock()))
    assert _data(scene.port) == [ON, OFF]
    assert scene.port.closed
    assert _data(scene.audio) == [ON]


def test_muting_silences_the_sound_and_leaves_it_open() -> None:
    scene = _Scene()
    scene.outlet.send(ON)
    scene.outlet.set_audio(None)
    assert _data(scene.audio) == [ON, OFF]
    assert not scene.audio.closed


def test_a_broken_port_is_told_once_and_the_sound_goes_on() -> None:
    scene = _Scene()
    scene.port.broken = "cable pulled"
    scene.outlet.send(ON)
    scene.outlet.send(OFF)
    assert _data(scene.audio) == [ON, OFF]
    lost = [reply for reply in scene.replies if isinstance(reply, PortLost)]
    assert len(lost) == 1
    assert "cable pulled" in lost[0].sentence
    assert scene.outlet.port is None


def test_closing_ends_notes_even_when_nobody_listens_to_reports() -> None:
    def gone(reply: Reply) -> None:
        raise EOFError

    outlet, port = Outlet(gone), RecorderPort(OfflineClock())
    outlet.set_port(port)
    outlet.send(ON)
    with pytest.raises(EOFError):
        outlet.close()
    assert _data(port) == [ON, OFF]
    assert port.closed
