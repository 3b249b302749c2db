"""The sustain pedal at the foot of the roll: strokes from down to up, drawn, moved and erased."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.gestures import THRESHOLD, Gesture, Modifiers, snapped_tick
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Side, Strip, StripDesk
from app.compose.timeline.tools import Tool
from app.theme import tokens
from app.theme.colours import mixed
from engine.performance.pedalling import Stroke, settled

HEIGHT = 14
_EDGE = 4.0
_BAR = mixed(tokens.BG1, tokens.TEXT2, 0.42)
_SHORTEST = 30


class PedalStrip(Strip):
    """The pedal of the current take.

    Signals:
        pedal_changed(str, tuple[Stroke, ...]): `draw`, `move` or `erase`, and all strokes now.
    """

    pedal_changed = Signal(str, object)
    name = "pedal"
    title = "Pedal"
    side = Side.FOOT

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.strokes: tuple[Stroke, ...] = ()
        self._shown: tuple[Stroke, ...] | None = None
        self.chosen: int | None = None

    @property
    def height(self) -> int:
        return HEIGHT

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Show the pedal of another take."""
        if strokes != self.strokes:
            self.strokes, self.chosen = strokes, None
            self.appearance_changed.emit()

    def show_dragged(self, strokes: tuple[Stroke, ...] | None) -> None:
        self._shown = strokes
        self.appearance_changed.emit()

    def change(self, act: str, strokes: tuple[Stroke, ...]) -> None:
        strokes = settled(strokes)
        self.show_dragged(None)
        if strokes != self.strokes:
            self.set_strokes(strokes)
            self.pedal_changed.emit(act, strokes)

    def erase(self, index: int) -> None:
        self.change("erase", self.strokes[:index] + self.strokes[index + 1 :])

    def index_at(self, position: QPointF) -> int | None:
        """The stroke under a position."""
        for index, (down, up) in enumerate(self.strokes):
            if self.x(down) <= position.x() <= max(self.x(up), self.x(down) + 3):
                return index
        return None

    def paint(self, painter: QPainter, area: QRect) -> None:
        strokes = self.strokes if self._shown is None else self._shown
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, (down, up) in enumerate(strokes):
            left, right = self.x(down), self.x(up)
            if right < area.left() or left > area.right():
                continue
            chosen = self._shown is None and index == self.chosen
            painter.setBrush(QColor(tokens.TEXT1) if chosen else _BAR)
            width = max(right - left - 1.5, 2.0)
            painter.drawRoundedRect(QRectF(left, area.y() + 4, width, HEIGHT - 7), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        if not self.state.editable:
            return None
        index = self.index_at(position)
        if self.state.tool is Tool.ERASE:
            if index is not None:
                self.erase(index)
            return None
        if index != self.chosen:
            self.chosen = index
            self.appearance_changed.emit()
        return _PedalDrag(self, position, held, index)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        index = self.index_at(position)
        if index is not None and self.state.editable:
            self.erase(index)
        return True

    def act(self, desk: StripDesk, key: int, held: Modifiers) -> Callable[[], object] | None:
        index = self.chosen
        if index is None or key not in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return None
        return lambda: self.erase(index)

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        index = self.index_at(position)
        if index is None or not self.state.editable:
            return None
        menu = QMenu()
        menu.addAction("Erase this pedal").triggered.connect(lambda: self.erase(index))
        return menu

    def leave(self) -> None:
        if self.chosen is not None:
            self.chosen = None
            self.appearance_changed.emit()

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        if not self.state.editable:
            return Qt.CursorShape.ArrowCursor
        index = self.index_at(position)
        if index is None:
            return Qt.CursorShape.CrossCursor
        if edge_at(self, index, position) is not None:
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.PointingHandCursor

    def hint(self, position: QPointF) -> str:
        if not self.state.editable:
            return "Sustain pedal (CC 64)"
        return (
            "Sustain pedal (CC 64): drag to draw, drag an end to move it, double-click or Del to "
            "erase; Ctrl leaves the grid"
        )


def edge_at(strip: PedalStrip, index: int, position: QPointF) -> int | None:
    """Which end of a stroke is under a position: 0 for down, 1 for up."""
    for end in (1, 0):
        if abs(strip.x(strip.strokes[index][end]) - position.x()) <= _EDGE:
            return end
    return None


class _PedalDrag:
    """Spans a new stroke, or moves one or one of its ends."""

    def __init__(
        self, strip: PedalStrip, position: QPointF, held: Modifiers, index: int | None
    ) -> None:
        self._strip, self._start, self._index = strip, position, index
        self._anchor = snapped_tick(strip.state, position, held)
        self._edge = None if index is None else edge_at(strip, index, position)
        self._strokes: tuple[Stroke, ...] | None = None

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        if self._strokes is None and abs(position.x() - self._start.x()) < THRESHOLD:
            return
        tick = snapped_tick(self._strip.state, position, modifiers)
        strokes = list(self._strip.strokes)
        if self._index is None:
            stroke = (min(self._anchor, tick), max(self._anchor, tick))
        else:
            down, up = strokes.pop(self._index)
            if self._edge == 0:
                stroke = (min(tick, up - _SHORTEST), up)
            elif self._edge == 1:
                stroke = (down, max(tick, down + _SHORTEST))
            else:
                way = max(tick - self._anchor, -down)
                stroke = (down + way, up + way)
        strokes = [each for each in strokes if not stroke[0] <= each[0] < each[1] <= stroke[1]]
        self._strokes = settled([*strokes, stroke])
        self._strip.show_dragged(self._strokes)

    def finish(self) -> None:
        if self._strokes is not None:
            self._strip.change("draw" if self._index is None else "move", self._strokes)

    def cancel(self) -> None:
        self._strip.show_dragged(None)
