"""Audio files of all kinds become samples and outline, in a process of their own, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import PsychoscoreError
from engine.reference_audio.decoding import decode, stereo
from engine.reference_audio.pcm import channel_start, file_size
from engine.reference_audio.preparing import KEPT_FILES, prepare


def _write(path: Path, samples: np.ndarray, rate: int = 16_000) -> Path:
    soundfile.write(path, samples, rate)
    return path


def _tone(seconds: float = 1.0, rate: int = 16_000) -> np.ndarray:
    return 0.25 * np.sin(2 * np.pi * 500 * np.arange(int(seconds * rate)) / rate)


def _channel(path: Path, channel: int, frames: int) -> np.ndarray:
    data = path.read_bytes()
    assert len(data) == file_size(frames)
    return np.frombuffer(data, dtype=np.int16, count=frames, offset=channel_start(channel, frames))


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_every_kind_is_decoded(tmp_path: Path, ending: str) -> None:
    source = _write(tmp_path / f"a.{ending}", _tone())
    told = decode(source, tmp_path / "a.pcm")
    frames = int(told["frames"])
    assert told["rate"] == 16_000
    assert frames == pytest.approx(16_000, abs=2500)  # mp3 adds its own silence
    assert told["peak_db"] == pytest.approx(-12.04, abs=1.0)
    left = _channel(tmp_path / "a.pcm", 0, frames)
    assert left.max() == pytest.approx(32_767, abs=200)
    assert (left == _channel(tmp_path / "a.pcm", 1, frames)).all()


def test_a_quiet_file_is_raised_and_silence_is_not(tmp_path: Path) -> None:
    quiet = decode(_write(tmp_path / "q.wav", _tone() * 1e-3), tmp_path / "q.pcm")
    assert quiet["peak_db"] == -24.0
    silent = decode(_write(tmp_path / "s.wav", np.zeros(100)), tmp_path / "s.pcm")
    assert silent["peak_db"] == 0.0


def test_six_channels_keep_the_dialogue_in_the_centre() -> None:
    block = np.zeros((4, 6), dtype=np.float32)
    block[:, 2] = 1.0
    assert stereo(block) == pytest.approx(np.full((4, 2), 0.7071))
    assert stereo(np.ones((4, 3), dtype=np.float32)) == pytest.approx(np.ones((4, 2)))


def test_values_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    samples = np.array([0.5, np.nan, np.inf, -0.5], dtype=np.float32)
    soundfile.write(tmp_path / "n.wav", samples, 16_000, subtype="FLOAT")
    decode(tmp_path / "n.wav", tmp_path / "n.pcm")
    assert _channel(tmp_path / "n.pcm", 0, 4).tolist() == [16_384, 0, 32_767, -16_384]


@pytest.mark.parametrize("data", [b"", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"ID3" + bytes(5000)])
def test_a_broken_file_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "broken.wav"
    source.write_bytes(data)
    with pytest.raises(PsychoscoreError, match=r"broken\.wav"):
        decode(source, tmp_path / "x.pcm")


def test_a_file_is_decoded_once_also_when_it_was_copied(tmp_path: Path) -> None:
    source = _write(tmp_path / "Temp ü.wav", _tone())
    cache = tmp_path / "cache"
    first = prepare(source, cache)
    assert first.seconds == 1.0 and first.outline.seconds == pytest.approx(1.0)
    first.pcm.touch()
    made = first.pcm.stat().st_ino
    copy = Path(shutil.copy2(source, tmp_path / "other.wav"))
    assert prepare(copy, cache).pcm.stat().st_ino == made
    assert not [path for path in cache.iterdir() if " " in path.name]


def test_what_is_broken_in_the_cache_is_made_again(tmp_path: Path) -> None:
    source, cache = _write(tmp_path / "a.wav", _tone()), tmp_path / "cache"
    pcm = prepare(source, cache).pcm
    pcm.write_bytes(b"short")
    assert prepare(source, cache).pcm.stat().st_size == file_size(16_000)


def test_the_childs_complaint_comes_through_and_leaves_nothing(tmp_path: Path) -> None:
    source, cache = tmp_path / "no.wav", tmp_path / "cache"
    source.write_bytes(b"nothing")
    with pytest.raises(PsychoscoreError, match=r"no\.wav is no audio file") as caught:
        prepare(source, cache)
    assert "FLAC" in caught.value.hint
    assert list(cache.iterdir()) == []
    with pytest.raises(PsychoscoreError, match="could not be read"):
        prepare(tmp_path / "gone.wav", cache)


def test_old_files_are_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for number in range(KEPT_FILES + 2):
        for ending in (".pcm", ".outline", ".json"):
            (cache / f"{number:024}").with_suffix(ending).write_bytes(b"")
    kept = prepare(_write(tmp_path / "a.wav", _tone()), cache)
    assert len(list(cache.glob("*.pcm"))) == KEPT_FILES
    assert kept.pcm.is_file()
