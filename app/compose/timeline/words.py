"""What the Timeline says in tooltips, by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF

from app.compose.timeline.geometry import GUTTER
from app.compose.timeline.note_places import note_at
from app.compose.timeline.plan import RANKED, WORDED, Span, lane_title
from app.compose.timeline.state import TimelineState, is_lane
from engine.measuring.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
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
        told = "Locked: composing the cue leaves these bars. " if locked else ""
        if any(first <= bar <= last for first, last in state.vamps):
            told += "Vamp: repeats in a show until GO. "
        return f"{told}Click to locate, drag to choose and loop bars, right-click for more"
    if name in RANKED or name in WORDED:
        return plan_words(state, name, tick)
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
    if name in RANKED:
        attribute = ATTRIBUTES[ATTRIBUTE_INDEX[name]]
        return (
            f"{attribute.title}: {attribute.meaning}.\n"
            "As a rank among the bars of real music, 0 to 1.\n"
            "Drag over bars to ask for something else, double-click to free a bar."
        )
    if name in WORDED:
        return f"{lane_title(name)}: planned above, measured below"
    if name == "temperature":
        return "Temperature of each bar, computed.\nWhite: what the take was drawn with."
    return ""


def plan_words(state: TimelineState, name: str, tick: float) -> str:
    """What was planned, asked and measured under the pointer."""
    index = state.bars.index(tick)
    if name in WORDED:
        told = {
            "planned": _word_at(state.plan.planned_words.get(name, ()), tick),
            "measured": _word_at(state.plan.measured_words.get(name, ()), tick),
        }
    else:
        rank = dict(state.asked.get(name, ())).get(index + 1)
        told = {
            "planned": _rank_at(state.plan.planned.get(name, ()), index),
            "asked": "" if rank is None else f"{rank:.2f}",
            "measured": _rank_at(state.plan.measured.get(name, ()), index),
        }
    known = ", ".join(f"{word} {value}" for word, value in told.items() if value)
    return f"Bar {index + 1}: {known}" if known else ""


def _word_at(spans: Iterable[Span], tick: float) -> str:
    return next((span.word for span in spans if span.start <= tick < span.end), "")


def _rank_at(ranks: Sequence[float | None], index: int) -> str:
    rank = ranks[index] if index < len(ranks) else None
    return "" if rank is None else f"{rank:.2f}"


def note_words(note: Note, state: TimelineState) -> str:
    """A note in words: pitch, place, velocity and voice."""
    if note.onset < 0:
        return (
            f"{pitch_name(note.pitch)}, {note.voice.name.lower()}, in the upbeat, "
            f"velocity {note.velocity}"
        )
    bar = state.bars.index(note.onset)
    beats = (note.onset - state.bars.starts[bar]) / state.bars.metres[bar].beat_ticks
    voice = note.voice.name.lower()
    return (
        f"{pitch_name(note.pitch)}, {voice}, bar {bar + 1} beat {beats + 1:g}, "
        f"velocity {note.velocity}"
    )
