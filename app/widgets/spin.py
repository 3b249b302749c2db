"""Spin boxes of the house: the style sheet's padding does not reach the text inside them."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

_INDENT = 9


def indent(spin: QAbstractSpinBox) -> None:
    """Let the text begin where that of other fields does."""
    spin.lineEdit().setTextMargins(_INDENT, 0, _INDENT, 0)
