"""What the Timeline says in tooltips, by place."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.note_places import note_at
from app.compose.timeline.state import TimelineState, is_lane
from engine.profile import DIMENSION_BY_NAME
from engine.score import Note, pitch_name


def hint(state: TimelineState, position: QPointF) -> str:
    """The tooltip for a place; empty where none is needed."""
    name = state.row_at(position.y()).name
    if position.x() < GUTTER:
        return header_words(name)
    tick = state.time.tick(position.x() - GUTTER)
    note = note_at(state, position)
    if note is not None:
        return note_words(note, state)
    if name == "ruler":
        bar = state.bars.index(tick) + 1
        locked = any(first <= bar <= last for first, last in state.locked)
        kept = "Locked: composing the cue leaves these bars. " if locked else ""
        return f"{kept}Click to locate, drag to choose and loop bars, right-click to lock them"
    temperature = state.temperature(tick) if name == "temperature" else None
    if temperature is not None:
        return f"Bar {state.bars.index(tick) + 1}: temperature {temperature:.2f}"
    return ""


def header_words(name: str) -> str:
    """A row's meaning in everyday words, for its header."""
    if is_lane(name):
        dimension = DIMENSION_BY_NAME[name]
        return (
            f"{dimension.title}: {dimension.low_word} ({dimension.minimum:g}) to "
            f"{dimension.high_word} ({dimension.maximum:g}).\n"
            "Double-click for more height, Shift+M mutes."
        )
    if name == "temperature":
        return "Temperature of each bar, computed.\nWhite: what the take was drawn with."
    return ""


def note_words(note: Note, state: TimelineState) -> str:
    """A note in words: pitch, place, velocity and voice."""
    bar = state.bars.index(note.onset)
    beats = (note.onset - state.bars.starts[bar]) / state.bars.metres[bar].beat_ticks
    voice = note.voice.name.lower()
    return (
        f"{pitch_name(note.pitch)}, {voice}, bar {bar + 1} beat {beats + 1:g}, "
        f"velocity {note.velocity}"
    )
