"""Reference audio through fluidsynth: the audio is a sample, and playing it is a voice.

So it sounds through the device that the preview has open, as late as the preview and no later,
with no second driver and no thread of Python that music would have to wait for. The samples are
the file itself, mapped into memory.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import time
from dataclasses import dataclass
from typing import Any

from engine.errors import PsychoscoreError
from engine.playing.reference import Pcm
from engine.reference_audio.pcm import channel_start, file_size

CHANNEL = 16
"""The first channel that no music uses; the synth has twice the sixteen of MIDI."""
CHANNELS = 32
_FAILED = -1
_KEY, _VELOCITY = 60, 127
# What a voice is told, by fluidsynth's numbers; offsets are in frames and in 32,768 frames.
_OFFSET, _OFFSET_COARSE, _PAN, _ATTACK, _RELEASE, _ATTENUATION, _ROOT = 0, 4, 17, 34, 38, 48, 58
_COARSE = 32_768
_FADE_TIMECENTS = -8000.0
"""About 10 ms, in which one place gives way to another without a click."""
_FILTER_CENTIBELS = 11.0
"""A voice's filter, even wide open, makes it this much louder; measured with fluidsynth 2.3."""
_CONTROLLERS = ((7, 127), (11, 127), (10, 64), (91, 0), (93, 0))
_RESTING_SECONDS = 2.0
QUIETEST_DB, LOUDEST_DB = -60.0, 0.0


@dataclass(frozen=True, slots=True)
class _Held:
    """Audio that voices may be reading: its memory and the two samples made of it."""

    pcm: Pcm
    memory: mmap.mmap
    window: Any
    samples: tuple[Any, Any]


class FluidSink:
    """Sounds through a running synth, whose owner ends it with `close`.

    Args:
        module: pyfluidsynth.
        synth: its `Synth`, with 32 channels.

    Raises:
        PsychoscoreError: the library is too old.
    """

    def __init__(self, module: Any, synth: Any) -> None:
        self._synth = synth.synth
        try:
            self._calls = _Calls(module._fl)
        except AttributeError as error:
            raise PsychoscoreError(
                "Reference audio needs fluidsynth 2.1 or newer.", "Install a newer one."
            ) from error
        self._ticker = self._calls.new_ticker(0)
        self._calls.register(self._ticker, self._synth)
        for controller, value in _CONTROLLERS:
            self._calls.control(self._synth, CHANNEL, controller, value)
        self._held: _Held | None = None
        self._resting: list[tuple[float, _Held]] = []
        self._began = (0.0, 0)

    def load(self, pcm: Pcm) -> None:
        self.stop()
        held = self._hold(pcm)
        if self._held is not None:
            self._resting.append((time.monotonic(), self._held))
        self._held = held
        self._release_rested()

    def start(self, seconds: float, gain_db: float) -> None:
        self.stop()
        held = self._held
        if held is None:
            return
        frame = min(max(round(seconds * held.pcm.rate), 0), held.pcm.frames - 1)
        quieter = -min(max(gain_db, QUIETEST_DB), LOUDEST_DB) * 10 + _FILTER_CENTIBELS
        self._began = (seconds, self._calls.ticks(self._ticker))
        for sample, pan in zip(held.samples, (-500.0, 500.0), strict=True):
            voice = self._calls.allocate(self._synth, sample, CHANNEL, _KEY, _VELOCITY)
            if not voice:
                continue
            for what, value in (
                (_OFFSET, frame % _COARSE),
                (_OFFSET_COARSE, frame // _COARSE),
                (_PAN, pan),
                (_ATTACK, _FADE_TIMECENTS),
                (_RELEASE, _FADE_TIMECENTS),
                (_ATTENUATION, quieter),
                (_ROOT, _KEY),
            ):
                self._calls.shape(voice, what, value)
            self._calls.begin(self._synth, voice)

    def stop(self) -> None:
        self._calls.notes_off(self._synth, CHANNEL)

    def position(self) -> float:
        place, ticks = self._began
        return float(place + (self._calls.ticks(self._ticker) - ticks) / 1000)

    def close(self) -> None:
        """Leave the synth; to be called before it is deleted."""
        self._calls.delete_ticker(self._ticker)

    def _hold(self, pcm: Pcm) -> _Held:
        gone = PsychoscoreError("The reference audio could not be read.", "Choose its file again.")
        try:
            with open(pcm.path, "rb") as file:
                if pcm.frames < 1 or os.fstat(file.fileno()).st_size != file_size(pcm.frames):
                    raise gone
                memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError) as error:
            raise gone from error
        window = (ctypes.c_char * len(memory)).from_buffer(memory)
        left, right = (self._sample(window, channel, pcm) for channel in (0, 1))
        return _Held(pcm, memory, window, (left, right))

    def _sample(self, window: Any, channel: int, pcm: Pcm) -> Any:
        sample = self._calls.new_sample()
        start = ctypes.addressof(window) + channel_start(channel, pcm.frames)
        if self._calls.fill(sample, start, None, pcm.frames, pcm.rate, 0) == _FAILED:
            self._calls.delete_sample(sample)
            raise PsychoscoreError("Reference audio: fluidsynth refused the samples.")
        return sample

    def _release_rested(self) -> None:
        """Let go of what no voice can be reading any more: a fade lasts milliseconds."""
        now = time.monotonic()
        rested = [each for since, each in self._resting if now - since > _RESTING_SECONDS]
        self._resting = [each for each in self._resting if now - each[0] <= _RESTING_SECONDS]
        for held in rested:
            for sample in held.samples:
                self._calls.delete_sample(sample)


class _Calls:
    """The functions of fluidsynth's library that its Python module does not offer."""

    def __init__(self, library: Any) -> None:
        def function(name: str, result: Any, *arguments: Any) -> Any:
            # A prototype of our own: the module's would be changed for everybody.
            return ctypes.CFUNCTYPE(result, *arguments)((name, library))

        void, integer = ctypes.c_void_p, ctypes.c_int
        unsigned, short = ctypes.c_uint, ctypes.c_short
        self.new_sample = function("new_fluid_sample", void)
        self.delete_sample = function("delete_fluid_sample", None, void)
        self.fill = function(
            "fluid_sample_set_sound_data", integer, void, void, void, unsigned, unsigned, short
        )
        self.allocate = function(
            "fluid_synth_alloc_voice", void, void, void, integer, integer, integer
        )
        self.begin = function("fluid_synth_start_voice", None, void, void)
        self.shape = function("fluid_voice_gen_set", None, void, integer, ctypes.c_float)
        self.control = function("fluid_synth_cc", integer, void, integer, integer, integer)
        self.notes_off = function("fluid_synth_all_notes_off", integer, void, integer)
        # A sequencer that is given nothing to do, for its clock: it counts what was rendered.
        self.new_ticker = function("new_fluid_sequencer2", void, integer)
        self.register = function("fluid_sequencer_register_fluidsynth", short, void, void)
        self.ticks = function("fluid_sequencer_get_tick", unsigned, void)
        self.delete_ticker = function("delete_fluid_sequencer", None, void)
