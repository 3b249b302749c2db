"""Takes as audio for a director: rendered, brought to one level, named and versioned.

A generator of frozen events; whoever closes it early leaves no file behind.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder, write_new
from engine.midi.file import midi_bytes
from engine.rendering.audio_file import FORMATS, AudioTags, version_of, write_audio
from engine.rendering.loudness import RATE, LoudnessMeter
from engine.rendering.synth import PIECE, OfflineSynth, Samples, length, play
from engine.score import Score

TARGET = -18.0
"""Loudness in LUFS that takes are brought to, where no peak forbids it."""
CEILING = -1.0
"""The greatest peak in dB below full scale."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A score, the name of its file without ending and version, and a notice on its use."""

    name: str
    score: Score
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AudioWish:
    """How pieces become files.

    Args:
        ending: a key of `audio_file.FORMATS`.
        matched: bring all to the same loudness; otherwise they keep their differences.
        soundfont: a file, or None for an installed one.
    """

    ending: str = "wav"
    matched: bool = True
    soundfont: Path | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A piece is being rendered; `share` of the whole export is done."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """A piece is a file.

    Args:
        path: the file.
        lufs: its loudness (ITU-R BS.1770).
        peak: its greatest sample in dB below full scale.
        seconds: its length with the tail.
        fresh: False where the very file was there already.
    """

    path: Path
    lufs: float
    peak: float
    seconds: float
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Measured:
    raw: Path
    lufs: float
    peak: float

    def pieces(self, gain: float) -> Iterator[Samples]:
        """The recording, louder by `gain` dB."""
        factor = np.float32(10 ** (gain / 20))
        with self.raw.open("rb") as file:
            while data := file.read(PIECE * 8):
                yield np.frombuffer(data, dtype=np.float32).reshape(-1, 2) * factor


def export_audio(
    pieces: Sequence[Piece], folder: Path, wish: AudioWish
) -> Iterator[Rendering | Rendered]:
    """Render pieces into a folder.

    Raises:
        PsychoscoreError: no sound library, no SoundFont, an unknown format, or the disk refuses.
    """
    if wish.ending not in FORMATS:
        raise PsychoscoreError(f"{wish.ending!r} is not one of {', '.join(FORMATS)}.")
    seconds = [length(piece.score) for piece in pieces]
    whole, done = max(sum(seconds), 1e-9), 0.0
    measured: list[_Measured] = []
    with tempfile.TemporaryDirectory(prefix="psychoscore-") as scratch:
        for number, (piece, own) in enumerate(zip(pieces, seconds, strict=True)):
            raw = Path(scratch) / str(number)
            recording = _record(piece, raw, wish.soundfont)
            while True:
                try:
                    now = next(recording)
                except StopIteration as end:
                    measured.append(end.value)
                    break
                yield Rendering(piece.name, 0.95 * (done + min(now, own)) / whole)
            done += own
        for piece, each, gain in zip(pieces, measured, _gains(measured, wish), strict=True):
            yield _publish(piece, each, gain, folder, wish)


def _record(piece: Piece, raw: Path, soundfont: Path | None) -> Generator[float, None, _Measured]:
    """Render a piece into a file of bare samples; yields seconds, returns what was measured."""
    meter, count = LoudnessMeter(), 0
    # A synth of its own: the phase of the chorus outlives a reset, and would depend on the others.
    with OfflineSynth(soundfont) as synth, raw.open("wb") as file:
        for samples in play(piece.score, synth):
            meter.feed(samples.astype(np.float64))
            try:
                file.write(samples.tobytes())
            except OSError as error:
                raise cannot("rendered", raw, error) from error
            count += len(samples)
            yield count / RATE
    return _Measured(raw, meter.lufs, 20 * float(np.log10(max(meter.peak, 1e-6))))


def _gains(measured: Sequence[_Measured], wish: AudioWish) -> list[float]:
    """Decibels for each piece: to one loudness, or one gain for all; no peak above the ceiling."""
    if not measured:
        return []
    if wish.matched:
        target = min([TARGET, *(each.lufs + CEILING - each.peak for each in measured)])
        return [target - each.lufs for each in measured]
    loudest = max(each.lufs for each in measured)
    gain = min(TARGET - loudest, CEILING - max(each.peak for each in measured))
    return [gain for _ in measured]


def _publish(piece: Piece, each: _Measured, gain: float, folder: Path, wish: AudioWish) -> Rendered:
    make_folder(folder)
    tags = _tags(piece, gain, wish)
    number, there = version_of(folder, piece.name, wish.ending, tags)
    name = piece.name if number == 1 else f"{piece.name} v{number}"
    path = folder / f"{name}.{wish.ending}"
    if not there:
        written = write_new(
            path, lambda part: write_audio(part, wish.ending, each.pieces(gain), tags)
        )
        if not written:
            raise PsychoscoreError(f"{path} appeared while it was being made.", "Export again.")
    seconds = os.path.getsize(each.raw) / (8 * RATE)
    return Rendered(path, each.lufs + gain, each.peak + gain, seconds, not there)


def _tags(piece: Piece, gain: float, wish: AudioWish) -> AudioTags:
    music = hashlib.sha256(midi_bytes(piece.score)).hexdigest()[:12]
    told = [f"music {music}", f"gain {gain:+.2f} dB"]
    if wish.soundfont is not None:
        told.append(wish.soundfont.stem)
    if piece.notice:
        told.append(piece.notice)
    return AudioTags(piece.name, "; ".join(told))
