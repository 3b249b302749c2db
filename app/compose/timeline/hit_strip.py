"""Hit points under the ruler: flags with a line through the roll, and how the cue ends.

A hit whose time code is fixed belongs to a frame of the picture; its flag says by how many
frames the music misses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.compose.timeline.choosing_strip import ChoosingStrip
from app.compose.timeline.geometry import Row
from app.compose.timeline.gestures import Gesture, Modifiers, RulerDrag
from app.compose.timeline.hit_drag import EndingPress, HitDrag
from app.compose.timeline.hit_menus import ending_menu, free_menu, hit_menu
from app.compose.timeline.hit_painting import (
    GLYPH,
    HEIGHT,
    paint_ending,
    paint_flags,
    paint_lines,
    paint_reading,
)
from app.compose.timeline.places import (
    beat_text,
    clock_of,
    frames_late,
    frames_text,
    frames_words,
    nearest_timecode,
)
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import THIN, StripDesk
from app.theme import tokens
from app.theme.fonts import font
from engine.picture import ENDINGS, HIT_KINDS, Ending
from engine.project.cue_marks import HitPoint

_REACH = 5.0
_ROOM = 5.0
_WIDEST = 4096.0
_DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_EDITS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_THROUGH = ("roll", "velocity", "trauma", "entropy", "rsi_real", "rsi_imaginary", "temperature")


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a hit is: its tick, and by how many frames late; None where none is fixed."""

    index: int
    tick: int
    late: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """Where a flag lies: its left edge at the moment, its right edge, and what it says."""

    index: int
    left: float
    right: float
    text: str
    missed: str


