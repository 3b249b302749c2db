"""One window a project: a lock file says which process has a folder open.

A lock whose process is gone, killed even, stands in nobody's way. It knows nothing of projects.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QLockFile


class FolderLock:
    """Holds at most one lock file.

    Within one process a file may be held by several: it tells windows of different processes apart.
    """

    def __init__(self) -> None:
        self._file: QLockFile | None = None
        self.path: Path | None = None

    def take(self, path: Path) -> bool:
        """Hold a lock file, and let go of the one before; False where another process holds it,
        then the one before is kept.

        Where the disk takes no lock file (a read-only project) nothing is held and it is True.
        """
        if path == self.path:
            return True
        file = QLockFile(str(path))
        file.setStaleLockTime(0)  # a window that is open for days is no dead one
        taken = file.tryLock(0)
        refused = not taken and file.error() is QLockFile.LockError.LockFailedError
        if refused and _holder(file) != os.getpid():
            return False
        self.release()
        if taken:
            self._file, self.path = file, path
        return True

    def release(self) -> None:
        """Let go of what is held."""
        if self._file is not None:
            self._file.unlock()
        self._file = self.path = None


def _holder(file: QLockFile) -> int:
    """The process that holds a lock file; 0 where that cannot be read."""
    told = file.getLockInfo()
    return int(told[0]) if isinstance(told, tuple) and told else 0
