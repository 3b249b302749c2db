"""Paints the whole Timeline, any rectangle of it, from tiles and overlays."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter

from app.compose.timeline.geometry import GUTTER, KEYS, LANE_ROWS, Row
from app.compose.timeline.gutter import GutterPainter
from app.compose.timeline.keeping import KeepingPainter
from app.compose.timeline.keyboard import KeyboardPainter
from app.compose.timeline.lanes import LanePainter
from app.compose.timeline.note_colours import NoteColours
from app.compose.timeline.note_index import spans
from app.compose.timeline.note_overlay import NoteOverlayPainter
from app.compose.timeline.overlay import OverlayPainter
from app.compose.timeline.plan import RANKED, WORDED
from app.compose.timeline.plan_lanes import PlanHeadPainter, RankLanePainter, WordLanePainter
from app.compose.timeline.playhead import STRIP, paint_playhead
from app.compose.timeline.roll import RollPainter
from app.compose.timeline.ruler import RulerPainter
from app.compose.timeline.state import TimelineState
from app.compose.timeline.strip import Side, Strip
from app.compose.timeline.temperature import TemperaturePainter
from app.compose.timeline.tiles import TILE, TileCache
from app.compose.timeline.velocity import VelocityPainter
from app.theme import tokens
from engine.score import Note

NOTE_ROWS = ("roll", "velocity")
# Tall, since every tile has to look at all notes of its time.
ROLL_TILE = 512
_LINE = QColor(tokens.LINE)


class Surface:
    """Row painters with their tile caches, and what is painted over them."""

    def __init__(self, state: TimelineState, colours: NoteColours) -> None:
        self._state = state
        self.gutter = GutterPainter(state)
        self._keyboard = KeyboardPainter(state)
        self._overlay = OverlayPainter(state)
        self._notes = NoteOverlayPainter(state, colours)
        self._keeping = KeepingPainter(state)
        self._keys = TileCache(self._keyboard.paint, capacity=16)
        self._tiles = {
            "ruler": TileCache(RulerPainter(state).paint),
            "roll": TileCache(RollPainter(state, colours).paint, capacity=80),
            "velocity": TileCache(VelocityPainter(state, colours).paint),
            "temperature": TileCache(TemperaturePainter(state).paint),
        }
        self.strips: list[Strip] = []
        self._plan_head = PlanHeadPainter(state)
        for name in RANKED:
            self._tiles[name] = TileCache(RankLanePainter(state, name).paint)
        for name in WORDED:
            self._tiles[name] = TileCache(WordLanePainter(state, name).paint)
        for name in LANE_ROWS:
            self._tiles[name] = TileCache(LanePainter(state, name).paint)

    @property
    def painted(self) -> int:
        """How many tiles were painted so far, for tests of the cache."""
        return sum(cache.painted for cache in self._tiles.values())

    def strip(self, name: str) -> Strip | None:
        return next((strip for strip in self.strips if strip.name == name), None)

    def strip_heights(self, side: Side) -> dict[str, int]:
        return {strip.name: strip.height for strip in self.strips if strip.side is side}

    def forget(self, rows: Iterable[str] | None = None) -> None:
        """Drop the tiles of some rows, or of all; rows without tiles are painted anew always."""
        for name in self._tiles if rows is None else rows:
            if name in self._tiles:
                self._tiles[name].clear()

    def forget_keys(self) -> None:
        self._keys.clear()

    def forget_span(self, rows: Iterable[str], first: float, last: float) -> None:
        """Drop the tiles of some rows between two ticks."""
        zoom = self._state.time.zoom
        for name in rows:
            self._tiles[name].forget(first * zoom - 4, last * zoom + 4)

    def forget_notes(self, notes: Iterable[Note]) -> None:
        """Drop the tiles of the note rows that show these notes, and no others."""
        for first, last in spans(notes):
            self.forget_span(NOTE_ROWS, first, last)

    def paint(self, painter: QPainter, part: QRect, width: int, height: int) -> None:
        """Paint what lies in `part` of a widget of `width` and `height`."""
        painter.setClipRect(part)
        for row in self._state.rows:
            band = QRect(0, row.top, width, row.height)
            if band.intersects(part):
                self._paint_row(painter, part, row, width)
        last = self._state.rows[-1].bottom
        painter.fillRect(QRect(0, last, width, max(height - last, 0)), QColor(tokens.BG1))
        x = GUTTER + self._state.time.x(self._state.playhead)
        if GUTTER - 1 <= x <= width and part.right() >= x - STRIP and part.left() <= x + STRIP:
            painter.setClipRect(part.intersected(QRect(GUTTER - STRIP // 2, 0, width, height)))
            paint_playhead(painter, x, self._state.row("ruler").bottom, last)

    def _paint_row(self, painter: QPainter, part: QRect, row: Row, width: int) -> None:
        state = self._state
        if row.name == "plan":
            self._plan_head.paint(painter, QRect(0, row.top, width, row.height))
            painter.fillRect(QRect(0, row.top, width, 1), _LINE)
            return
        area = QRect(GUTTER, row.top, width - GUTTER, row.height)
        strip = self.strip(row.name)
        if strip is not None:
            self._paint_strip(painter, part, row, area, strip)
            return
        if area.intersects(part):
            rolling = row.name == "roll"
            scroll = QPointF(state.time.scroll, state.pitch.scroll if rolling else 0.0)
            height = ROLL_TILE if rolling else row.height
            self._tiles[row.name].draw(painter, area, part, scroll, height)
            painter.setClipRect(part.intersected(area))
            self._overlay.paint(painter, area, row)
            self._keeping.paint(painter, area, row)
            if row.name in NOTE_ROWS:
                self._notes.paint(painter, area, row)
            for each in self.strips:
                each.paint_through(painter, area, row)
            painter.setClipRect(part)
        if part.left() < GUTTER:
            self._paint_gutter(painter, part, row)
        if row.top:
            painter.fillRect(QRect(0, row.top, width, 1), _LINE)

    def _paint_strip(
        self, painter: QPainter, part: QRect, row: Row, area: QRect, strip: Strip
    ) -> None:
        if area.intersects(part):
            painter.setClipRect(part.intersected(area))
            painter.fillRect(area, QColor(tokens.BG1))
            strip.paint(painter, area)
            for each in self.strips:
                if each is not strip:
                    each.paint_through(painter, area, row)
            painter.setClipRect(part)
        header = QRect(0, row.top, GUTTER, row.height)
        if header.intersects(part):
            lane = strip.side is Side.LANE
            self.gutter.paint_strip(painter, header, strip.title, lane=lane)
            painter.fillRect(QRect(GUTTER - 1, row.top, 1, row.height), _LINE)
        if row.top:
            painter.fillRect(QRect(0, row.top, area.right() + 1, 1), _LINE)

    def _paint_gutter(self, painter: QPainter, part: QRect, row: Row) -> None:
        rect = QRect(0, row.top, GUTTER, row.height)
        self.gutter.paint(painter, rect, row)
        if row.name == "roll":
            keys = QRect(GUTTER - KEYS, row.top, KEYS, row.height)
            scroll = QPointF(0.0, self._state.pitch.scroll)
            self._keys.draw(painter, keys, part, scroll, TILE)
            self._keyboard.paint_sounding(painter, keys)
        painter.fillRect(QRect(GUTTER - 1, row.top, 1, row.height), _LINE)
