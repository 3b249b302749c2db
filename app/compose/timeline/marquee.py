"""Choosing notes with a frame that is drawn around them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.gestures import THRESHOLD, Desk, Modifiers
from app.compose.timeline.roll import note_rect
from app.compose.timeline.state import TimelineState
from engine.score import Note


class Marquee:
    """Chooses what its frame touches; Shift adds to what is chosen, a click chooses nothing."""

    def __init__(self, desk: Desk, position: QPointF, modifiers: Modifiers) -> None:
        self._desk = desk
        self._before = desk.state.chosen
        self._kept = self._before if modifiers & Modifiers.ShiftModifier else frozenset()
        self._corner = _world(desk.state, position)
        self._drawing = False

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        self._desk.follow_hand(position)
        state = self._desk.state
        other = _world(state, position)
        self._drawing = self._drawing or (other - self._corner).manhattanLength() >= THRESHOLD
        if self._drawing:
            frame = QRectF(self._corner, other).normalized()
            self._desk.show_marquee(frame)
            self._desk.choose_notes(self._kept | touched(state, frame))

    def finish(self) -> None:
        self._desk.show_marquee(None)
        if not self._drawing:
            self._desk.choose_notes(self._kept)

    def cancel(self) -> None:
        self._desk.show_marquee(None)
        self._desk.choose_notes(self._before)


def touched(state: TimelineState, frame: QRectF) -> frozenset[Note]:
    """The notes that a frame in the world of the roll touches."""
    first, last = frame.left() / state.time.zoom, frame.right() / state.time.zoom
    return frozenset(
        note
        for note in state.notes.between(first - 1, last + 1)
        if note_rect(note, state).intersects(frame)
    )


def _world(state: TimelineState, position: QPointF) -> QPointF:
    """A widget position in the world of the roll, kept beside the gutter and within the row."""
    row = state.row("roll")
    y = min(max(position.y(), float(row.top)), float(row.bottom)) - row.top
    return QPointF(max(position.x() - GUTTER, 0.0) + state.time.scroll, y + state.pitch.scroll)
