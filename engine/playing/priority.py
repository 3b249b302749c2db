"""The scheduling class of the player: as much as the system grants, never enough to lock it.

A player that spins for 200 ms is made to rest, one that cannot even do that is ended by the
system, and nothing it starts inherits its rank.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType

HIGHEST_PRIORITY = 10
SPIN_MICROSECONDS = 200_000
REST_SECONDS = 0.002
NORMAL = "normal priority"


def claim_realtime() -> str:
    """Ask for real-time scheduling of the calling thread; says in words what was granted."""
    if sys.platform != "linux":
        return NORMAL
    priority = _granted_priority()
    if not priority:
        return f"{NORMAL}: the system grants no real-time priority"
    try:
        _limit_spinning()
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except (OSError, ValueError) as error:
        return f"{NORMAL}: {error}"
    return f"real-time priority {priority}"


def _limit_spinning() -> None:
    """Set the limit, and the rest that is taken when the system says that it was reached."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_RTTIME)
    last = 2 * SPIN_MICROSECONDS if hard == resource.RLIM_INFINITY else hard
    limits = (min(SPIN_MICROSECONDS, last), last)

    def rest(number: int, frame: FrameType | None) -> None:
        time.sleep(REST_SECONDS)
        # Linux moves the limit by a second with each warning.
        resource.setrlimit(resource.RLIMIT_RTTIME, limits)

    signal.signal(signal.SIGXCPU, rest)
    resource.setrlimit(resource.RLIMIT_RTTIME, limits)


def _granted_priority() -> int:
    import resource

    if os.geteuid() == 0:
        return HIGHEST_PRIORITY
    soft, _ = resource.getrlimit(14)  # RLIMIT_RTPRIO, which the module does not name
    return HIGHEST_PRIORITY if soft < 0 else min(HIGHEST_PRIORITY, soft)
