"""A drag of a tempo point: up and down for the tempo, sideways along the beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from app.compose.timeline.gestures import THRESHOLD, Modifiers
from engine.project.cue_marks import TempoMark

if TYPE_CHECKING:
    from app.compose.timeline.tempo_strip import TempoStrip

_SLOWEST, _FASTEST = 20.0, 300.0


class TempoDrag:
    """Moves a point; the first one stays at bar 1. Shift is a tenth as coarse."""

    def __init__(self, strip: TempoStrip, mark: TempoMark, position: QPointF) -> None:
        self._strip, self._mark, self._start = strip, mark, position
        self._sideways = False
        self._now: tuple[float, float] | None = None

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        strip, way = self._strip, position - self._start
        if self._now is None and max(abs(way.x()), abs(way.y())) < THRESHOLD:
            return
        self._sideways = self._sideways or abs(way.x()) >= 2 * THRESHOLD
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        step = strip.scale.a_pixel(strip.height) * (0.1 if fine else 1.0)
        bpm = self._mark.bpm - way.y() * step
        bpm = round(min(max(bpm, _SLOWEST), _FASTEST), 1 if fine else 0)
        bar = self._mark.bar
        if self._sideways and self._mark.bar > 1:
            held = QPointF(strip.place(self._mark).x() + way.x(), position.y())
            bar = max(strip.bar_at(held, modifiers), 1.0)
        self._now = (bar, bpm)
        strip.dragging = True
        strip.moved.emit(self._mark.bar, bar, bpm)

    def finish(self) -> None:
        self._strip.dragging = False
        if self._now is not None:
            self._strip.committed.emit(self._mark.bar, *self._now)
        self._strip.rescale()

    def cancel(self) -> None:
        self._strip.dragging = False
        if self._now is not None:
            self._strip.restored.emit()
        self._strip.rescale()
