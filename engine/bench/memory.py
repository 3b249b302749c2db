"""How much memory a process and those it started hold, read from outside."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

_MEGABYTE = 1e6


def resident_megabytes(pid: int) -> float | None:
    """Megabytes of a process and all that it started; None where this system does not say.

    What processes share is divided among them where the system tells it.
    """
    try:
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    rows = [[int(each) for each in line.split()] for line in listed.splitlines()]
    resident = {row[0]: row[2] * 1024 for row in rows}
    if pid not in resident:
        return None
    family = {pid}
    while True:
        grown = family | {child for child, parent, _ in rows if parent in family}
        if grown == family:
            break
        family = grown
    return sum(_share(each) or resident[each] for each in family) / _MEGABYTE


def _share(pid: int) -> int | None:
    """Bytes with a share of what others hold as well."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return None
