"""How a program steps back behind the one in front: its rank among processes."""

from __future__ import annotations

import os

NICENESS = 15


def step_back(niceness: int = NICENESS) -> None:
    """Take a lower rank, never a higher one; where the system knows none, nothing happens."""
    if hasattr(os, "setpriority"):
        now = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(now, niceness))
