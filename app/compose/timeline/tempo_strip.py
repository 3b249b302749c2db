"""The tempo map as a row: points to drag, glides between them, fermatas; closed until it is wanted.

Places are bars from 1; a point may lie on the last bar line, where a glide ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.gestures import Gesture, Modifiers, RulerDrag
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip, StripDesk
from app.compose.timeline.tempo_drag import TempoDrag
from app.compose.timeline.tempo_menus import fermata_menu, free_menu, point_menu
from app.compose.timeline.tempo_scale import TempoScale
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.project.cue_marks import Fermata, TempoMark

HEIGHT = 58
_REACH = 7.0
_DOT = 3.4
_GLYPH = 8.0
_DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_EDITS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class TempoStrip(Strip):
    """Shows tempo marks and fermatas; points are named by their bars.

    Signals:
        moved(float, float, float): the point of a bar, while it is dragged: to bar, tempo.
        committed(float, float, float): the same when it is done, or was typed.
        restored(): a drag was taken back.
        added(float, float): a point at a bar, with its tempo.
        removed(float)
        ramp_set(float, bool): the point glides to the next one, or holds.
        fermata_put(float, float): at a bar, how many times as long.
        fermata_removed(float)
    """

    moved = Signal(float, float, float)
    committed = Signal(float, float, float)
    restored = Signal()
    added = Signal(float, float)
    removed = Signal(float)
    ramp_set = Signal(float, bool)
    fermata_put = Signal(float, float)
    fermata_removed = Signal(float)
    name = "tempo"
    title = "Tempo"

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.marks: tuple[TempoMark, ...] = (TempoMark(bar=1, bpm=100),)
        self.fermatas: tuple[Fermata, ...] = ()
        self.scale = TempoScale.of([100.0])
        self.chosen: float | None = None
        self.dragging = False
        self._open = False
        self._hovered: float | None = None
        self._face = font(tokens.SMALL)
        self._metrics = QFontMetricsF(self._face)

    @property
    def height(self) -> int:
        return HEIGHT if self._open else 0

    @property
    def opened(self) -> bool:
        return self._open

    def open(self, opened: bool = True) -> None:
        """Show the row, or put it away."""
        if opened != self._open:
            self._open = opened
            self.height_changed.emit()

    def set_marks(self, marks: Sequence[TempoMark], fermatas: Sequence[Fermata]) -> None:
        """Show other marks, the first at bar 1, and other fermatas."""
        if (tuple(marks), tuple(fermatas)) == (self.marks, self.fermatas):
            return
        self.marks, self.fermatas = tuple(marks), tuple(fermatas)
        if not self.dragging:
            self.rescale()
        self.appearance_changed.emit()

    def rescale(self) -> None:
        """Fit the height to the tempi; not while one is dragged, or it would run away."""
        self.scale = TempoScale.of([mark.bpm for mark in self.marks])
        self.appearance_changed.emit()

    # Where things are

    @property
    def end(self) -> float:
        return self.state.bars.bars + 1.0

    def place(self, mark: TempoMark) -> QPointF:
        """The middle of a point."""
        row = self.row
        return QPointF(self.x_of(mark.bar), self.scale.y(mark.bpm, row.top if row else 0, HEIGHT))

    def x_of(self, bar: float) -> float:
        bars = self.state.bars
        return self.x(bars.end if bar >= self.end else bars.tick(bar))

    def bar_at(self, position: QPointF, held: Modifiers) -> float:
        """The bar under the pointer on the beat, with Ctrl anywhere; within the cue."""
        bars, tick = self.state.bars, self.tick(position.x())
        free = held & Qt.KeyboardModifier.ControlModifier
        near = round(tick) if free else bars.snapped(tick, self.state.time.zoom)
        near = min(max(near, 0), bars.end)
        return self.end if near == bars.end else round(bars.bar(near), 4)

    def bpm_at(self, position: QPointF) -> float:
        row = self.row
        return self.scale.bpm(position.y(), row.top if row else 0, HEIGHT)

    def mark_at(self, position: QPointF) -> TempoMark | None:
        near = [
            mark
            for mark in self.marks
            if abs(self.place(mark).x() - position.x()) <= _REACH
            and abs(self.place(mark).y() - position.y()) <= _REACH + 3
        ]
        return near[-1] if near else None

    def fermata_at(self, position: QPointF) -> Fermata | None:
        for each in self.fermatas:
            if each.bar < self.end and self._fermata_place(each).contains(position):
                return each
        return None

    def mark(self, bar: float) -> TempoMark | None:
        return next((mark for mark in self.marks if mark.bar == bar), None)

    def _fermata_place(self, fermata: Fermata) -> QRectF:
        row = self.row
        x = self.x_of(fermata.bar)
        return QRectF(x - _GLYPH, (row.top if row else 0) + 2, 2 * _GLYPH, 14)

    # Painting

    def paint(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, QColor(tokens.BG0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter)
        for mark in self.marks:
            self._paint_point(painter, area, mark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for fermata in self.fermatas:
            if fermata.bar < self.end:
                self._paint_fermata(painter, area, fermata)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_line(self, painter: QPainter) -> None:
        points: list[QPointF] = []
        for mark, following in pairwise((*self.marks, None)):
            at = self.place(mark)
            points.append(at)
            if following is None:
                points.append(QPointF(max(self.x_of(self.end), at.x()), at.y()))
            elif not mark.ramp:
                points.append(QPointF(self.x_of(following.bar), at.y()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.TEXT2), 1.4))
        painter.drawPolyline(QPolygonF(points))

    def _paint_point(self, painter: QPainter, area: QRect, mark: TempoMark) -> None:
        at = self.place(mark)
        if not area.left() - 60 <= at.x() <= area.right() + 60:
            return
        bright = mark.bar in (self.chosen, self._hovered)
        painter.setPen(QPen(QColor(tokens.WHITE if bright else tokens.TEXT1), 1.4))
        painter.setBrush(QColor(tokens.TEXT1 if bright else tokens.BG0))
        painter.drawEllipse(at, _DOT, _DOT)
        text = f"{round(mark.bpm, 2):g}"
        wide = self._metrics.horizontalAdvance(text)
        left = at.x() + 6 if at.x() + wide + 8 < area.right() else at.x() - 6 - wide
        above = at.y() - 5 if at.y() - area.top() > 16 else at.y() + 13
        painter.setFont(self._face)
        painter.setPen(QColor(tokens.WHITE if bright else tokens.TEXT1))
        painter.drawText(QPointF(left, above), text)

    def _paint_fermata(self, painter: QPainter, area: QRect, fermata: Fermata) -> None:
        place = self._fermata_place(fermata)
        if place.right() < area.left() or place.left() > area.right():
            return
        start = self.state.bars.tick(fermata.bar)
        right = self.x(start + fermata.quarters * 480)
        wide = QRectF(place.center().x(), area.top(), right - place.center().x(), area.height())
        painter.fillRect(wide, translucent(tokens.ACCENT, 0.10))
        painter.setPen(QPen(QColor(tokens.ACCENT), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRectF(place.left() + 1, place.top(), 14, 16), 0, 180 * 16)
        painter.setBrush(QColor(tokens.ACCENT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(place.center().x(), place.top() + 6.5), 1.6, 1.6)

    # Hands

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        mark = self.mark_at(position)
        self.choose(mark.bar if mark else None)
        return TempoDrag(self, mark, position) if mark else RulerDrag(desk, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        mark = self.mark_at(position)
        if mark is not None:
            self.type_value(desk, mark)
        elif self.tick(position.x()) < self.state.bars.end:
            bar = self.bar_at(position, Qt.KeyboardModifier.NoModifier)
            self.added.emit(bar, round(self.bpm_at(position)))
        return True

    def type_value(self, desk: StripDesk, mark: TempoMark) -> None:
        """Let the tempo of a point be typed beside it."""
        at = self.place(mark)

        def done(text: str) -> None:
            try:
                bpm = float(text.replace(",", "."))
            except ValueError:
                return
            self.committed.emit(mark.bar, mark.bar, bpm)

        desk.ask_text(QRectF(at.x() + 4, at.y() - 10, 60, 18), f"{round(mark.bpm, 2):g}", done)

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        mark, fermata = self.mark_at(position), self.fermata_at(position)
        if fermata is not None:
            return fermata_menu(self, fermata)
        if mark is not None:
            self.choose(mark.bar)
            return point_menu(self, desk, mark)
        bar = self.bar_at(position, Qt.KeyboardModifier.NoModifier)
        return free_menu(self, bar, round(self.bpm_at(position)))

    def act(self, desk: StripDesk, key: int, held: Modifiers) -> Callable[[], object] | None:
        mark = None if self.chosen is None else self.mark(self.chosen)
        if mark is None or not self._open:
            return None
        if key in _DELETES and not held:
            return lambda: self.removed.emit(mark.bar)
        if key in _EDITS and not held:
            return lambda: self.type_value(desk, mark)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            fine = held & Qt.KeyboardModifier.ShiftModifier
            step = (0.1 if fine else 1.0) * (1 if key == Qt.Key.Key_Up else -1)
            return lambda: self.committed.emit(mark.bar, mark.bar, round(mark.bpm + step, 2))
        return None

    def choose(self, bar: float | None) -> None:
        if bar != self.chosen:
            self.chosen = bar
            self.appearance_changed.emit()

    def leave(self) -> None:
        self.choose(None)

    def hover(self, position: QPointF | None) -> None:
        mark = None if position is None else self.mark_at(position)
        bar = mark.bar if mark else None
        if bar != self._hovered:
            self._hovered = bar
            self.appearance_changed.emit()

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        return Qt.CursorShape.SizeAllCursor if self.mark_at(position) else super().cursor(position)

    def hint(self, position: QPointF) -> str:
        mark, fermata = self.mark_at(position), self.fermata_at(position)
        if fermata is not None:
            return (
                f"Fermata: {fermata.quarters:g} quarter notes last {fermata.stretch:g} times as "
                "long\nRight-click for how long"
            )
        if mark is None:
            return "Tempo: double-click for a new point, right-click for a fermata"
        glides = ", glides to the next point" if mark.ramp else ""
        return (
            f"Bar {mark.bar:.4g}: {round(mark.bpm, 2):g} quarter notes a minute{glides}\n"
            "Drag up or down for the tempo, sideways to move; Shift is fine, Ctrl leaves the beat"
        )
