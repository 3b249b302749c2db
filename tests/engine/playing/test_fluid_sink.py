"""Reference audio through the real fluidsynth, rendered sample by sample without a device."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import PsychoscoreError
from engine.playing.audio import library
from engine.playing.fluid_sink import CHANNELS, FluidSink
from engine.playing.reference import Pcm
from engine.reference_audio.decoding import decode

RATE = 48_000


class _Renderer:
    """A synth without a driver."""

    def __init__(self) -> None:
        self.module = library()
        self.synth: Any = self.module.Synth(gain=0.5, samplerate=float(RATE), channels=CHANNELS)
        self.sink = FluidSink(self.module, self.synth)

    def render(self, seconds: float) -> np.ndarray:
        """The next seconds, -1 to 1, shape (frames, 2)."""
        frames = round(seconds * RATE)
        piece = np.zeros((frames, 2), dtype=np.int16)
        place = piece.ctypes.data_as(ctypes.c_void_p)
        self.module.fluid_synth_write_s16(self.synth.synth, frames, place, 0, 2, place, 1, 2)
        return piece / 32_768

    def close(self) -> None:
        self.sink.close()
        self.synth.delete()


@pytest.fixture
def renderer() -> Iterator[_Renderer]:
    made = _Renderer()
    yield made
    made.close()


@pytest.fixture
def steps(tmp_path: Path) -> Pcm:
    """Four seconds: second n is a tone of 400 Hz on the left, in second 2 on both sides."""
    rate = 44_100
    time = np.arange(4 * rate) / rate
    tone = np.sin(2 * np.pi * 400 * time)
    left = tone * ((time >= 1) & (time < 3))
    right = tone * ((time >= 2) & (time < 3))
    path = tmp_path / "steps.wav"
    soundfile.write(path, np.stack([left, right], axis=1), rate)
    return ready(path)


def ready(path: Path) -> Pcm:
    told = decode(path, path.with_suffix(".pcm"))
    return Pcm(str(path.with_suffix(".pcm")), int(told["frames"]), int(told["rate"]))


def first_sound(piece: np.ndarray) -> float:
    """Seconds until something sounds."""
    return float(np.nonzero(np.abs(piece).max(axis=1) > 0.01)[0][0]) / RATE


def test_it_sounds_from_the_place_on_and_where_it_should(renderer: _Renderer, steps: Pcm) -> None:
    renderer.sink.load(steps)
    renderer.sink.start(0.75, 0.0)
    piece = renderer.render(3.0)
    assert first_sound(piece) == pytest.approx(0.25, abs=0.002)
    one, two = piece[int(0.5 * RATE) : int(1.0 * RATE)], piece[int(1.5 * RATE) : int(2.0 * RATE)]
    assert np.abs(one[:, 0]).max() == pytest.approx(0.5, rel=0.06)
    assert np.abs(one[:, 1]).max() < 0.002
    assert np.abs(two[:, 1]).max() == pytest.approx(0.5, rel=0.06)
    assert np.abs(piece[int(2.4 * RATE) :]).max() < 0.002
    spectrum = np.abs(np.fft.rfft(one[:, 0]))
    assert int(spectrum.argmax()) * 2 == 400


def test_it_gets_quieter_by_its_gain(renderer: _Renderer, steps: Pcm) -> None:
    renderer.sink.load(steps)
    renderer.sink.start(2.1, -20.0)
    assert np.abs(renderer.render(0.5)).max() == pytest.approx(0.05, rel=0.08)


def test_a_place_late_in_a_long_file_is_exact(renderer: _Renderer, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    sound = np.zeros(90 * 8000, dtype=np.float32)
    sound[80 * 8000 : 81 * 8000] = np.sin(np.arange(8000) * 0.3)
    soundfile.write(path, sound, 8000)
    renderer.sink.load(ready(path))
    renderer.sink.start(79.5, 0.0)
    assert first_sound(renderer.render(1.0)) == pytest.approx(0.5, abs=0.002)


def test_it_stops_within_a_fiftieth_of_a_second_and_without_a_click(
    renderer: _Renderer, steps: Pcm
) -> None:
    renderer.sink.load(steps)
    renderer.sink.start(2.1, 0.0)
    before = renderer.render(0.3)
    renderer.sink.stop()
    after = renderer.render(0.3)
    assert np.abs(after[int(0.03 * RATE) :]).max() < 0.002
    whole = np.concatenate([before, after])[:, 0]
    assert np.abs(np.diff(whole)).max() < 0.05


def test_a_jump_is_one_sound_that_gives_way_to_another(renderer: _Renderer, steps: Pcm) -> None:
    renderer.sink.load(steps)
    renderer.sink.start(1.1, 0.0)
    renderer.render(0.2)
    renderer.sink.start(2.1, 0.0)
    piece = renderer.render(0.3)
    assert np.abs(piece).max() < 0.8
    assert np.abs(piece[int(0.1 * RATE) :, 1]).max() > 0.45


def test_its_place_follows_what_was_rendered(renderer: _Renderer, steps: Pcm) -> None:
    renderer.render(1.7)
    renderer.sink.load(steps)
    renderer.sink.start(0.5, 0.0)
    renderer.render(2.0)
    assert renderer.sink.position() == pytest.approx(2.5, abs=0.004)


def test_music_on_all_channels_leaves_it_alone(renderer: _Renderer, steps: Pcm) -> None:
    renderer.sink.load(steps)
    renderer.sink.start(2.1, 0.0)
    for channel in range(16):
        renderer.synth.cc(channel, 123, 0)
        renderer.synth.cc(channel, 120, 0)
        renderer.synth.cc(channel, 7, 0)
    assert np.abs(renderer.render(0.3)).max() == pytest.approx(0.5, rel=0.06)


def test_other_audio_takes_its_place(renderer: _Renderer, steps: Pcm, tmp_path: Path) -> None:
    path = tmp_path / "other.wav"
    soundfile.write(path, np.zeros(8000), 8000)
    renderer.sink.load(steps)
    renderer.sink.start(2.1, 0.0)
    renderer.render(0.1)
    renderer.sink.load(ready(path))
    renderer.sink.start(0.0, 0.0)
    renderer.render(0.1)
    assert np.abs(renderer.render(0.3)).max() < 0.002


@pytest.mark.parametrize("frames", [0, 10, 1_000_000_000])
def test_a_file_that_is_not_as_long_as_it_is_said_to_be_is_refused(
    renderer: _Renderer, steps: Pcm, frames: int
) -> None:
    with pytest.raises(PsychoscoreError, match="could not be read"):
        renderer.sink.load(Pcm(steps.path, frames, 48_000))
    renderer.sink.start(0.0, 0.0)
    assert np.abs(renderer.render(0.1)).max() < 0.0001  # a dithered nothing


def test_an_old_library_is_one_sentence() -> None:
    class Old:
        _fl = ctypes.CDLL(None) if hasattr(ctypes, "CDLL") else None

    class Nobody:
        synth = None

    with pytest.raises(PsychoscoreError, match="2.1 or newer"):
        FluidSink(Old, Nobody())
