"""The one door for zip archives: members are read in place, and no name becomes a path.

Owns the limits that keep a zip bomb out. Knows nothing about what is inside.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PsychoscoreError


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold; sizes in bytes after unpacking.

    `ratio` is the greatest size over compressed size; members below `ratio_free` may exceed it.
    """

    members: int = 20_000
    member_bytes: int = 20_000_000
    total_bytes: int = 1_000_000_000
    ratio: float = 100.0
    ratio_free: int = 100_000


class Archive:
    """An open zip whose directory has passed the limits. Made by `open_archive`."""

    def __init__(self, path: Path, handle: zipfile.ZipFile, limits: ArchiveLimits) -> None:
        self.path = path
        self._handle = handle
        self._limits = limits
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in handle.infolist():
            if not info.is_dir():
                self._members.setdefault(info.filename.replace("\\", "/"), info)
        self._check_directory()

    @property
    def names(self) -> tuple[str, ...]:
        """The member names, sorted. They are labels: never open one as a path."""
        return tuple(sorted(self._members))

    def read(self, name: str) -> bytes:
        """The bytes of one member.

        Raises:
            PsychoscoreError: the member is missing, damaged, encrypted or larger than it says.
        """
        info = self._members.get(name)
        if info is None:
            raise PsychoscoreError(f"{self.path.name} holds no {name}.")
        if info.flag_bits & 0x1:
            raise PsychoscoreError(f"{name} in {self.path.name} is encrypted.")
        try:
            with self._handle.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
        ) as error:
            raise PsychoscoreError(f"{name} in {self.path.name} is damaged: {error}.") from error
        if len(content) != info.file_size:
            raise PsychoscoreError(f"{name} in {self.path.name} is not of the size it claims.")
        return content

    def _check_directory(self) -> None:
        limits = self._limits
        if len(self._handle.infolist()) > limits.members:
            self._refuse(f"{len(self._handle.infolist()):,} members", f"{limits.members:,}")
        total = 0
        for name, info in self._members.items():
            size = info.file_size
            total += size
            if size > limits.member_bytes:
                self._refuse(f"{name} with {size:,} bytes", f"{limits.member_bytes:,} a member")
            if size > limits.ratio_free and size > limits.ratio * max(1, info.compress_size):
                self._refuse(f"{name} packed more than {limits.ratio:g} to 1", "a fair ratio")
        if total > limits.total_bytes:
            self._refuse(f"{total:,} bytes", f"{limits.total_bytes:,}")

    def _refuse(self, found: str, allowed: str) -> None:
        raise PsychoscoreError(
            f"{self.path.name} is refused as a possible zip bomb: it holds {found} "
            f"where at most {allowed} is allowed."
        )


@contextmanager
def open_archive(path: Path, limits: ArchiveLimits = ArchiveLimits()) -> Iterator[Archive]:
    """Open a zip and check its directory before anything is unpacked.

    Raises:
        PsychoscoreError: no such file, no zip, or beyond the limits.
    """
    try:
        handle = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise PsychoscoreError(f"There is no file {path}.") from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PsychoscoreError(f"{path} cannot be read as a zip archive: {error}.") from error
    with handle:
        yield Archive(path, handle, limits)
