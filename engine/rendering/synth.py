"""A fluidsynth without a driver: it plays a score into arrays, as fast as it can.

The same SoundFont, gain and effects as the preview sound, so that what is exported is what was
heard. A SoundFont is read by native code: whoever has a window to lose renders in a process of
its own, as `psychoscore export` is.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import PsychoscoreError
from engine.playing.audio import GAIN, FluidPort, find_soundfont, library, load_sounds
from engine.playing.events import score_events
from engine.rendering.loudness import RATE
from engine.score import Score

Samples = NDArray[np.float32]
"""(n, 2) left and right, full scale 1."""

PIECE = RATE // 2
LONGEST_TAIL = 20.0
_QUIET = 10 ** (-75 / 20)
_FADE = 2.0
_PEDALS = (64, 66, 67)


class OfflineSynth:
    """A synth for the length of a `with` block.

    Args:
        soundfont: a file, or None for an installed one.

    Raises:
        PsychoscoreError: no library or no SoundFont.
    """

    def __init__(self, soundfont: Path | None = None) -> None:
        self.soundfont = soundfont or find_soundfont()
        if not self.soundfont.is_file():
            raise PsychoscoreError(f"No sound: {self.soundfont} does not exist.")
        module = library()
        self._synth: Any = module.Synth(gain=GAIN, samplerate=float(RATE), channels=16)
        # Only the samples of the chosen sounds: reading a whole .sf3 takes seconds.
        self._synth.setting("synth.dynamic-sample-loading", 1)
        self._write = _write_float(module)
        load_sounds(self._synth, self.soundfont)
        self._port = FluidPort(self._synth, "none")

    def __enter__(self) -> OfflineSynth:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._synth.delete()

    def send(self, data: bytes) -> None:
        """One MIDI message, at the next sample."""
        self._port.send(data)

    def samples(self, count: int) -> Samples:
        """The next `count` samples."""
        piece = np.zeros((count, 2), dtype=np.float32)
        if count:
            left = piece.ctypes.data_as(ctypes.c_void_p)
            self._write(self._synth.synth, count, left, 0, 2, left, 1, 2)
        return piece


def play(score: Score, synth: OfflineSynth) -> Iterator[Samples]:
    """A score as it sounds, piece by piece of half a second or less, with its whole tail.

    It begins where the first bar does, or what lies before it, and lasts as long as its bars
    and until the last tone has died away; after 20 s a tail that still rings is faded out.
    """
    tempo = score.tempo_map
    events = score_events(score)
    start = min([0, *(event.tick for event in events)])
    zero = tempo.seconds(start)

    def sample(tick: int) -> int:
        return round((tempo.seconds(tick) - zero) * RATE)

    now = 0
    for event in events:
        for count in _pieces(sample(event.tick) - now):
            yield synth.samples(count)
            now += count
        synth.send(event.data)
    for count in _pieces(sample(score.end) - now):
        yield synth.samples(count)
    for pedal in _PEDALS:
        synth.send(bytes((0xB0, pedal, 0)))
    yield from _tail(synth)


def length(score: Score) -> float:
    """Seconds of a score without its tail, what lies before bar 1 included."""
    tempo = score.tempo_map
    ticks = [0, score.end, *(each.onset for each in score.notes), *(n.end for n in score.notes)]
    return tempo.seconds(max(ticks)) - tempo.seconds(min(ticks))


def _tail(synth: OfflineSynth) -> Iterator[Samples]:
    quiet, fade = 0, int((LONGEST_TAIL - _FADE) * RATE)
    for begin in range(0, int(LONGEST_TAIL * RATE), PIECE):
        piece = synth.samples(PIECE)
        if begin + PIECE > fade:
            place = np.arange(begin, begin + PIECE) - fade
            piece *= np.clip(1 - place / (_FADE * RATE), 0, 1).astype(np.float32)[:, None]
        yield piece
        quiet = quiet + 1 if float(np.abs(piece).max()) < _QUIET else 0
        if quiet == 2:
            return


def _pieces(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, PIECE)
        count -= PIECE


def _write_float(module: Any) -> Any:
    """fluidsynth's own function for float samples, which its Python module does not offer."""
    void, integer = ctypes.c_void_p, ctypes.c_int
    arguments = (
        ("synth", void),
        ("len", integer),
        ("lout", void),
        ("loff", integer),
        ("lincr", integer),
        ("rout", void),
        ("roff", integer),
        ("rincr", integer),
    )
    return module.cfunc(
        "fluid_synth_write_float", integer, *((name, kind, 1) for name, kind in arguments)
    )
