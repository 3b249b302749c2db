"""Drawing a note: it begins where the pen is set down and grows to where it is lifted."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF

from app.compose.timeline.gestures import Desk, Modifiers
from app.compose.timeline.note_places import nearest_note, pitch_at, snapped, tick_at
from engine.score import Note, Voice

_VELOCITY = 80


class NoteDraw:
    """Draws one note; Ctrl leaves the grid. Voice and loudness follow the nearest note, unless a
    voice is set."""

    def __init__(self, desk: Desk, position: QPointF, modifiers: Modifiers) -> None:
        state = desk.state
        tick = max(tick_at(state, position), float(state.bars.begin))
        pitch = pitch_at(state, position)
        free = bool(modifiers & Modifiers.ControlModifier)
        onset = min(int(tick) if free else state.snap.below(state.bars, tick), state.bars.end - 1)
        near = nearest_note(state, tick, pitch)
        self._desk = desk
        self._step = state.snap.length(state.bars, onset)
        self._pressed = tick
        self._note = Note(
            onset,
            min(self._step, state.bars.end - onset),
            pitch,
            near.velocity if near else _VELOCITY,
            state.voice if state.voice is not None else near.voice if near else Voice.MELODY,
        )
        desk.choose_notes(())
        desk.show_notes((), (self._note,))
        desk.audition(pitch, self._note.velocity)

    def move(self, position: QPointF, modifiers: Modifiers) -> None:
        state, onset = self._desk.state, self._note.onset
        tick = tick_at(state, position)
        # Before it is drawn out the note keeps the length of the grid.
        if abs(tick - self._pressed) * state.time.zoom < 3:
            return
        end = snapped(state, tick, modifiers)
        shortest = 1 if modifiers & Modifiers.ControlModifier else min(self._step, 240)
        duration = max(end - onset, shortest)
        self._note = replace(self._note, duration=min(duration, state.bars.end - onset))
        self._desk.show_notes((), (self._note,))

    def finish(self) -> None:
        self._desk.edit_notes("draw", (), (self._note,))

    def cancel(self) -> None:
        self._desk.show_notes((), ())
