"""Ports that are lost and found again, and a preview sound that is muted and comes back."""

from __future__ import annotations

import math

from engine.errors import PsychoscoreError
from engine.playing.audio import AudioOpening, AudioPort
from engine.playing.clock import OfflineClock
from engine.playing.desk import MUTED, RETRY_SECONDS, Desk
from engine.playing.outlet import Outlet
from engine.playing.ports import MidiPort, RecorderPort
from engine.playing.protocol import (
    AudioState,
    ListPorts,
    OpenPort,
    PortChoice,
    PortLost,
    PortOpened,
    PortsListed,
    Reply,
    SetAudio,
)
from engine.playing.reference import Sink


class SoundingRecorder(RecorderPort):
    driver = "tape"
    sink: Sink | None = None

    def reference_sink(self) -> Sink | None:
        return self.sink


class TapeMachine:
    """MIDI ports and sounds that are recorders, and may be missing."""

    def __init__(self, clock: OfflineClock) -> None:
        self.clock = clock
        self.here = True
        self.silent = False
        self.opened: list[RecorderPort] = []
        self.soundfonts: list[str | None] = []
        self.sink: Sink | None = None

    def listed(self) -> PortsListed:
        return PortsListed(("tape",), True)

    def open(self, choice: PortChoice) -> MidiPort:
        if not self.here:
            raise PsychoscoreError("There is no tape.")
        self.opened.append(RecorderPort(self.clock, choice.name))
        return self.opened[-1]

    def open_audio(self, soundfont: str | None) -> AudioOpening:
        self.soundfonts.append(soundfont)
        return self

    def outcome(self) -> AudioPort | PsychoscoreError | None:
        if self.silent:
            return PsychoscoreError("No preview sound: no device.")
        recorder = SoundingRecorder(self.clock)
        recorder.sink = self.sink
        return recorder


class _Scene:
    def __init__(self) -> None:
        self.clock = OfflineClock()
        self.machine = TapeMachine(self.clock)
        self.replies: list[Reply] = []
        self.outlet = Outlet(self.replies.append)
        self.desk = Desk(
            self.clock, self.outlet, self.machine, self.machine.open_audio, self.replies.append
        )

    def pass_seconds(self, seconds: float, spare: float = math.inf) -> None:
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.sleep_until(self.clock.now() + 0.1)
            self.desk.watch(spare)

    def told(self, kind: type[Reply]) -> list[Reply]:
        return [reply for reply in self.replies if isinstance(reply, kind)]


def test_a_port_that_is_lost_comes_back_by_itself() -> None:
    scene = _Scene()
    scene.desk.handle(OpenPort(1, PortChoice()))
    scene.machine.opened[0].broken = "The server has stopped."
    scene.machine.here = False
    scene.pass_seconds(3 * RETRY_SECONDS)
    assert scene.told(PortLost) == [PortLost("PSYCHOSCORE", "The server has stopped.")]
    scene.machine.here = True
    scene.pass_seconds(2 * RETRY_SECONDS)
    assert len(scene.told(PortOpened)) == 2
    assert scene.outlet.port is scene.machine.opened[1]


def test_a_port_lost_while_sending_comes_back_too() -> None:
    scene = _Scene()
    scene.desk.handle(OpenPort(1, PortChoice()))
    scene.machine.opened[0].broken = "no answer"
    scene.outlet.send(b"\x90\x3c\x40")
    scene.pass_seconds(2 * RETRY_SECONDS)
    assert len(scene.told(PortLost)) == 1
    assert scene.outlet.port is scene.machine.opened[1]


def test_no_port_is_opened_while_the_music_has_no_time_for_it() -> None:
    scene = _Scene()
    scene.machine.here = False
    scene.desk.handle(OpenPort(1, PortChoice()))
    scene.machine.here = True
    scene.pass_seconds(3 * RETRY_SECONDS, spare=0.01)
    assert scene.machine.opened == []
    scene.pass_seconds(0.5)
    assert len(scene.machine.opened) == 1


def test_choosing_none_closes_and_stays_closed() -> None:
    scene = _Scene()
    scene.desk.handle(OpenPort(1, PortChoice()))
    scene.desk.handle(OpenPort(2, PortChoice("none")))
    scene.pass_seconds(3 * RETRY_SECONDS)
    assert scene.machine.opened[0].closed
    assert scene.outlet.port is None
    assert scene.replies[-1] == PortOpened("")


def test_muted_sound_comes_back_without_loading_again() -> None:
    scene = _Scene()
    for on in (True, False, True):
        scene.desk.handle(SetAudio(1, on))
        scene.pass_seconds(0.3)
    states = scene.told(AudioState)
    assert [state.on for state in states if isinstance(state, AudioState)] == [True, False, True]
    assert states[1] == AudioState(False, MUTED)
    assert scene.machine.soundfonts == [None]


def test_another_soundfont_is_loaded() -> None:
    scene = _Scene()
    scene.desk.handle(SetAudio(1, True))
    scene.pass_seconds(0.3)
    scene.desk.handle(SetAudio(2, True, "other.sf3"))
    scene.pass_seconds(0.3)
    assert scene.machine.soundfonts == [None, "other.sf3"]


def test_no_sound_is_one_sentence() -> None:
    scene = _Scene()
    scene.machine.silent = True
    scene.desk.handle(SetAudio(1, True))
    scene.pass_seconds(1)
    assert scene.told(AudioState) == [AudioState(False, "No preview sound: no device.")]


def test_ports_are_listed() -> None:
    scene = _Scene()
    assert scene.desk.handle(ListPorts(1))
    assert scene.told(PortsListed) == [PortsListed(("tape",), True)]
