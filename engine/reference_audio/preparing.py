"""A reference file made ready to be seen and heard, and kept until it is another file.

What is made of a file lies in a folder of the user's; the files used last stay there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine
from engine.errors import PsychoscoreError
from engine.files import cannot, make_folder
from engine.reference_audio.pcm import file_size
from engine.reference_audio.peaks import Outline

PATIENCE_SECONDS = 300
KEPT_FILES = 8
CACHE = "reference audio"
_END_BYTES = 1 << 16
_ENDINGS = (".pcm", ".outline", ".json")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Audio that is ready.

    Args:
        pcm: the file of its samples, `frames` at `rate` a second.
        peak_db: its loudest sample before it was raised to full scale, in dB.
        outline: what is drawn of it.
    """

    pcm: Path
    frames: int
    rate: int
    peak_db: float
    outline: Outline

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def prepare(source: Path, folder: Path) -> Prepared:
    """Decode a file, or find what was made of it before; can take seconds.

    Args:
        source: wav, aiff, flac, ogg or mp3.
        folder: where what is made is kept.

    Raises:
        PsychoscoreError: the file is gone, cannot be read, or there is no room.
    """
    try:
        stat = source.stat()
        make_folder(folder)
        # Not the path: the copy in the project is the same audio, and so is a moved project.
        tag = hashlib.sha256(f"{stat.st_size} {stat.st_mtime_ns} {source.suffix}".encode())
        tag.update(_ends(source, stat.st_size))
        pcm = folder / f"{tag.hexdigest()[:24]}.pcm"
        found = _found(pcm)
        if found is None:
            _decode(source, pcm)
            found = _found(pcm)
        _forget_old(folder)
    except OSError as error:
        raise cannot("read", source, error) from error
    if found is None:
        raise PsychoscoreError(f"{source.name} could not be made ready to sound.")
    return found


def _ends(source: Path, size: int) -> bytes:
    with open(source, "rb") as file:
        first = file.read(_END_BYTES)
        file.seek(max(size - _END_BYTES, 0))
        return first + file.read(_END_BYTES)


def _found(pcm: Path) -> Prepared | None:
    try:
        told = json.loads(pcm.with_suffix(".json").read_bytes())
        frames, rate = int(told["frames"]), int(told["rate"])
        if frames < 1 or rate < 1 or pcm.stat().st_size != file_size(frames):
            return None
        outline = Outline.from_bytes(pcm.with_suffix(".outline").read_bytes())
        for ending in _ENDINGS:
            os.utime(pcm.with_suffix(ending))
        return Prepared(pcm, frames, rate, float(told["peak_db"]), outline)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _decode(source: Path, pcm: Path) -> None:
    command = [sys.executable, "-m", "engine.reference_audio.decoding"]
    beside = pcm.with_name(f"{pcm.stem} {os.getpid()}.pcm")
    try:
        told = _run([*command, str(source.resolve()), str(beside)], source.name)
        os.replace(beside.with_suffix(".outline"), pcm.with_suffix(".outline"))
        os.replace(beside, pcm)
        # Last, since it says that the others are there.
        pcm.with_suffix(".json").write_text(json.dumps(told))
    finally:
        for ending in _ENDINGS:
            beside.with_suffix(ending).unlink(missing_ok=True)


def _run(command: list[str], name: str) -> dict[str, Any]:
    broken = PsychoscoreError(
        f"{name} could not be decoded.", "Save it again as WAV, with another program."
    )
    try:
        ended = subprocess.run(
            command,
            cwd=Path(engine.__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise broken from error
    if ended.returncode:
        raise PsychoscoreError(str(told.get("message", broken)), str(told.get("hint", "")))
    return told


def _forget_old(folder: Path) -> None:
    made = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in made[KEPT_FILES:]:
        for ending in _ENDINGS:
            # Some systems hold on to a file that a player still has open: the next time, then.
            with contextlib.suppress(OSError):
                old.with_suffix(ending).unlink(missing_ok=True)
