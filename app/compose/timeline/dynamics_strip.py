"""The lane of dynamics under the temperature: pp to ff over the bars, as the psyche asks or drawn.

A drag draws a straight line from where it began: along the bars a level that stays, upwards or
downwards a hairpin. Bars that are not drawn follow the psyche.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.gestures import THRESHOLD, Gesture, Modifiers
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Side, Strip, StripDesk
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.performance.dynamics import LEVELS, level_name
from engine.project.playing_marks import DynamicMark, dynamics_of

HEIGHT = 40
_AIR = 6.0
_STEPS = 8
Marks = tuple[DynamicMark, ...]


class DynamicsStrip(Strip):
    """The level of each bar.

    Signals:
        dynamics_changed(Marks): what is drawn is another.
    """

    dynamics_changed = Signal(object)
    name = "dynamics"
    title = "Dynamics"
    side = Side.LANE

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.marks: Marks = ()
        self._shown: Marks | None = None
        self._lanes: object = None
        self._font = font(tokens.TextStyle(11, 600))

    @property
    def height(self) -> int:
        return HEIGHT

    def set_marks(self, marks: Marks) -> None:
        """Show what is drawn; the rest comes from the lanes of the Timeline."""
        if marks != self.marks or self._lanes is not self.state.lanes:
            self.marks, self._lanes = marks, self.state.lanes
            self.appearance_changed.emit()

    def show_dragged(self, marks: Marks | None) -> None:
        self._shown = marks
        self.appearance_changed.emit()

    def change(self, marks: Marks) -> None:
        self.show_dragged(None)
        if marks != self.marks:
            self.set_marks(marks)
            self.dynamics_changed.emit(marks)

    def bar_at(self, position: QPointF) -> int:
        """The bar under a position, from 1, within the cue."""
        return max(self.state.bars.index(self.tick(position.x())) + 1, 1)

    def level_at(self, position: QPointF, held: Modifiers) -> float:
        """The level under a position: one of pp to ff, or any with Ctrl."""
        row = self.row
        top = row.top if row else 0
        level = 1.0 - (position.y() - top - _AIR) / (HEIGHT - 2 * _AIR)
        level = min(max(level, 0.0), 1.0)
        if held & Qt.KeyboardModifier.ControlModifier:
            return round(level, 2)
        return round(level * (len(LEVELS) - 1)) / (len(LEVELS) - 1)

    def y(self, level: float, area: QRect) -> float:
        return area.y() + _AIR + (1.0 - level) * (HEIGHT - 2 * _AIR)

    def paint(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, QColor(tokens.BG0))
        state = self.state
        marks = self.marks if self._shown is None else self._shown
        dynamics = dynamics_of(marks, state.lanes)
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        named = ""
        for bar in range(1, state.bars.bars + 1):
            left, right = (self.x(state.bars.tick(float(edge))) for edge in (bar, bar + 1))
            name = level_name(dynamics.level(float(bar)))
            fresh, named = name != named, name
            if right < area.left() or left > area.right():
                continue
            painter.fillRect(QRectF(left, area.y(), 1, area.height()), QColor(tokens.LINE_SOFT))
            drawn = bar in dynamics.drawn
            # Within a hairpin only its ends are named.
            near = [dynamics.drawn.get(each) for each in (bar - 1, bar)]
            fresh = fresh and not all(each is not None and each.ramp for each in near)
            points = [
                QPointF(
                    left + share * (right - left),
                    self.y(dynamics.level(bar + min(share, 0.999)), area),
                )
                for share in (step / _STEPS for step in range(_STEPS + 1))
            ]
            self._paint_bar(painter, points, area, drawn=drawn)
            if fresh and right - left >= 8:
                self._paint_name(painter, name, left, area, points[0].y(), drawn=drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_bar(
        self, painter: QPainter, points: list[QPointF], area: QRect, *, drawn: bool
    ) -> None:
        colour = QColor(tokens.ACCENT) if drawn else QColor(tokens.TEXT3)
        foot = float(area.bottom())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(colour.name(), 0.14))
        ends = [QPointF(points[-1].x(), foot), QPointF(points[0].x(), foot)]
        painter.drawPolygon(QPolygonF([*points, *ends]))
        painter.setPen(QPen(colour, 2.0 if drawn else 1.4))
        painter.drawPolyline(QPolygonF(points))

    def _paint_name(
        self, painter: QPainter, name: str, left: float, area: QRect, line: float, *, drawn: bool
    ) -> None:
        below = line < area.y() + HEIGHT / 2
        y = line + 13.0 if below else line - 4.0
        painter.setPen(QColor(tokens.TEXT1 if drawn else tokens.TEXT2))
        face = painter.font()
        face.setItalic(True)
        painter.setFont(face)
        painter.drawText(QPointF(left + 4, y), name)

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        return _LevelDrag(self, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        """Free the bar: it follows the psyche again."""
        bar = self.bar_at(position)
        self.change(tuple(mark for mark in self.marks if mark.bar != bar))
        return True

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        menu, bar = QMenu(), self.bar_at(position)
        for step in reversed(range(len(LEVELS))):
            level = step / (len(LEVELS) - 1)
            marks = drawn_line(self.marks, bar, bar, level, level)
            action = menu.addAction(f"Bar {bar} {LEVELS[step][0]}")
            action.triggered.connect(lambda _=False, marks=marks: self.change(marks))
        menu.addSeparator()
        free = menu.addAction(f"Free bar {bar}")
        free.setEnabled(any(mark.bar == bar for mark in self.marks))
        free.triggered.connect(
            lambda: self.change(tuple(mark for mark in self.marks if mark.bar != bar))
        )
        every = menu.addAction("Free all bars")
        every.setEnabled(bool(self.marks))
        every.triggered.connect(lambda: self.change(()))
        return menu

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor

    def hint(self, position: QPointF) -> str:
        bar = self.bar_at(position)
        level = dynamics_of(self.marks, self.state.lanes).level(float(bar))
        drawn = any(mark.bar == bar for mark in self.marks)
        source = "drawn; double-click frees it" if drawn else "follows the psyche"
        return (
            f"Dynamics, pp to ff: bar {bar} {level_name(level)}, {source}. Drag along for a level, "
            "up or down for a hairpin; Ctrl between the levels"
        )


def drawn_line(marks: Marks, first: int, last: int, begin: float, end: float) -> Marks:
    """Marks with a straight line over some bars: a level that stays, or a hairpin that reaches
    `end` where the last bar begins."""
    if last < first:
        first, last, begin, end = last, first, end, begin
    new = {}
    for bar in range(first, last + 1):
        share = 0.0 if first == last else (bar - first) / (last - first)
        level = end if bar == last else begin + share * (end - begin)
        ramp = bar < last and begin != end
        new[bar] = DynamicMark(bar=bar, level=round(min(max(level, 0.0), 1.0), 4), ramp=ramp)
    kept = {mark.bar: mark for mark in marks}
    return tuple(mark for _, mark in sorted({**kept, **new}.items()))


class _LevelDrag:
    """Draws a line; a click alone changes nothing, so that a double click can free a bar."""

    def __init__(self, strip: DynamicsStrip, position: QPointF, held: Modifiers) -> None:
        self._strip, self._start = strip, position
        self._first = strip.bar_at(position)
        self._begin = strip.level_at(position, held)
        self._marks: Marks | None = None

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        if self._marks is None and (position - self._start).manhattanLength() < THRESHOLD:
            return
        last, end = self._strip.bar_at(position), self._strip.level_at(position, modifiers)
        begin = end if last == self._first else self._begin
        self._marks = drawn_line(self._strip.marks, self._first, last, begin, end)
        self._strip.show_dragged(self._marks)

    def finish(self) -> None:
        if self._marks is not None:
            self._strip.change(self._marks)

    def cancel(self) -> None:
        self._strip.show_dragged(None)