class HitStrip(ChoosingStrip):
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
        self.dragged: tuple[int, HitPoint] | None = None
        self._measured: tuple[object, list[Moment]] | None = None
        self.face, self.missed_face = font(tokens.SMALL), font(tokens.SMALL_STRONG)
        self.metrics = QFontMetricsF(self.face)
        self.missed_metrics = QFontMetricsF(self.missed_face)

    @property
    def height(self) -> int:
        return HEIGHT if self.hits or self.ending else THIN

    def set_hits(self, hits: Sequence[HitPoint], ending: Ending | None) -> None:
        """Show other hits and another ending; a chosen hit stays chosen where it moved to."""
        if (tuple(hits), ending) == (self.hits, self.ending):
            return
        before = self.height
        self.hits, self.ending = tuple(hits), ending
        self._left(len(self.hits))
        self._say(before)

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

    def moments(self) -> list[Moment]:
        """The hits that are shown, in order of time; measured anew only where they are others."""
        state, shown = self.state, self.shown
        key = (shown, state.bars, state.tempo, state.rate, state.start_timecode)
        if self._measured is None or self._measured[0] != key:
            found = [Moment(i, self.tick_of(hit), self.missed(hit)) for i, hit in enumerate(shown)]
            self._measured = key, sorted(found, key=lambda each: each.tick)
        return self._measured[1]

    def flags(self) -> list[Flag]:
        """The flags in view from left to right; names give way to the next flag."""
        shown, moments = self.shown, self.moments()
        places = [self.x(each.tick) for each in moments]
        end, right = self.ending_place().left(), self.x(0) + self.state.time.scroll + _WIDEST
        found: list[Flag] = []
        for number, (moment, left) in enumerate(zip(moments, places, strict=True)):
            if not -_WIDEST < left < right:
                continue
            limit = min([*places[number + 1 : number + 2], end]) - 3.0
            hit, late = shown[moment.index], moment.late
            missed = "" if late is None else frames_text(late)
            wide = self.missed_metrics.horizontalAdvance(missed) + 5 if missed else 0.0
            room = limit - left - GLYPH - 8 - wide
            name = hit.title or HIT_KINDS[hit.kind]
            elided = self.metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 0.0))
            text = elided if room > 12 else ""
            edge = left + GLYPH + 6 + wide + self.metrics.horizontalAdvance(text) + 3
            found.append(Flag(moment.index, left, edge, text, missed))
        return found

    def ending_place(self) -> QRectF:
        """The chip of the ending, just before the last bar line; a thin row has none."""
        row = self.row
        if self.height == THIN:
            return QRectF(self.x(self.state.bars.end), 0, 0, 0)
        top = row.top if row else 0
        wide = self.metrics.horizontalAdvance(self.ending_text) + 14
        return QRectF(self.x(self.state.bars.end) - wide - 2, top + 2, wide, HEIGHT - 4)

    @property
    def ending_text(self) -> str:
        return ENDINGS[self.ending] if self.ending else "End"

    def index_at(self, position: QPointF) -> int | None:
        """The hit whose flag a position lies on; the later one where two meet."""
        found = [f for f in self.flags() if f.left - _REACH <= position.x() <= f.right]
        return found[-1].index if found else None

    # Painting

    def paint(self, painter: QPainter, area: QRect) -> None:
        if self.height > THIN:
            paint_ending(self, painter)
        paint_flags(self, painter, area)

    def paint_through(self, painter: QPainter, area: QRect, row: Row) -> None:
        """A thin dotted line through the rows of the music; a reading where one is dragged."""
        if row.name in _THROUGH:
            paint_lines(self, painter, area)
            if self.dragged is not None and row.name == "roll":
                paint_reading(self, painter, area, self.dragged[1])

    def is_bright(self, index: int) -> bool:
        """Whether a hit is chosen or under the pointer."""
        return index in (self.chosen, self.hovered)

    def reading(self, hit: HitPoint) -> str:
        """Where a hit is: bar and beat, time code, and how far from its frame."""
        tick, late = self.tick_of(hit), self.missed(hit)
        told = [beat_text(tick, self.state.bars), nearest_timecode(clock_of(self.state), tick)]
        if late is not None:
            told.append(frames_words(late))
        return "   ".join(told)

    # Hands

    def press(self, desk: StripDesk, position: QPointF, held: Modifiers) -> Gesture | None:
        index = self.index_at(position)
        self.choose(index)
        if index is not None:
            return HitDrag(self, index, position)
        if self.ending_place().contains(position):
            return EndingPress(self, desk)
        return RulerDrag(desk, position, held)

    def double_click(self, desk: StripDesk, position: QPointF) -> bool:
        index, tick = self.index_at(position), self.tick(position.x())
        if index is not None:
            self.sheet_requested.emit(index)
        elif 0 <= tick < self.state.bars.end and not self.ending_place().contains(position):
            self.hit_added.emit(self.snapped(tick, Qt.KeyboardModifier.NoModifier))
        return True

    def snapped(self, tick: float, held: Modifiers) -> int:
        """The grid line that a hand means, a beat where finer lines have no room; Ctrl is free."""
        bars, snap, zoom = self.state.bars, self.state.snap, self.state.time.zoom
        if held & Qt.KeyboardModifier.ControlModifier:
            return min(max(round(tick), 0), bars.end - 1)
        if snap.ticks is not None and snap.step(bars, tick) * zoom < _ROOM:
            near = bars.snapped(tick, zoom)
            if 0 <= near < bars.end:
                return near
        return self.on_grid(tick)

    def on_grid(self, tick: float) -> int:
        """The nearest line of the grid of notes, within the cue."""
        bars, snap = self.state.bars, self.state.snap
        near = snap.nearest(bars, tick)
        if near >= bars.end:
            near = snap.below(bars, bars.end - 1)
        return min(max(near, 0), bars.end - 1)

    def moved(self, index: int, tick: int) -> HitPoint:
        """A hit at another tick; its time code stays fixed."""
        return self.hits[index].model_copy(update={"bar": round(self.state.bars.bar(tick), 6)})

    def menu(self, desk: StripDesk, position: QPointF) -> QMenu | None:
        if self.ending_place().contains(position):
            return ending_menu(self)
        index = self.index_at(position)
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

    def show_dragged(self, index: int, hit: HitPoint | None) -> None:
        """Show a hit where it is dragged to; None ends that."""
        dragged = None if hit is None else (index, hit)
        if dragged != self.dragged:
            self.dragged = dragged
            self.appearance_changed.emit()

    def cursor(self, position: QPointF) -> Qt.CursorShape:
        if self.index_at(position) is not None:
            return Qt.CursorShape.SizeHorCursor
        on_end = self.ending_place().contains(position)
        return Qt.CursorShape.PointingHandCursor if on_end else Qt.CursorShape.ArrowCursor

    def hint(self, position: QPointF) -> str:
        if self.ending_place().contains(position):
            return "How the cue ends: click to choose"
        index = self.index_at(position)
        if index is None:
            return (
                "Hit points: double-click for a new one, or M at the playhead\n"
                "Right-click for how the cue ends"
            )
        hit = self.hits[index]
        name = f"{hit.title} ({HIT_KINDS[hit.kind].lower()})" if hit.title else HIT_KINDS[hit.kind]
        fixed = f"\nFixed to the picture at {hit.timecode}" if hit.timecode else ""
        return (
            f"{name}: {self.reading(hit)}{fixed}\n"
            "Drag to move, Ctrl free of the grid, double-click to edit, Del removes"
        )
