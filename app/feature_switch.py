"""Keeps Qt's binding from reading the source of every module that is imported.

PySide looks into each module for its own name, to know where its optional spellings (snake_case,
properties) may be switched on. This program has none, and torch alone is a thousand files.
"""

from __future__ import annotations

import sys


def leave_modules_unread() -> bool:
    """Say of every module that is imported from now on that no spelling is switched in it.

    Returns:
        False where this version of PySide does not look, or looks in another way.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if not hasattr(feature, "_mod_uses_pyside"):
        return False
    feature._mod_uses_pyside = lambda module: False
    return True
