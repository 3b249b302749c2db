"""Paints the keyboard in the gutter, with the C names and the keys that sound."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.compose.timeline.geometry import KEYS, PITCHES
from app.compose.timeline.roll import BLACK_KEYS
from app.compose.timeline.state import TimelineState
from app.theme import tokens
from app.theme.colours import mixed
from app.theme.fonts import font
from engine.score import pitch_name

_WHITE = QColor("#D5D8E0")
_BLACK = QColor("#17191F")
_GAP = mixed("#D5D8E0", tokens.BG0, 0.35)
_NAME = QColor("#4A4F5C")
BLACK_LENGTH = 27


class KeyboardPainter:
    """Paints the keys of the visible pitches."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._font = font(tokens.AXIS)

    def paint(self, painter: QPainter, world: QRectF) -> None:
        """Paint the silent keys of a world rectangle."""
        painter.fillRect(world, _WHITE)
        for pitch in reversed(self._pitches(world)):
            self._paint_key(painter, pitch, world, lit=False)

    def paint_sounding(self, painter: QPainter, rect: QRect) -> None:
        """Paint the keys that sound over the silent ones; `rect` is the keyboard's place."""
        pitches = self._state.sounding
        if not pitches:
            return
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        scroll = self._state.pitch.scroll
        painter.translate(rect.x(), rect.y() - scroll)
        world = QRectF(0, scroll, rect.width(), rect.height())
        for pitch in sorted(pitches, key=lambda pitch: pitch % 12 in BLACK_KEYS):
            self._paint_key(painter, pitch, world, lit=True)
            for beside in (pitch - 1, pitch + 1):
                black = 0 <= beside < PITCHES and beside % 12 in BLACK_KEYS
                if black and beside not in pitches:
                    self._paint_key(painter, beside, world, lit=False)
        painter.restore()

    def _pitches(self, world: QRectF) -> range:
        key = self._state.pitch.key
        highest = min(PITCHES - 1 - int(world.top() // key) + 2, PITCHES - 1)
        return range(max(PITCHES - 1 - int(world.bottom() // key) - 2, 0), highest + 1)

    def _paint_key(self, painter: QPainter, pitch: int, world: QRectF, *, lit: bool) -> None:
        key, top, step = self._state.pitch.key, self._state.pitch.world(pitch), pitch % 12
        if step in BLACK_KEYS:
            colour = QColor(tokens.ACCENT) if lit else _BLACK
            painter.fillRect(QRectF(0, top, BLACK_LENGTH, key), colour)
            return
        above = top - (key / 2 if (pitch + 1) % 12 in BLACK_KEYS else 0)
        below = top + key + (key / 2 if (pitch - 1) % 12 in BLACK_KEYS else 0)
        if lit:
            white = QRectF(0, above, KEYS, below - above - 1)
            painter.fillRect(white, QColor(tokens.ACCENT))
        if key >= 6.0 or step == 0:
            painter.fillRect(QRectF(0, round(below) - 1, KEYS, 1), _GAP)
        if step == 0:
            painter.setFont(self._font)
            painter.setPen(QColor(tokens.ON_ACCENT) if lit else _NAME)
            box = QRectF(BLACK_LENGTH, below - 12, KEYS - BLACK_LENGTH - 2, 11)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, pitch_name(pitch))
