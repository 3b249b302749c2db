"""Modules that the program imports are not read for spellings that it does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

IMPORTED = """
import linecache, sys
from pathlib import Path
import PySide6.QtCore
from app.feature_switch import leave_modules_unread
if sys.argv[1] == "unread":
    assert leave_modules_unread()
import colorsys
print(any(Path(name).name == "colorsys.py" for name in linecache.cache))
"""
ROOT = Path(__file__).resolve().parents[2]


def _was_read(how: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", IMPORTED, how]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"


def test_a_module_is_not_read_when_it_is_imported() -> None:
    assert _was_read("usual")
    assert not _was_read("unread")
