"""Preview sound: fluidsynth with a SoundFont whose licence lets everybody use it.

Opening takes a second and may hang in somebody's driver, so it happens on a thread of its own;
without a device, a library or a SoundFont there is a sentence that says what to do, and playing
goes on silently.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from engine.errors import PsychoscoreError
from engine.playing.fluid_sink import CHANNELS, FluidSink
from engine.playing.outlet import Port
from engine.playing.reference import Sink

# MIT licensed, best first. TimGM6mb, which many systems bring, is GPL-2 and never a default.
SOUNDFONT_NAMES = (
    "MuseScore_General_Lite.sf3",
    "MuseScore_General_Full.sf3",
    "FluidR3Mono_GM.sf3",
    "FluidR3_GM.sf2",
)
SOUNDFONT_FOLDERS = (
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf3",
    "~/.local/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
    "~/Library/Audio/Sounds/Banks",
)
_DRIVERS = {
    "linux": ("jack", "pipewire", "pulseaudio", "alsa"),
    "darwin": ("coreaudio",),
    "win32": ("wasapi", "dsound", "waveout"),
}
_FLUID_FAILED = -1
GAIN = 0.5


class AudioPort(Port, Protocol):
    """An end that sounds, and the name of the driver it sounds through."""

    @property
    def driver(self) -> str: ...

    def reference_sink(self) -> Sink | None:
        """Where reference audio can sound beside it; None where it cannot."""
        ...


class AudioOpening(Protocol):
    """A preview sound on its way: ask `outcome` now and then."""

    def outcome(self) -> AudioPort | PsychoscoreError | None: ...


def find_soundfont(folders: Sequence[str] = SOUNDFONT_FOLDERS) -> Path:
    """The best installed SoundFont.

    Raises:
        PsychoscoreError: there is none, with the way to get one.
    """
    for name in SOUNDFONT_NAMES:
        for folder in folders:
            path = Path(folder).expanduser() / name
            if path.is_file():
                return path
    raise PsychoscoreError(
        "No preview sound: there is no SoundFont.",
        "On Debian and Ubuntu: sudo apt install fluidr3mono-gm-soundfont; "
        "elsewhere put FluidR3Mono_GM.sf3 into ~/.local/share/soundfonts.",
    )


class FluidPort:
    """A running fluidsynth that takes MIDI messages."""

    name = "preview sound"

    def __init__(self, synth: Any, driver: str, sink: FluidSink | None = None) -> None:
        self._synth = synth
        self._driver = driver
        self._sink = sink

    @property
    def driver(self) -> str:
        return self._driver

    def reference_sink(self) -> Sink | None:
        return self._sink

    def send(self, data: bytes) -> None:
        kind, channel = data[0] & 0xF0, data[0] & 0x0F
        if kind == 0x90 and data[2] > 0:
            self._synth.noteon(channel, data[1], data[2])
        elif kind in (0x80, 0x90):
            self._synth.noteoff(channel, data[1])
        elif kind == 0xB0:
            self._synth.cc(channel, data[1], data[2])
        elif kind == 0xC0:
            self._synth.program_change(channel, data[1])
        elif kind == 0xE0:
            self._synth.pitch_bend(channel, (data[1] | data[2] << 7) - 8192)

    def close(self) -> None:
        """Drivers take their time to stop, and the music has none: a thread waits for them."""
        threading.Thread(target=self._end, name="end of sound", daemon=True).start()

    def _end(self) -> None:
        if self._sink is not None:
            self._sink.close()
        self._synth.delete()


class FluidOpening:
    """Opens the preview sound on a thread."""

    def __init__(self, soundfont: str | None) -> None:
        self._soundfont = soundfont
        self._outcome: AudioPort | PsychoscoreError | None = None
        threading.Thread(target=self._open, name="preview sound", daemon=True).start()

    def outcome(self) -> AudioPort | PsychoscoreError | None:
        return self._outcome

    def _open(self) -> None:
        try:
            self._outcome = open_fluid(self._soundfont)
        except PsychoscoreError as error:
            self._outcome = error
        except Exception as error:  # the edge of the thread: nobody else would hear of it
            self._outcome = PsychoscoreError(
                f"No preview sound: fluidsynth failed with {type(error).__name__}: {error}."
            )


def open_fluid(soundfont: str | None, drivers: Sequence[str] | None = None) -> FluidPort:
    """Start fluidsynth on the first audio driver that answers.

    Args:
        soundfont: a file, or None for an installed one.
        drivers: names to try, by default those of this system.

    Raises:
        PsychoscoreError: no library, no SoundFont or no device.
    """
    fluidsynth = library()
    path = Path(soundfont) if soundfont is not None else find_soundfont()
    if not path.is_file():
        raise PsychoscoreError(f"No preview sound: {path} does not exist.")
    synth = fluidsynth.Synth(gain=GAIN, samplerate=48000.0, channels=CHANNELS)
    synth.setting("audio.jack.autoconnect", 1)
    synth.setting("audio.jack.id", "PSYCHOSCORE preview")
    synth.setting("audio.realtime-prio", 10)
    tried = drivers if drivers is not None else _DRIVERS.get(sys.platform, ("alsa",))
    for driver in tried:
        synth.setting("audio.driver", driver)
        synth.audio_driver = fluidsynth.new_fluid_audio_driver(synth.settings, synth.synth)
        if synth.audio_driver:
            break
    else:
        synth.delete()
        raise PsychoscoreError(
            "No preview sound: no audio device answers.",
            "Connect or switch on a sound card; the MIDI port works without it.",
        )
    load_sounds(synth, path)
    return FluidPort(synth, driver, _reference_sink(fluidsynth, synth))


def _reference_sink(module: Any, synth: Any) -> FluidSink | None:
    try:
        return FluidSink(module, synth)
    except PsychoscoreError:
        return None  # an old library: music sounds all the same, and the track says why it is mute


def load_sounds(synth: Any, path: Path) -> None:
    """Give a synth its SoundFont, the first sound on each channel.

    Raises:
        PsychoscoreError: the file is no SoundFont; the synth is gone.
    """
    number = synth.sfload(str(path))
    if number == _FLUID_FAILED:
        synth.delete()
        raise PsychoscoreError(f"No preview sound: {path} is not a SoundFont that can be read.")
    for channel in range(16):
        synth.program_select(channel, number, 128 if channel == 9 else 0, 0)


def library() -> Any:
    """The module of pyfluidsynth.

    Raises:
        PsychoscoreError: it, or the library that it needs, is not installed.
    """
    # pyfluidsynth prints where it found the library when this is set.
    quiet = os.environ.pop("CI", None)
    try:
        import fluidsynth
    except (ImportError, OSError) as error:
        raise PsychoscoreError(
            "No preview sound: fluidsynth is not installed.",
            "Debian and Ubuntu: sudo apt install libfluidsynth3; macOS: brew install fluid-synth.",
        ) from error
    finally:
        if quiet is not None:
            os.environ["CI"] = quiet
    return fluidsynth
