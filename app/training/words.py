"""Numbers of training as people read them."""

from __future__ import annotations

import time

THIN_SPACE = "\u202f"


def count(number: int) -> str:
    """12 000, with a thin space that does not break."""
    return f"{number:,}".replace(",", THIN_SPACE)


def hours(seconds: float) -> str:
    """19 h 42 min."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(minutes, 1)} min"


def time_left(minutes: float | None) -> str:
    """About 4 min left; nothing where it is not known."""
    if minutes is None:
        return ""
    if minutes < 1:
        return "under a minute left"
    return f"about {hours(minutes * 60)} left"


def clock(at: float) -> str:
    """The time of day of a moment in seconds since 1970, 10:42:07."""
    return time.strftime("%H:%M:%S", time.localtime(at))
