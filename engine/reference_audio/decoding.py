"""Decodes one audio file, as a process of its own: `python -m engine.reference_audio.decoding`.

The file comes from anywhere and its decoder is native code: here it can crash without taking
the window or the music along. Samples are raised to full scale, so that quiet dialogue can be
made louder; the answer says by how much.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import PsychoscoreError
from engine.reference_audio.pcm import BYTES, channel_start, file_size
from engine.reference_audio.peaks import OutlineMaker, to_shorts

LONGEST_SECONDS = 3600
MOST_CHANNELS = 16
LOWEST_RATE, HIGHEST_RATE = 4000, 192_000
_PIECE = 1 << 16
_MOST_RAISED = 10 ** (24 / 20)
_CENTRE = 0.7071
Floats = NDArray[np.float32]


def decode(source: Path, target: Path) -> dict[str, float | int]:
    """Write `target` with the samples and `target.outline` with their outline.

    Returns:
        `frames`, `rate`, and `peak_db`, the loudest sample in dB of full scale.

    Raises:
        PsychoscoreError: it is no audio, or too long.
    """
    import soundfile

    try:
        with soundfile.SoundFile(source) as file:
            _check(file, source.name)
            peak, frames = _measure(file, source.name)
            file.seek(0)
            scale = min(1 / peak, _MOST_RAISED) if peak > 0 else 1.0
            outline = _write(file, target, frames, scale)
            rate = int(file.samplerate)
    except soundfile.SoundFileError as error:
        raise PsychoscoreError(
            f"{source.name} is no audio file that can be read.",
            "WAV, AIFF, FLAC, Ogg and MP3 files can be read.",
        ) from error
    target.with_suffix(".outline").write_bytes(outline)
    return {"frames": frames, "rate": rate, "peak_db": round(-20 * float(np.log10(scale)), 4)}


def stereo(block: Floats) -> Floats:
    """Two channels of any number: film's order of six has the dialogue in the third."""
    channels = block.shape[1]
    if channels == 1:
        return np.repeat(block, 2, axis=1)
    if channels == 2:
        return block
    if channels == 6:
        centre = block[:, 2:3] * _CENTRE
        front: Floats = block[:, :2] + centre + block[:, 4:6] * _CENTRE
        return front
    mixed: Floats = np.repeat(block.mean(axis=1, keepdims=True), 2, axis=1)
    return mixed


def _check(file: Any, name: str) -> None:
    if not (1 <= file.channels <= MOST_CHANNELS and LOWEST_RATE <= file.samplerate <= HIGHEST_RATE):
        raise PsychoscoreError(
            f"{name} has {file.channels} channels at {file.samplerate} Hz.",
            f"Up to {MOST_CHANNELS} channels at {LOWEST_RATE} to {HIGHEST_RATE} Hz can be read.",
        )


def _measure(file: Any, name: str) -> tuple[float, int]:
    """The loudest sample and how many there are: headers may say what is not true."""
    peak, frames, most = 0.0, 0, LONGEST_SECONDS * file.samplerate
    while len(block := _read(file)):
        peak, frames = max(peak, float(np.abs(block).max())), frames + len(block)
        if frames > most:
            raise PsychoscoreError(
                f"{name} is longer than an hour.", "Cut out what lies under the cue."
            )
    if not frames:
        raise PsychoscoreError(f"{name} holds no sound.")
    return peak, frames


def _read(file: Any) -> Floats:
    block = stereo(file.read(_PIECE, dtype="float32", always_2d=True))
    clean: Floats = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
    return clean


def _write(file: Any, target: Path, frames: int, scale: float) -> bytes:
    maker, at = OutlineMaker(file.samplerate), 0
    with open(target, "wb") as out:
        out.truncate(file_size(frames))
        while at < frames and len(block := _read(file)[: frames - at]):
            maker.feed(block.min(axis=1), block.max(axis=1))
            for channel in (0, 1):
                out.seek(channel_start(channel, frames) + at * BYTES)
                out.write(to_shorts(block[:, channel] * scale).tobytes())
            at += len(block)
    return maker.finish(scale).to_bytes()


def main(arguments: list[str]) -> int:
    """Decode; says one line of JSON, or an error on the other stream."""
    source, target = (Path(each) for each in arguments)
    try:
        print(json.dumps(decode(source, target)))
    except PsychoscoreError as error:
        print(json.dumps({"message": error.message, "hint": error.hint}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
