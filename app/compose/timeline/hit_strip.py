"""Hit points under the ruler: flags with a line through the roll, and how the cue ends.

A hit whose time code is fixed belongs to a frame of the picture; its flag says by how many
frames the music misses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.geometry import Row
from app.compose.timeline.gestures import Gesture, Modifiers, RulerDrag
from app.compose.timeline.hit_drag import EndingPress, HitDrag
from app.compose.timeline.hit_glyphs import paint_glyph
from app.compose.timeline.hit_menus import ending_menu, free_menu, hit_menu
from app.compose.timeline.places import (
    beat_text,
    clock_of,
    frames_late,
    frames_text,
    frames_words,
    nearest_timecode,
)
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Strip, StripDesk
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.picture import ENDINGS, HIT_KINDS, Ending
from engine.project.cue_marks import HitPoint

HEIGHT = 17
_GLYPH = 9.0
_REACH = 5.0
_DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_EDITS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_THROUGH = ("roll", "velocity", "trauma", "entropy", "rsi_real", "rsi_imaginary", "temperature")


@dataclass(frozen=True, slots=True)
class Flag:
    """Where a flag lies: its left edge at the moment, its right edge, and what it says."""

    index: int
    left: float
    right: float
    text: str
    missed: str


class HitStrip(Strip):
    """Shows hit points and the ending; says what was done with them.

    Signals:
        hit_added(int): at a tick.
        hit_changed(int, HitPoint): by its index among those given last.
        hit_removed(int)
        sheet_requested(int): the hit wants its sheet.
        ending_chosen(Ending | None)
        tempo_requested(): tempi that meet the hits are to be found.
    """

    hit_added = Signal(int)
    hit_changed = Signal(int, object)
    hit_removed = Signal(int)
    sheet_requested = Signal(int)
    ending_chosen = Signal(object)
    tempo_requested = Signal()
    name = "hits"
    title = "Hits"

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.hits: tuple[HitPoint, ...] = ()
        self.ending: Ending | None = None
        self.chosen: int | None = None
        self.dragged: tuple[int, HitPoint] | None = None
        self._hovered: int | None = None
        self._face = font(tokens.SMALL)
        self._missed_face = font(tokens.SMALL_STRONG)
        self._metrics = QFontMetricsF(self._face)
        self._missed_metrics = QFontMetricsF(self._missed_face)

    @property
    def height(self) -> int:
        return HEIGHT

    def set_hits(self, hits: Sequence[HitPoint], ending: Ending | None) -> None:
        """Show other hits and another ending; a chosen hit stays chosen where it moved to."""
        if (tuple(hits), ending) == (self.hits, self.ending):
            return
        self.hits, self.ending = tuple(hits), ending
        if self.chosen is not None and self.chosen >= len(self.hits):
            self.chosen = None
        self.appearance_changed.emit()

    @property
    def shown(self) -> tuple[HitPoint, ...]:
        """The hits, one of them where it is dragged to."""
        if self.dragged is None:
            return self.hits
        index, hit = self.dragged
        return (*self.hits[:index], hit, *self.hits[index + 1 :])

    # Where things are

    def tick_of(self, hit: HitPoint) -> int:
        return round(self.state.bars.tick(hit.bar))

    def missed(self, hit: HitPoint) -> float | None:
        """By how many frames the music comes late; None where no time code is fixed."""
        if hit.timecode is None:
            return None
        return frames_late(clock_of(self.state), self.tick_of(hit), hit.timecode)

    def flags(self) -> list[Flag]:
        """All flags from left to right; names give way to the next flag."""
        shown = self.shown
        order = sorted(range(len(shown)), key=lambda index: shown[index].bar)
        found: list[Flag] = []
        for place, index in enumerate(order):
            hit = shown[index]
            left = self.x(self.tick_of(hit))
            following = [self.x(self.tick_of(shown[each])) for each in order[place + 1 :]]
            limit = min([*following, self.ending_place().left()], default=left) - 3.0
            late = self.missed(hit)
            missed = "" if late is None else frames_text(late)
            wide = self._missed_metrics.horizontalAdvance(missed) + 5 if missed else 0.0
            room = limit - left - _GLYPH - 8 - wide
            name = hit.title or HIT_KINDS[hit.kind]
            text = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 0.0))
            text = text if room > 12 else ""
            right = left + _GLYPH + 6 + wide + self._metrics.horizontalAdvance(text) + 3
            found.append(Flag(index, left, right, text, missed))
        return found

    def ending_place(self) -> QRectF:
        """The chip of the ending, just before the last bar line."""
        row = self.row
        top = row.top if row else 0
        wide = self._metrics.horizontalAdvance(self.ending_text) + 14
        return QRectF(self.x(self.state.bars.end) - wide - 2, top + 2, wide, HEIGHT - 4)

    @property
    def ending_text(self) -> str:
        return ENDINGS[self.ending] if self.ending else "End"

    def hit_at(self, position: QPointF) -> int | None:
        """The hit whose flag a position lies on; the later one where two meet."""
        found = [f for f in self.flags() if f.left - _REACH <= position.x() <= f.right]
        return found[-1].index if found else None

    # Painting

    def paint(self, painter: QPainter, area: QRect) -> None:
        self._paint_ending(painter)
        shown = self.shown
        for flag in self.flags():
            if flag.right < area.left() or flag.left > area.right():
                continue
            bright = flag.index in (self.chosen, self._hovered)
            colour = QColor(tokens.WHITE if bright else tokens.TEXT1)
            x, top = round(flag.left), area.y()
            if flag.index == self.chosen:
                ground = QRectF(x, top + 1, flag.right - flag.left, HEIGHT - 1)
                painter.fillRect(ground, translucent(tokens.WHITE, 0.14))
            painter.fillRect(QRectF(x, top, 1, area.height()), colour)
            glyph = QRectF(x + 4, top + 4, _GLYPH, _GLYPH)
            paint_glyph(painter, shown[flag.index].kind, glyph, colour)
            at = x + _GLYPH + 8
            if flag.missed:
                painter.setFont(self._missed_face)
                painter.setPen(QColor(tokens.ACCENT))
                painter.drawText(QPointF(at, top + 12), flag.missed)
                at += self._missed_metrics.horizontalAdvance(flag.missed) + 5
            painter.setFont(self._face)
            painter.setPen(colour if bright else QColor(tokens.TEXT2))
            painter.drawText(QPointF(at, top + 12), flag.text)

    def _paint_ending(self, painter: QPainter) -> None:
        place = self.ending_place()
        painter.setPen(QColor(tokens.LINE))
        painter.setBrush(QColor(tokens.BG3 if self.ending else tokens.BG1))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setFont(self._face)
        painter.setPen(QColor(tokens.TEXT1 if self.ending else tokens.TEXT3))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.ending_text)

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        """A thin dotted line through the rows of the music; a reading where one is dragged."""
        if row.name not in _THROUGH:
            return
        for index, hit in enumerate(self.shown):
            x = round(self.x(self.tick_of(hit))) + 0.5
            if not area.left() - 1 <= x <= area.right() + 1:
                continue
            strong = index in (self.chosen, self._hovered)
            pen = QPen(translucent(tokens.TEXT1, 0.75 if strong else 0.38), 1)
            pen.setDashPattern([1.0, 3.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self.dragged is not None and row.name == "roll":
            self._paint_reading(painter, area, self.dragged[1])

    def _paint_reading(self, painter: QPainter, area: QRect, hit: HitPoint) -> None:
        text = self.reading(hit)
        wide = self._metrics.horizontalAdvance(text) + 14
        x = self.x(self.tick_of(hit)) + 8
        if x + wide > area.right():
            x -= wide + 16
        label = QRectF(x, area.top() + 6, wide, 18)
        painter.setPen(QColor(tokens.LINE))
        painter.setBrush(QColor(tokens.BG3))
        painter.drawRoundedRect(label, tokens.RADIUS_CHIP, tokens.RADIUS_CHIP)
        painter.setFont(self._face)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def reading(self, hit: HitPoint) -> str:
        """Where a hit is: bar and beat, time code, and how far from its frame."""
        tick, late = self.tick_of(hit), self.missed(hit)
        told = [beat_text(tick, self.state.bars), nearest_timecode(clock_of(self.state), tick)]
        if late is not None:
            told.append(frames_words(late))
        return "   ".join(told)

    # Hands

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        index = self.hit_at(position)
        self.choose(index)
        if index is not None:
            return HitDrag(self, index, position)
        if self.ending_place().contains(position):
            return EndingPress(self, desk)
        return RulerDrag(desk, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        index, tick = self.hit_at(position), self.tick(position.x())
        if index is not None:
            self.sheet_requested.emit(index)
        elif 0 <= tick < self.state.bars.end and not self.ending_place().contains(position):
            self.hit_added.emit(self.snapped(tick, Qt.KeyboardModifier.NoModifier))
        return True

    def snapped(self, tick: float, held: Modifiers) -> int:
        """The nearest line of the grid of notes, with Ctrl the nearest tick; within the cue."""
        bars = self.state.bars
        free = held & Qt.KeyboardModifier.ControlModifier
        near = round(tick) if free else self.state.snap.nearest(bars, tick)
        if near >= bars.end and not free:
            near = self.state.snap.below(bars, bars.end - 1)
        return min(max(near, 0), bars.end - 1)

    def moved(self, index: int, tick: int) -> HitPoint:
        """A hit at another tick; its time code stays fixed."""
        return self.hits[index].model_copy(update={"bar": round(self.state.bars.bar(tick), 6)})

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        if self.ending_place().contains(position):
            return ending_menu(self)
        index = self.hit_at(position)
        if index is not None:
            self.choose(index)
            return hit_menu(self, index)
        tick = min(max(self.tick(position.x()), 0), self.state.bars.end - 1)
        return free_menu(self, self.snapped(tick, Qt.KeyboardModifier.NoModifier))

    def act(self, desk: StripDesk, key: int, held: Modifiers) -> Callable[[], object] | None:
        chosen = self.chosen
        if chosen is None or held:
            return None
        if key in _DELETES:
            return lambda: self.hit_removed.emit(chosen)
        if key in _EDITS:
            return lambda: self.sheet_requested.emit(chosen)
        return None

    def choose(self, index: int | None) -> None:
        if index != self.chosen:
            self.chosen = index
            self.appearance_changed.emit()

    def leave(self) -> None:
        self.choose(None)

    def show_dragged(self, index: int, hit: HitPoint | None) -> None:
        """Show a hit where it is dragged to; None ends that."""
        dragged = None if hit is None else (index, hit)
        if dragged != self.dragged:
            self.dragged = dragged
            self.appearance_changed.emit()

    def hover(self, position: QPointF | None) -> None:
        index = None if position is None else self.hit_at(position)
        if index != self._hovered:
            self._hovered = index
            self.appearance_changed.emit()

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        if self.hit_at(position) is not None:
            return Qt.CursorShape.SizeHorCursor
        on_end = self.ending_place().contains(position)
        return Qt.CursorShape.PointingHandCursor if on_end else Qt.CursorShape.ArrowCursor

    def hint(self, position: QPointF) -> str:
        if self.ending_place().contains(position):
            return "How the cue ends: click to choose"
        index = self.hit_at(position)
        if index is None:
            return "Hit points: double-click for a new one, or M at the playhead"
        hit = self.hits[index]
        name = f"{hit.title} ({HIT_KINDS[hit.kind].lower()})" if hit.title else HIT_KINDS[hit.kind]
        fixed = f"\nFixed to the picture at {hit.timecode}" if hit.timecode else ""
        return (
            f"{name}: {self.reading(hit)}{fixed}\n"
            "Drag to move, Ctrl free of the grid, double-click to edit, Del removes"
        )
