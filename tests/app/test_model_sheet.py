"""The model sheet tells what composes on this machine."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from app.model_sheet import ModelSheet
from app.session import ModelSnapshot, ModelState
from app.widgets.text import Text
from engine.composed_by import ComposedBy

READY = ModelSnapshot(ModelState.READY, "open", "0123", ("rules",))


def said(sheet: ModelSheet) -> list[str]:
    return [each.text() for each in sheet.findChildren(Text)]


def test_what_composes_is_told(qt_app: QApplication) -> None:
    by = ComposedBy("onnxruntime", "int8", 1, 0.586)
    sheet = ModelSheet(replace(READY, by=by))
    assert by.words in said(sheet)
    assert sheet.by is not None and "Measured once" in sheet.by.toolTip()
    sheet.deleteLater()


def test_nothing_is_told_where_nobody_knows(qt_app: QApplication) -> None:
    sheet = ModelSheet(READY)
    assert sheet.by is None and not any("Composes by" in text for text in said(sheet))
    sheet.deleteLater()
