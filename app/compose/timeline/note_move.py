"""Dragging notes: along the grid and up and down, or a copy of them."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import THRESHOLD, Desk, Modifiers
from app.compose.timeline.note_changes import moved
from app.compose.timeline.note_places import pitch_at, tick_at
from engine.score import Note


class NoteMove:
    """Moves the chosen notes; Ctrl leaves the grid, Shift keeps the first direction, Alt copies.

    Args:
        note: the one that was grabbed, which goes to the grid; the others keep their distance.
        was_chosen: whether it was chosen before the press.
    """

    def __init__(
        self, desk: Desk, note: Note, position: QPointF, modifiers: Modifiers, *, was_chosen: bool
    ) -> None:
        self._desk = desk
        self._note = note
        self._notes = sorted(desk.state.chosen | {note})
        self._before = desk.state.chosen
        self._was_chosen = was_chosen
        self._adding = bool(modifiers & Modifiers.ShiftModifier)
        self._copying = bool(modifiers & Modifiers.AltModifier)
        self._start = position
        self._tick = tick_at(desk.state, position)
        self._pitch = pitch_at(desk.state, position)
        self._heard = note.pitch
        self._along: bool | None = None
        self._moving = False
        self._way = (0, 0)
        self._lifted = frozenset(() if self._copying else self._notes)
        self._placed = self._notes
        desk.audition(note.pitch, note.velocity)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        way = position - self._start
        if not self._moving and way.manhattanLength() < THRESHOLD:
            return
        if not self._moving:
            self._moving, self._along = True, abs(way.x()) >= abs(way.y())
        self._desk.follow_hand(position)
        state = self._desk.state
        ticks = self._ticks(tick_at(state, position) - self._tick, modifiers)
        pitches = pitch_at(state, position) - self._pitch
        if modifiers & Modifiers.ShiftModifier:
            ticks, pitches = (ticks, 0) if self._along else (0, pitches)
        if (ticks, pitches) == self._way:
            return
        self._way = (ticks, pitches)
        bars = state.bars
        self._placed = moved(self._notes, ticks, pitches, bars.end, bars.begin)
        self._desk.show_notes(self._lifted, self._placed)
        self._hear()

    def _ticks(self, way: float, modifiers: Modifiers) -> int:
        if modifiers & Modifiers.ControlModifier:
            return round(way)
        state = self._desk.state
        onset = self._note.onset + way
        # A note that lies beside the grid can still go back to where it was.
        if abs(way) * state.time.zoom < THRESHOLD:
            return 0
        return state.snap.nearest(state.bars, onset) - self._note.onset

    def _hear(self) -> None:
        pitch = self._placed[self._notes.index(self._note)].pitch
        if pitch != self._heard:
            self._heard = pitch
            self._desk.audition(pitch, self._note.velocity)

    def finish(self) -> None:
        if self._placed is not self._notes:
            if self._copying:
                self._desk.edit_notes("duplicate", (), self._placed)
            else:
                self._desk.edit_notes("move", self._notes, self._placed)
        elif self._was_chosen and not self._moving:
            only = self._before - {self._note} if self._adding else {self._note}
            self._desk.choose_notes(only)

    def cancel(self) -> None:
        self._desk.show_notes((), ())
