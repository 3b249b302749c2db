"""The tool row and the panel that wires it to the Timeline."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.compose.timeline import TimelinePanel
from app.compose.timeline.note_colours import Colouring
from app.widgets.text import Text
from engine.score import Metre, TempoMap
from tests.app.compose.timeline.conftest import NOTES


def test_the_tools_work_the_timeline(show: Callable[..., QWidget]) -> None:
    panel = TimelinePanel()
    show(panel, 940, 760)
    panel.timeline.set_score(NOTES, (Metre(),) * 8, TempoMap())
    zoom = panel.timeline.state.time.zoom
    QTest.mouseClick(panel.tools.zoom_in, Qt.MouseButton.LeftButton)
    assert panel.timeline.state.time.zoom > zoom
    QTest.mouseClick(panel.tools.zoom_out, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.tools.fit, Qt.MouseButton.LeftButton)
    assert panel.timeline.state.time.zoom == zoom
    panel.tools.choice.setCurrentIndex(panel.tools.choice.findText("Velocity"))
    assert panel.timeline.colours.colouring is Colouring.VELOCITY
    assert not panel.grab().isNull()


def test_the_count_of_notes(show: Callable[..., QWidget]) -> None:
    panel = TimelinePanel()
    show(panel, 940, 760)
    texts = {label.text() for label in panel.tools.findChildren(Text)}
    assert not any("note" in text for text in texts)
    panel.timeline.set_score(NOTES, (Metre(),) * 8, TempoMap())
    assert "3 notes" in {label.text() for label in panel.tools.findChildren(Text)}
