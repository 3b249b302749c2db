"""Can a window open here? Asked before Qt is imported, because Qt answers a no by aborting.

It knows the environment and the system's libraries; it does not import Qt.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Mapping
from typing import Any

# What Qt's X11 platform plugin loads beyond its own wheel, and Debian's package of each.
_X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_TRIES, _PAUSE = 10, 0.05


def display_problem(environment: Mapping[str, str], system: str = sys.platform) -> str | None:
    """Why no window can open, as one sentence, or `None` when one can.

    Args:
        environment: the process environment.
        system: as `sys.platform` writes it; only Linux can be without a display.
    """
    if not system.startswith("linux"):
        return None
    platform = environment.get("QT_QPA_PLATFORM", "")
    if platform:
        return _x11_problem(environment) if platform.startswith("xcb") else None
    if environment.get("WAYLAND_DISPLAY"):
        return None
    if not environment.get("DISPLAY"):
        return "There is no display here."
    return _x11_problem(environment)


def _x11_problem(environment: Mapping[str, str]) -> str | None:
    missing = [package for name, package in _X11_LIBRARIES.items() if _load(name) is None]
    if missing:
        return f"The window needs system libraries: sudo apt-get install {' '.join(missing)}."
    display = environment.get("DISPLAY", "")
    if not _answers(display):
        return f"The display {display!r} does not answer."
    return None


def _answers(display: str) -> bool:
    """Whether an X server takes a connection; a good one stays open as long as the process.

    A bare server (Xvfb) resets itself when its last client leaves and refuses everyone meanwhile:
    closing ours would start that just when Qt connects, and one begun by others is waited out.
    """
    xcb = _load("libxcb.so.1")
    if xcb is None:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    for _ in range(_TRIES):
        connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
        if not xcb.xcb_connection_has_error(connection):
            return True
        xcb.xcb_disconnect(connection)
        time.sleep(_PAUSE)
    return False


def _load(name: str) -> Any:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
