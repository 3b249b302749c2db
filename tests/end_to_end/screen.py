"""A person before an X server: eyes, a pointer and a keyboard, through xdotool and ImageMagick.

It knows pixels, window titles and keys; it does not know the program. There is no window manager
on a bare server, so giving a window the keyboard is done here too.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage

PATIENCE = 90.0
_PAUSE = 0.1
_HOLD = 0.5


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: it did not come to hold in time.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"in {seconds:.0f} s it did not come to this: {what}"
        time.sleep(_PAUSE)


class Screen:
    """One X display.

    Args:
        environment: names the display.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def windows(self, title: str) -> list[str]:
        """Ids of the visible windows whose titles contain `title`."""
        found = self._xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found.split()

    def await_window(self, title: str) -> str:
        """The id of a window, once it is there, with the keyboard given to it."""
        until(lambda: self.windows(title), f"a window {title!r}")
        window = self.windows(title)[0]
        self._xdotool("windowfocus", window)
        return window

    def raise_window(self, title: str) -> None:
        """Bring a window to the front."""
        until(lambda: self.windows(title), f"a window {title!r}")
        self._xdotool("windowraise", self.windows(title)[0])

    def title(self, window: str) -> str:
        return self._xdotool("getwindowname", window, check=False).strip()

    def place(self, window: str) -> QRect:
        """Where a window is and how large."""
        lines = self._xdotool("getwindowgeometry", "--shell", window).split()
        values = dict(line.split("=") for line in lines)
        return QRect(*(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))

    def put(self, window: str, place: QRect) -> None:
        """Move and size a window, as a window manager does."""
        self._xdotool("windowmove", window, str(place.x()), str(place.y()))
        self._xdotool("windowsize", window, str(place.width()), str(place.height()))
        until(lambda: self.place(window) == place, f"a window at {place}")

    def point(self, place: QPoint) -> None:
        self._xdotool("mousemove", "--sync", str(place.x()), str(place.y()))

    def click(self, place: QPoint) -> None:
        self.point(place)
        self._xdotool("mousedown", "1", "mouseup", "1")

    def drag(self, start: QPoint, end: QPoint, steps: int = 8) -> None:
        """Press at `start`, move in steps as a hand does, release at `end`."""
        self.point(start)
        self._xdotool("mousedown", "1")
        for step in range(1, steps + 1):
            self.point(start + (end - start) * step / steps)
        self._xdotool("mouseup", "1")

    def carry(self, start: QPoint, end: QPoint) -> None:
        """Drag something out of a window into another, pausing for both to see it, as people do."""
        self.point(start)
        self._xdotool("mousedown", "1")
        for step in range(1, 9):
            self.point(start + (end - start) * step / 8)
            time.sleep(_HOLD if step in (2, 8) else 0)
        self._xdotool("mouseup", "1")

    def keys(self, *names: str) -> None:
        """Strike keys or chords, such as `ctrl+s`, one after the other."""
        self._xdotool("key", "--delay", "60", *names)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "40", text)

    def picture(self, part: QRect | None = None) -> QImage:
        """What is on the screen, without the pointer."""
        shot = subprocess.run(
            ["import", "-window", "root", "png:-"],
            env=self._environment,
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
        image = QImage.fromData(shot.stdout, "PNG").convertToFormat(QImage.Format.Format_RGB32)
        return image.copy(part) if part is not None else image

    def shows(self, colour: str, part: QRect) -> bool:
        """Whether a colour is somewhere in a part of the screen."""
        image, wanted = self.picture(part), QColor(colour)
        spots = ((x, y) for y in range(image.height()) for x in range(image.width()))
        return any(image.pixelColor(x, y) == wanted for x, y in spots)

    def _xdotool(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0 or not check, f"xdotool {words}: {done.stderr}"
        return done.stdout
