"""Audio files: their formats, what they say of themselves, and their versions.

A file says in its comment which music it holds, so that an MP3 of a version has the number of
its WAV, and other music never takes the name of a file that somebody may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.errors import PsychoscoreError
from engine.rendering.loudness import RATE
from engine.rendering.synth import Samples

_MUSIC = re.compile(r"music ([0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A kind of file: what people call it, and how libsndfile does."""

    name: str
    container: str
    subtype: str
    options: tuple[tuple[str, Any], ...] = ()


FORMATS: Mapping[str, AudioFormat] = MappingProxyType(
    {
        "wav": AudioFormat("WAV, 48 kHz, 24 bit", "WAV", "PCM_24"),
        "flac": AudioFormat("FLAC, 48 kHz, 24 bit", "FLAC", "PCM_24"),
        "mp3": AudioFormat(
            "MP3, 320 kbit/s",
            "MP3",
            "MPEG_LAYER_III",
            (("bitrate_mode", "CONSTANT"), ("compression_level", 0.0)),
        ),
        "ogg": AudioFormat("Ogg Vorbis", "OGG", "VORBIS", (("compression_level", 0.2),)),
    }
)


@dataclass(frozen=True, slots=True)
class AudioTags:
    """What a file says of itself: a title, and a comment that names its music."""

    title: str
    comment: str

    @property
    def music(self) -> str:
        """The twelve digits that stand for the music, or nothing."""
        found = _MUSIC.search(self.comment)
        return found[1] if found else ""


def write_audio(path: Path, ending: str, pieces: Iterable[Samples], tags: AudioTags) -> None:
    """Write a file at 48 kHz, piece by piece.

    Args:
        path: where; what was there is replaced.
        ending: a key of `FORMATS`.

    Raises:
        PsychoscoreError: it cannot be written.
    """
    import soundfile

    kind = FORMATS[ending]
    try:
        with soundfile.SoundFile(
            path, "w", RATE, 2, kind.subtype, format=kind.container, **dict(kind.options)
        ) as file:
            file.title, file.comment, file.software = tags.title, tags.comment, "PSYCHOSCORE"
            for piece in pieces:
                file.write(piece)
    except (OSError, RuntimeError) as error:
        raise PsychoscoreError(
            f"{path.name} could not be saved: {error}", "Is the disk full, or its folder gone?"
        ) from error


def read_tags(path: Path) -> AudioTags | None:
    """What an audio file says of itself, or None where it cannot be read."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            return AudioTags(file.title or "", file.comment or "")
    except (OSError, RuntimeError):
        return None


def version_of(folder: Path, name: str, ending: str, tags: AudioTags) -> tuple[int, bool]:
    """The version under which music goes into a folder, from 1.

    It is that of a file of another kind with the same music, else the next one.

    Returns:
        The version, and whether the very file is there already.
    """
    form = re.compile(re.escape(name) + r"(?: v([2-9]|[1-9]\d+))?")
    found: dict[int, dict[str, AudioTags | None]] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        match = form.fullmatch(path.stem)
        kind = path.suffix[1:].lower()
        if match and kind in FORMATS:
            found.setdefault(int(match[1] or 1), {})[kind] = read_tags(path)
    for number in sorted(found, reverse=True):
        held = found[number]
        if held.get(ending) == tags:
            return number, True
        same = all(each is not None and each.music == tags.music for each in held.values())
        if same and ending not in held:
            return number, False
    return max(found, default=0) + 1, False
