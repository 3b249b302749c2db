"""What lies under the pointer in the roll and in the velocities, and where that is in music."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, Qt

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.roll import SHORTEST
from app.compose.timeline.state import TimelineState
from app.compose.timeline.velocity import unit_of
from engine.score import Note

_EDGE = 6.0
_STEM_REACH = 6.0
Modifiers = Qt.KeyboardModifier


class Part(Enum):
    """Where a note was grabbed."""

    START = "start"
    BODY = "body"
    END = "end"


def note_at(state: TimelineState, position: QPointF) -> Note | None:
    """The note under the pointer; a chosen one first, else the one that began last."""
    row = state.row("roll")
    if position.x() < GUTTER or not row.top <= position.y() < row.bottom:
        return None
    tick, pitch = tick_at(state, position), pitch_at(state, position)
    shortest = SHORTEST / state.time.zoom
    found = None
    for note in state.notes.between(tick - shortest, tick + 1):
        inside = note.onset <= tick < note.onset + max(note.duration, shortest)
        if note.pitch == pitch and inside and (found is None or note.onset >= found.onset):
            if note in state.chosen:
                return note
            found = note
    return found


def part_at(state: TimelineState, note: Note, position: QPointF) -> Part:
    """Which part of a note is under the pointer; a short note keeps a body to hold."""
    left = GUTTER + state.time.x(note.onset)
    width = note.duration * state.time.zoom
    edge = min(_EDGE, width / 4)
    if position.x() >= left + width - edge:
        return Part.END
    return Part.START if position.x() < left + edge and width >= 2 * _EDGE else Part.BODY


def stem_at(state: TimelineState, position: QPointF) -> Note | None:
    """The note whose velocity stem is under the pointer: chosen ones first, then the nearest."""
    row = state.row("velocity")
    if position.x() < GUTTER or not row.top <= position.y() < row.bottom:
        return None
    tick, reach = tick_at(state, position), _STEM_REACH / state.time.zoom
    unit = unit_of(row.height)
    near = [
        note
        for note in state.notes.between(tick - reach, tick + reach)
        if abs(note.onset - tick) <= reach
    ]
    near = [note for note in near if note in state.chosen] or near

    def distance(note: Note) -> tuple[float, float]:
        away = abs(note.onset - tick) * state.time.zoom
        return round(away / 3), abs(row.bottom - unit * note.velocity - position.y())

    return min(near, key=distance, default=None)


def tick_at(state: TimelineState, position: QPointF) -> float:
    return state.time.tick(position.x() - GUTTER)


def pitch_at(state: TimelineState, position: QPointF) -> int:
    return state.pitch.pitch(position.y() - state.row("roll").top)


def snapped(state: TimelineState, tick: float, modifiers: Modifiers) -> int:
    """A tick on the chosen grid, or where it is while Ctrl is held; within the cue."""
    free = bool(modifiers & Modifiers.ControlModifier)
    placed = round(tick) if free else state.snap.nearest(state.bars, tick)
    return min(max(placed, state.bars.begin), state.bars.end)


def nearest_note(state: TimelineState, tick: float, pitch: int) -> Note | None:
    """The note nearest to a place, of those within two bars: a semitone weighs as a beat."""
    beat = state.bars.metres[state.bars.index(tick)].beat_ticks
    reach = 8 * beat
    near = state.notes.between(tick - reach, tick + reach)
    return min(
        near,
        key=lambda note: abs(note.pitch - pitch) + abs(note.onset - tick) / beat,
        default=None,
    )
