"""The player's desk: which ends are open, whether they still live, and opening them again.

It knows no music: the outlet sends, the player times.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import PsychoscoreError
from engine.playing.audio import AudioOpening, AudioPort
from engine.playing.clock import Clock
from engine.playing.outlet import Outlet
from engine.playing.patchbay import SERVER_GONE
from engine.playing.ports import MidiPort, PortsHere
from engine.playing.protocol import (
    AudioState,
    Command,
    Heartbeat,
    ListPorts,
    OpenPort,
    PortChoice,
    PortJoined,
    PortLost,
    PortOpened,
    Reply,
    SetAudio,
    SetReference,
)
from engine.playing.reference import ReferenceTrack, Sink

WATCH_SECONDS = 0.25
RETRY_SECONDS = 2.0
OPENING_PATIENCE = 10.0
OPENING_SECONDS = 0.05
MUTED = "Preview sound is muted."
OLD_LIBRARY = "Reference audio cannot sound: it needs fluidsynth 2.1 or newer."
NO_REFERENCE = "Reference audio cannot sound: there is no preview sound to play it through."


class Desk:
    """Opens, watches and closes ports.

    Args:
        ports: the MIDI of this machine.
        open_audio: begins to open the preview sound with a SoundFont or an installed one.
        track: reference audio, which sounds through the same device, muted preview or not.
    """

    def __init__(
        self,
        clock: Clock,
        outlet: Outlet,
        ports: PortsHere,
        open_audio: Callable[[str | None], AudioOpening],
        report: Callable[[Reply], None],
        track: ReferenceTrack | None = None,
    ) -> None:
        self._track = track
        self._clock = clock
        self._outlet = outlet
        self._ports = ports
        self._open_audio = open_audio
        self._report = report
        self._choice = PortChoice("none")
        self._port: MidiPort | None = None
        self._peers: tuple[str, ...] = ()
        self._audio_on = False
        self._soundfont: str | None = None
        self._audio: AudioPort | None = None
        self._opening: AudioOpening | None = None
        self._next_watch = 0.0
        self._next_retry = 0.0

    def handle(self, command: Command) -> bool:
        """Carry out one command about ports; False for any other."""
        match command:
            case OpenPort():
                self._choice, self._peers = command.choice, command.peers
                self._outlet.set_port(None)
                self._port = None
                self._open(said=False)
            case ListPorts():
                self._report(Heartbeat(OPENING_PATIENCE))
                self._report(self._ports.listed())
            case SetAudio():
                self._set_audio(command)
            case SetReference() if command.pcm and self._audio is None and self._opening is None:
                self._reopen_audio()
                return False
            case _:
                return False
        return True

    def watch(self, spare: float) -> None:
        """Look after the ends; costs some microseconds, to be called ten times a second.

        Args:
            spare: seconds until the music needs the thread; opening a port wants a rest.
        """
        self._take_audio()
        now = self._clock.now()
        if now < self._next_watch:
            return
        self._next_watch = now + WATCH_SECONDS
        if self._port is not None and self._outlet.port is None:
            self._port = None  # lost while sending
            self._next_retry = now + RETRY_SECONDS
        if self._port is not None:
            self._watch_port(self._port, now)
        elif self._choice.kind != "none" and now >= self._next_retry and spare > OPENING_SECONDS:
            self._open(said=True)

    def _watch_port(self, port: MidiPort, now: float) -> None:
        trouble = port.trouble()
        if trouble:
            self._port = None
            self._next_retry = now + RETRY_SECONDS
            self._outlet.lose_port(trouble)
            if trouble == SERVER_GONE and self._audio is not None and self._audio.driver == "jack":
                self._reopen_audio()
            return
        peers = port.peers()
        if peers != self._peers:
            self._peers = peers
            self._report(PortJoined(peers))

    def _open(self, *, said: bool) -> None:
        """Open what was chosen. `said` is true where the loss was told already."""
        self._next_retry = self._clock.now() + RETRY_SECONDS
        if self._choice.kind == "none":
            self._report(PortOpened(""))
            return
        self._report(Heartbeat(OPENING_PATIENCE))
        try:
            port = self._ports.open(self._choice)
        except PsychoscoreError as error:
            if not said:
                self._report(PortLost(self._choice.name, str(error)))
            return
        port.join(self._peers)
        self._port = port
        self._outlet.set_port(port)
        self._report(PortOpened(port.name))

    def _set_audio(self, command: SetAudio) -> None:
        """Muting keeps the sound ready, so that it comes back at once."""
        self._audio_on = command.on
        changed = command.soundfont != self._soundfont
        self._soundfont = command.soundfont
        if not command.on:
            self._outlet.set_audio(None)
            self._report(AudioState(False, MUTED))
        elif self._audio is not None and not changed:
            self._hear(self._audio)
        elif self._opening is None or changed:
            self._reopen_audio()

    def _reopen_audio(self) -> None:
        self._outlet.set_audio(None)
        if self._track is not None:
            self._track.use(None)
        if self._audio is not None:
            self._audio.close()
        self._audio = None
        self._opening = self._open_audio(self._soundfont)

    def _take_audio(self) -> None:
        outcome = self._opening.outcome() if self._opening is not None else None
        if outcome is None:
            return
        self._opening = None
        if isinstance(outcome, PsychoscoreError):
            self._report(AudioState(False, str(outcome)))
            if self._track is not None:
                self._track.refuse(NO_REFERENCE)
            return
        self._audio = outcome
        self._give_sink(outcome.reference_sink())
        if self._audio_on:
            self._hear(outcome)

    def _give_sink(self, sink: Sink | None) -> None:
        if self._track is not None and sink is not None:
            self._track.use(sink)
        elif self._track is not None:
            self._track.refuse(OLD_LIBRARY)

    def _hear(self, audio: AudioPort) -> None:
        self._outlet.set_audio(audio)
        self._report(AudioState(True, f"Preview sound is on ({audio.driver})."))
