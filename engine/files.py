"""Files that are written whole or not at all.

Bytes go to a temporary file in the same folder, reach the disk, and only then take the name.
This module does not know what the files mean.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import PsychoscoreError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room, or save it elsewhere."),
    errno.EDQUOT: ("your share of the disk is full", "Make room, or save it elsewhere."),
    errno.EFBIG: ("the disk takes no file of that size", "Save it elsewhere."),
    errno.EROFS: ("the disk is read-only", "Save it elsewhere."),
    errno.EACCES: ("you may not write there", "Save it elsewhere."),
    errno.EPERM: ("you may not write there", "Save it elsewhere."),
    errno.ENOENT: ("its folder is gone", "Save it elsewhere."),
    errno.ENOTDIR: ("its folder is a file", "Save it elsewhere."),
}
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.ENOSYS)


def cannot(action: str, path: Path, error: OSError) -> PsychoscoreError:
    """The sentence for a failed file operation, such as `X could not be saved: ...`."""
    plain = (error.strerror or type(error).__name__).lower()
    reason, hint = _REASONS.get(error.errno or 0, (plain, ""))
    return PsychoscoreError(f"{path} could not be {action}: {reason}.", hint)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that at every moment the old or the new one is there, whole.

    Raises:
        PsychoscoreError: it could not be written; the old file is untouched.
    """
    if path.exists() and not path.is_file():
        # A rename would put a file in the place of a device or of a pipe.
        raise PsychoscoreError(
            f"{path} could not be saved: it is no ordinary file.", "Save it elsewhere."
        )
    try:
        temporary = _write_beside(path, lambda beside: beside.write_bytes(data))
        try:
            with contextlib.suppress(OSError):
                os.chmod(temporary, path.stat().st_mode & 0o777)
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise cannot("saved", path, error) from error


def write_new(path: Path, write: Callable[[Path], object]) -> bool:
    """Write a file that never replaces another.

    Args:
        path: the name that it shall have.
        write: writes a whole file at the path that it is given.

    Returns:
        True when the file was written, False when one of that name was there already.

    Raises:
        PsychoscoreError: it could not be written; nothing is left behind.
    """
    if path.exists():
        return False
    try:
        temporary = _write_beside(path, write)
        try:
            return _publish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("saved", path, error) from error


def make_folder(path: Path) -> None:
    """Make a folder and those around it; it may exist.

    Raises:
        PsychoscoreError: it could not be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot("made", path, error) from error


def move(source: Path, target: Path) -> Path:
    """Move a file or folder to a name that nothing has: `target`, or `target 2`, `3`, ...

    Raises:
        PsychoscoreError: it could not be moved.
    """
    free, number = target, 1
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} {number}{target.suffix}")
    try:
        free.parent.mkdir(parents=True, exist_ok=True)
        os.rename(source, free)
    except OSError as error:
        raise cannot("moved", source, error) from error
    return free


def _write_beside(path: Path, write: Callable[[Path], object]) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        # mkstemp makes files for the owner alone; a project may lie on a shared disk.
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _publish(temporary: Path, path: Path) -> bool:
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Some disks know no links: claim the name first, then fill it whole.
        try:
            path.open("xb").close()
        except FileExistsError:
            return False
        os.replace(temporary, path)
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    # Windows opens no folders; elsewhere the new name itself must reach the disk.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
