"""Paints what belongs to the hand over the notes: chosen ones, those in a drag, the frame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.compose.timeline.geometry import Row
from app.compose.timeline.note_colours import NoteColours
from app.compose.timeline.roll import note_rect, paint_rounded
from app.compose.timeline.state import TimelineState
from app.compose.timeline.velocity import stem_rect
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.score import Note, pitch_name

_GLOW = translucent(tokens.WHITE, 0.30)
_FRAME = translucent(tokens.WHITE, 0.07)
_FRAME_EDGE = translucent(tokens.WHITE, 0.55)
# Outlines of more notes than this are drawn without smoothing, which is ten times faster.
_SMOOTH = 200
_NAMED = 12


class NoteOverlayPainter:
    """Paints over the roll and over the velocities, in widget pixels."""

    def __init__(self, state: TimelineState, colours: NoteColours) -> None:
        self._state = state
        self._colours = colours
        self._name = font(tokens.SMALL_STRONG)

    def paint(self, painter: QPainter, area: QRect, row: Row) -> None:
        """Paint over the time area `area` of the roll or of the velocities."""
        part = painter.clipBoundingRect()
        chosen = self._seen_of_chosen(area, part)
        if row.name == "velocity":
            self._paint_stems(painter, area, part, chosen)
            return
        origin = self._origin(area)
        self._paint_chosen(painter, origin, chosen)
        self._paint_placed(painter, origin, part)
        self._paint_cut(painter, origin)
        if self._state.marquee is not None:
            frame = self._state.marquee.translated(origin)
            painter.fillRect(frame, _FRAME)
            painter.setPen(_FRAME_EDGE)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))

    def _origin(self, area: QRect) -> QPointF:
        state = self._state
        return QPointF(area.x() - state.time.scroll, area.y() - state.pitch.scroll)

    def _seen_of_chosen(self, area: QRect, part: QRectF) -> list[Note]:
        state = self._state
        if not state.chosen:
            return []
        first = state.time.tick(part.left() - area.x() - 4)
        last = state.time.tick(part.right() - area.x() + 4)
        return [
            note
            for note in state.notes.between(first, last)
            if note in state.chosen and note not in state.lifted
        ]

    def _paint_chosen(self, painter: QPainter, origin: QPointF, notes: list[Note]) -> None:
        rects = [note_rect(note, self._state).translated(origin) for note in notes]
        if rects:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_GLOW)
            _fill(painter, rects)
            _outline(painter, rects)

    def _paint_placed(self, painter: QPainter, origin: QPointF, part: QRectF) -> None:
        seen = [
            (note, rect)
            for note in self._seen_of_placed(origin, part)
            if (rect := note_rect(note, self._state).translated(origin)).intersects(part)
        ]
        by_colour: defaultdict[int, list[QRectF]] = defaultdict(list)
        for note, rect in seen:
            by_colour[self._colours.key(note)].append(rect)
        painter.setPen(Qt.PenStyle.NoPen)
        for key, rects in by_colour.items():
            painter.setBrush(self._colours.made(key).lighter(118))
            _fill(painter, rects)
        if seen:
            _outline(painter, [rect for _, rect in seen])
        if len(seen) <= _NAMED and self._state.pitch.key >= 6.0:
            standing = {(note.onset, note.pitch) for note in self._state.lifted}
            moved = [each for each in seen if (each[0].onset, each[0].pitch) not in standing]
            self._paint_names(painter, moved)

    def _paint_cut(self, painter: QPainter, origin: QPointF) -> None:
        note, cut = self._state.hovered_note, self._state.cut
        if note is not None and cut is not None:
            rect = note_rect(note, self._state).translated(origin)
            x = round(origin.x() + cut * self._state.time.zoom)
            line = QRectF(x - 0.5, rect.top() - 3, 2.0, rect.height() + 6)
            painter.fillRect(line, QColor(tokens.WHITE))

    def _paint_names(self, painter: QPainter, seen: Iterable[tuple[Note, QRectF]]) -> None:
        painter.setFont(self._name)
        for note, rect in seen:
            painter.setPen(QColor(tokens.TEXT1))
            painter.drawText(QPointF(rect.x() + 1, rect.y() - 4), pitch_name(note.pitch))

    def _seen_of_placed(self, origin: QPointF, part: QRectF) -> list[Note]:
        zoom = self._state.time.zoom
        first = (part.left() - origin.x() - 4) / zoom
        last = (part.right() - origin.x() + 4) / zoom
        return [
            note
            for note in self._state.placed
            if note.onset < last and note.onset + note.duration > first
        ]

    def _paint_stems(
        self, painter: QPainter, area: QRect, part: QRectF, chosen: list[Note]
    ) -> None:
        state = self._state
        painter.setPen(Qt.PenStyle.NoPen)
        origin = QPointF(area.x() - state.time.scroll, area.y())
        tips: list[QRectF] = []
        by_colour: defaultdict[int, list[QRectF]] = defaultdict(list)
        for note in (*chosen, *self._seen_of_placed(origin, part)):
            stem = stem_rect(note, state, area.height()).translated(origin)
            by_colour[self._colours.key(note)].append(stem)
            tips.append(QRectF(stem.x() - 1, stem.y() - 1, stem.width() + 2, 3))
        for key, stems in by_colour.items():
            painter.setBrush(self._colours.made(key))
            painter.drawRects(stems)
        painter.setBrush(QColor(tokens.WHITE))
        painter.drawRects(tips)
        if len(state.placed) == 1 and state.lifted:
            self._paint_velocity(painter, area, state.placed[0])

    def _paint_velocity(self, painter: QPainter, area: QRect, note: Note) -> None:
        stem = stem_rect(note, self._state, area.height())
        x = area.x() - self._state.time.scroll + stem.right() + 5
        y = min(max(area.y() + stem.y() + 4, area.y() + 11.0), float(area.bottom() - 3))
        painter.setFont(self._name)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(QPointF(x, y), str(note.velocity))


def _fill(painter: QPainter, rects: list[QRectF]) -> None:
    if len(rects) <= _SMOOTH:
        paint_rounded(painter, rects)
    else:
        painter.drawRects(rects)


def _outline(painter: QPainter, rects: list[QRectF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    smooth = len(rects) <= _SMOOTH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    painter.setPen(QPen(QColor(tokens.WHITE), 1.2 if smooth else 1.0))
    if smooth:
        for rect in rects:
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), 2.5, 2.5)
    else:
        painter.drawRects(rects)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
