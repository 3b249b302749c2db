"""Finding the port that is meant, and the recorder that stands in for one."""

from __future__ import annotations

import pytest

from engine.errors import PsychoscoreError
from engine.playing.clock import OfflineClock
from engine.playing.ports import RecorderPort, match_port

NAMES = ("Midi Through:Midi Through Port-0 14:0", "USB Piano:USB Piano 20:0", "loop", "loop 2")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("loop", "loop"),
        ("loop 2", "loop 2"),
        ("LOOP 2", "loop 2"),
        ("USB Piano:USB Piano", "USB Piano:USB Piano 20:0"),
        ("USB Piano:USB Piano 24:0", "USB Piano:USB Piano 20:0"),
        ("piano", "USB Piano:USB Piano 20:0"),
        ("Moog", None),
    ],
)
def test_a_port_is_found_by_what_people_call_it(wanted: str, found: str | None) -> None:
    assert match_port(wanted, NAMES) == found


def test_a_name_that_fits_two_ports_names_both() -> None:
    with pytest.raises(PsychoscoreError, match="USB Piano"):
        match_port("mid", (*NAMES, "USB Piano MIDI"))


def test_the_recorder_keeps_messages_with_their_moments() -> None:
    clock = OfflineClock(1.0)
    port = RecorderPort(clock)
    port.send(b"\x90\x3c\x40")
    clock.sleep_until(2.5)
    port.send(b"\x80\x3c\x40")
    assert port.sent == [(1.0, b"\x90\x3c\x40"), (2.5, b"\x80\x3c\x40")]


def test_the_recorder_refuses_what_a_real_port_would() -> None:
    closed, broken = RecorderPort(OfflineClock()), RecorderPort(OfflineClock())
    closed.close()
    broken.broken = "unplugged"
    for port in (closed, broken):
        with pytest.raises(OSError):
            port.send(b"\x90\x3c\x40")
    assert broken.trouble() == "unplugged"


def test_an_empty_name_fits_a_single_port_only() -> None:
    assert match_port("", ("only",)) == "only"
