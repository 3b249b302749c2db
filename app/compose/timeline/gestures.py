"""Drags of the pointer, one small class each: moved, finished, or cancelled by Esc.

A gesture works on a `Desk`, the part of the Timeline that it may touch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.plan import Ranks
from app.compose.timeline.state import Loop, TimelineState
from engine.lanes import Lane
from engine.project.note_edits import NoteAct
from engine.score import Note

Modifiers = Qt.KeyboardModifier
THRESHOLD = 4.0


class Desk(Protocol):
    """What gestures may do to the Timeline."""

    @property
    def state(self) -> TimelineState: ...
    def scroll_by(self, x: float, y: float) -> None: ...
    def follow_hand(self, position: QPointF) -> None: ...
    def locate(self, tick: int) -> None: ...
    def show_loop(self, loop: Loop | None) -> None: ...
    def change_loop(self, loop: Loop | None) -> None: ...
    def audition(self, pitch: int, velocity: int = 90) -> None: ...
    def choose_notes(self, notes: Iterable[Note]) -> None: ...
    def show_notes(self, lifted: Iterable[Note], placed: Iterable[Note]) -> None: ...
    def show_marquee(self, frame: QRectF | None) -> None: ...
    def edit_notes(self, act: NoteAct, removed: Iterable[Note], added: Iterable[Note]) -> None: ...
    def show_lane(self, name: str, lane: Lane | None) -> None: ...
    def commit_lane(self, name: str, lane: Lane | None) -> None: ...
    def restore_lane(self, name: str, lane: Lane | None) -> None: ...
    def show_asked(self, name: str, ranks: Ranks) -> None: ...
    def commit_asked(self, name: str, ranks: Ranks) -> None: ...
    def choose_point(self, name: str, index: int | None) -> None: ...
    def choose_points(self, name: str, indices: Collection[int]) -> None: ...


class Gesture(Protocol):
    """A drag in progress; positions are in widget pixels."""

    def move(self, position: QPointF, modifiers: Modifiers) -> None: ...
    def finish(self) -> None: ...
    def cancel(self) -> None: ...


class Pan:
    """Moves the view with the pointer, in time and in pitch."""

    def __init__(self, desk: Desk, position: QPointF) -> None:
        self._desk = desk
        self._last = position

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        self._desk.scroll_by(self._last.x() - position.x(), self._last.y() - position.y())
        self._last = position

    def finish(self) -> None:
        return

    def cancel(self) -> None:
        return


class RulerDrag:
    """On the ruler: a click locates, a drag spans the loop; Ctrl leaves the grid.

    Args:
        anchor: the loop's other end when one end of it was grabbed, else None.
    """

    def __init__(
        self, desk: Desk, position: QPointF, modifiers: Modifiers, anchor: int | None = None
    ) -> None:
        self._desk = desk
        self._start = position
        self._before = desk.state.loop
        self._dragging = anchor is not None
        self._clicked = snapped_tick(desk.state, position, modifiers)
        self._anchor = self._clicked if anchor is None else anchor
        self._loop = self._before

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        if not self._dragging and abs(position.x() - self._start.x()) < THRESHOLD:
            return
        self._dragging = True
        other = snapped_tick(self._desk.state, position, modifiers)
        if other != self._anchor:
            self._loop = (min(self._anchor, other), max(self._anchor, other))
            self._desk.show_loop(self._loop)

    def finish(self) -> None:
        if not self._dragging:
            self._desk.locate(self._clicked)
        elif self._loop != self._before:
            self._desk.change_loop(self._loop)

    def cancel(self) -> None:
        self._desk.show_loop(self._before)


class Glissando:
    """Plays each key that the pointer comes to."""

    def __init__(self, desk: Desk, position: QPointF) -> None:
        self._desk = desk
        self._pitch = -1
        self.move(position, Qt.KeyboardModifier.NoModifier)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        state = self._desk.state
        pitch = state.pitch.pitch(position.y() - state.row("roll").top)
        if pitch != self._pitch:
            self._pitch = pitch
            self._desk.audition(pitch)

    def finish(self) -> None:
        return

    def cancel(self) -> None:
        return


def snapped_tick(state: TimelineState, position: QPointF, modifiers: Modifiers) -> int:
    """The tick under the pointer, on the grid unless Ctrl is held, within the cue."""
    tick = state.time.tick(position.x() - GUTTER)
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return int(min(max(round(tick), state.bars.begin), state.bars.end))
    return state.bars.snapped(tick, state.time.zoom)
