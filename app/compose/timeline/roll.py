"""Paints the piano roll: rows of keys, the grid and the notes of a world rectangle."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.compose.timeline.geometry import PITCHES
from app.compose.timeline.grid import paint_grid
from app.compose.timeline.note_colours import NoteColours
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed
from engine.score import Note

BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
_BLACK_ROW = mixed(tokens.BG0, "#000000", 0.45)
_SCALE_ROW = mixed(tokens.BG0, tokens.BG2, 0.75)
_FOREIGN_ROW = mixed(tokens.BG0, "#000000", 0.6)
_ROW_LINE = mixed(tokens.BG0, tokens.LINE_SOFT, 0.5)
_OCTAVE_LINE = mixed(tokens.BG0, tokens.LINE, 0.9)
SHORTEST = 2.5


def note_rect(note: Note, state: TimelineState) -> QRectF:
    """Where a note lies in the world of the roll."""
    zoom, key = state.time.zoom, state.pitch.key
    gap = _gap(key)
    width = max(note.duration * zoom - 1.0, SHORTEST)
    return QRectF(
        note.onset * zoom + 0.5, state.pitch.world(note.pitch) + gap, width, key - 2 * gap
    )


class RollPainter:
    """Paints any rectangle of the roll."""

    def __init__(self, state: TimelineState, colours: NoteColours) -> None:
        self._state = state
        self._colours = colours

    def paint(self, painter: QPainter, world: QRectF) -> None:
        self._paint_keys(painter, world)
        paint_grid(painter, world, self._state, self._state.snap.ticks)
        self._paint_notes(painter, world)

    def _paint_keys(self, painter: QPainter, world: QRectF) -> None:
        scale = self._state.scale
        painter.fillRect(world, QColor(tokens.BG0) if scale is None else _SCALE_ROW)
        axis = self._state.pitch
        highest = PITCHES - 1 - int(world.top() // axis.key)
        lowest = max(PITCHES - 1 - int(world.bottom() // axis.key) - 1, 0)
        for pitch in range(min(highest, PITCHES - 1), lowest - 1, -1):
            y, step = axis.world(pitch), pitch % 12
            dim = step in BLACK_KEYS if scale is None else step not in scale
            if dim:
                row = _BLACK_ROW if scale is None else _FOREIGN_ROW
                painter.fillRect(QRectF(world.left(), y, world.width(), axis.key), row)
            elif axis.key >= 7.0:
                painter.fillRect(QRectF(world.left(), y, world.width(), 1), _ROW_LINE)
            if step == 0:
                bottom = round(y + axis.key) - 1
                painter.fillRect(QRectF(world.left(), bottom, world.width(), 1), _OCTAVE_LINE)

    def _paint_notes(self, painter: QPainter, world: QRectF) -> None:
        zoom, key_of = self._state.time.zoom, self._colours.key
        key = self._state.pitch.key
        gap = _gap(key)
        height = key - 2 * gap
        highest = PITCHES - 1 - int(world.top() // key)
        lowest = PITCHES - 1 - int(world.bottom() // key)
        first, last = (world.left() - SHORTEST) / zoom, world.right() / zoom
        lifted = self._state.lifted
        by_colour: defaultdict[int, list[QRectF]] = defaultdict(list)
        for note in self._state.notes.between(first, last + 1):
            pitch = note.pitch
            if lowest <= pitch <= highest and not (lifted and note in lifted):
                width = note.duration * zoom - 1.0
                by_colour[key_of(note)].append(
                    QRectF(
                        note.onset * zoom + 0.5,
                        (PITCHES - 1 - pitch) * key + gap,
                        width if width > SHORTEST else SHORTEST,
                        height,
                    )
                )
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, rects in by_colour.items():
            painter.setBrush(self._colours.made(colour))
            paint_rounded(painter, rects)


def _gap(key: float) -> float:
    return 1.0 if key >= 6.0 else 0.5


def paint_rounded(painter: QPainter, rects: list[QRectF]) -> None:
    """Notes of one colour: rounded where that can be seen, else plain, which is faster."""
    small = [rect for rect in rects if rect.height() < 4.0 or rect.width() < 4.0]
    if small:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawRects(small)
    if len(small) == len(rects):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for rect in rects:
        if rect.height() >= 4.0 and rect.width() >= 4.0:
            radius = min(2.0, rect.height() / 3.0)
            path.addRoundedRect(rect, radius, radius)
    painter.drawPath(path)
