"""The Qt we pin survives many void calls.

PySide6 6.12.0 on Python 3.11 loses a reference to None in each and aborts after a few thousand.
"""

from __future__ import annotations

import subprocess
import sys

_VOID_CALLS = """
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(20_000):
    thing.setObjectName("a")
"""


def test_twenty_thousand_void_calls_leave_none_alive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _VOID_CALLS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
