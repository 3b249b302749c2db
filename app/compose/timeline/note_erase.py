"""Erasing: every note that the pointer comes over goes, all of them in one step."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.note_places import note_at
from engine.score import Note

_STRIDE = 3.0


class NoteErase:
    """Wipes over notes."""

    def __init__(self, desk: Desk, position: QPointF) -> None:
        self._desk = desk
        self._last = position
        self._gone: set[Note] = set()
        self._wipe(position)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        way = position - self._last
        steps = max(int(way.manhattanLength() / _STRIDE), 1)
        for step in range(1, steps + 1):
            self._wipe(self._last + way * (step / steps))
        self._last = position

    def _wipe(self, position: QPointF) -> None:
        note = note_at(self._desk.state, position)
        if note is not None and note not in self._gone:
            self._gone.add(note)
            self._desk.show_notes(self._gone, ())

    def finish(self) -> None:
        if self._gone:
            self._desk.edit_notes("delete", sorted(self._gone), ())

    def cancel(self) -> None:
        self._desk.show_notes((), ())
