"""How a test lets other threads and the event loop go on."""

from __future__ import annotations

import time

from PySide6.QtTest import QTest


def breathe() -> None:
    """Give other threads the interpreter, which `QTest.qWait` keeps to itself, then Qt a turn."""
    time.sleep(0.01)
    QTest.qWait(1)
