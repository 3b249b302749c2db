"""Which process is meant by a number: a pid together with the moment at which it started.

Pids are used again, so a pid alone cannot say whether a run is alive. Knows nothing of runs.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path


def start_mark(pid: int) -> str | None:
    """A text that no other process of this pid has; None where no such process is running."""
    if pid <= 0:
        return None
    if sys.platform.startswith("linux"):
        return _linux_mark(pid)
    if sys.platform == "win32":
        return _windows_mark(pid)
    return _posix_mark(pid)


def _linux_mark(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    # The name of the program may hold spaces and brackets: count behind the last one.
    words = stat.rpartition(")")[2].split()
    if words[0] in ("Z", "X"):
        return None
    return f"{boot} {words[19]}"


def _posix_mark(pid: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=5, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    state, _, started = done.stdout.strip().partition(" ")
    return started.strip() if started and not state.startswith("Z") else None


def _windows_mark(pid: int) -> str | None:  # pragma: no cover
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  (absent on other systems)
    still_active, query_limited = 259, 0x1000
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(query_limited, False, pid)
    if not handle:
        return None
    try:
        times = [ctypes.c_ulonglong() for _ in range(4)]
        code = ctypes.c_ulong()
        pointer = ctypes.c_void_p(handle)
        known = kernel.GetProcessTimes(pointer, *(ctypes.byref(each) for each in times))
        kernel.GetExitCodeProcess(pointer, ctypes.byref(code))
        return str(times[0].value) if known and code.value == still_active else None
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
