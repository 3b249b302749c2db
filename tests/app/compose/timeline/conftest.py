"""A Timeline in a window, with eight bars of 4/4 and a few notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.compose.timeline import Timeline
from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.lanes import lane_scale
from engine.lanes import Lane, Lanes
from engine.score import Metre, Note, TempoMap, Voice
from tests.app.pointer import NONE, Pointer

NOTES = (
    Note(0, 1920, 48, 64, Voice.BASS),
    Note(0, 480, 72, 90, Voice.MELODY),
    Note(3840, 960, 60, 40, Voice.ACCOMPANIMENT),
)


@dataclass
class Heard:
    """What a Timeline said, in order."""

    said: list[tuple[object, ...]] = field(default_factory=list)

    def of(self, name: str) -> list[tuple[object, ...]]:
        return [each[1:] for each in self.said if each[0] == name]


@dataclass
class Hand:
    """Works a Timeline like a hand on a mouse, by bar and value."""

    timeline: Timeline
    heard: Heard
    pointer: Pointer

    def place(self, name: str, bar: float, value: float) -> QPoint:
        state = self.timeline.state
        row = state.row(name)
        x = GUTTER + state.time.x(state.bars.tick(bar))
        return QPoint(round(x), round(row.top + lane_scale(name, row.height).y(value)))

    def ruler(self, bar: float, y: int = 8) -> QPoint:
        state = self.timeline.state
        return QPoint(round(GUTTER + state.time.x(state.bars.tick(bar))), y)

    def press(self, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
        self.pointer.press(at.x(), at.y(), held)

    def move(self, to: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
        way = QPointF(to) - self.pointer.at
        self.pointer.move(way.x(), way.y(), held)

    def release(self) -> None:
        self.pointer.release()

    def click(self, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
        self.press(at, held)
        self.release()

    def drag(self, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
        self.press(start, held)
        self.move((start + end) / 2, held)
        self.move(end, held)
        self.release()

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.timeline, Qt.MouseButton.LeftButton, NONE, at)
        self.release()

    def lane(self, name: str) -> Lane | None:
        return self.timeline.state.lane(name)


@pytest.fixture
def hand(show: Callable[..., QWidget]) -> Hand:
    timeline, heard = Timeline(), Heard()
    for name in (
        "lane_moved",
        "lane_committed",
        "lane_restored",
        "located",
        "loop_changed",
        "pitch_auditioned",
        "note_hovered",
        "generate_requested",
        "notes_counted",
        "notes_edited",
        "notes_chosen",
    ):
        getattr(timeline, name).connect(lambda *said, name=name: heard.said.append((name, *said)))
    timeline.set_score(NOTES, (Metre(),) * 8, TempoMap())
    timeline.set_lanes(Lanes())
    show(timeline, 940, 700)
    heard.said.clear()
    return Hand(timeline, heard, Pointer(timeline))
