"""The scheduling class of the player: as much as the system grants, never enough to lock it.

A player that spins is ended by the system after 200 ms, and nothing it starts inherits its rank.
"""

from __future__ import annotations

import os
import sys

HIGHEST_PRIORITY = 10
SPIN_MICROSECONDS = 200_000
NORMAL = "normal priority"


def claim_realtime() -> str:
    """Ask for real-time scheduling of the calling thread; says in words what was granted."""
    if sys.platform != "linux":
        return NORMAL
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_RTTIME)
    seconds = 2 * SPIN_MICROSECONDS if hard == resource.RLIM_INFINITY else hard
    priority = _granted_priority()
    if not priority:
        return f"{NORMAL}: the system grants no real-time priority"
    try:
        resource.setrlimit(resource.RLIMIT_RTTIME, (min(SPIN_MICROSECONDS, seconds), seconds))
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except (OSError, ValueError) as error:
        return f"{NORMAL}: {error}"
    return f"real-time priority {priority}"


def _granted_priority() -> int:
    import resource

    if os.geteuid() == 0:
        return HIGHEST_PRIORITY
    soft, _ = resource.getrlimit(14)  # RLIMIT_RTPRIO, which the module does not name
    return HIGHEST_PRIORITY if soft < 0 else min(HIGHEST_PRIORITY, soft)
