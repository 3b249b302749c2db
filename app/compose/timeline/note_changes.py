"""What can be done to notes: pure functions from notes to notes, and the change as a value.

Times are kept within the cue, pitches within MIDI, so that a group moves as far as its first or
last note can go. Nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.compose.timeline.bars import BarGrid
from app.compose.timeline.snapping import Snap
from engine.project.note_edits import NoteAct
from engine.score import Note, Voice

SHORTEST_TICKS = 15
LOUDEST = 127


@dataclass(frozen=True, slots=True)
class NoteChange:
    """One step of editing: which notes go and which come."""

    act: NoteAct
    removed: tuple[Note, ...] = ()
    added: tuple[Note, ...] = ()


def moved(notes: Sequence[Note], ticks: int, pitches: int, end: int, begin: int = 0) -> list[Note]:
    """Notes shifted together, as far as the cue and the keyboard reach."""
    if not notes:
        return []
    onsets = [note.onset for note in notes]
    heights = [note.pitch for note in notes]
    ticks = max(min(ticks, end - 1 - max(onsets)), min(begin - min(onsets), 0))
    pitches = max(min(pitches, 127 - max(heights)), -min(heights))
    # Built by hand: a drag of ten thousand notes makes as many at each step.
    return [
        Note(note.onset + ticks, note.duration, note.pitch + pitches, note.velocity, note.voice)
        for note in notes
    ]


def with_end_moved(notes: Iterable[Note], ticks: int, end: int) -> list[Note]:
    """Notes that end later or earlier; each keeps a little length."""
    return [
        replace(
            note,
            duration=max(
                min(note.duration + ticks, max(end - note.onset, note.duration)), SHORTEST_TICKS
            ),
        )
        for note in notes
    ]


def with_start_moved(notes: Iterable[Note], ticks: int) -> list[Note]:
    """Notes that begin later or earlier and end where they did."""
    placed = []
    for note in notes:
        onset = max(min(note.onset + ticks, note.end - SHORTEST_TICKS), min(0, note.onset))
        placed.append(replace(note, onset=onset, duration=note.end - onset))
    return placed


def split(notes: Iterable[Note], tick: int) -> NoteChange:
    """Cut the notes that sound at `tick` in two."""
    cut = tuple(note for note in notes if note.onset < tick < note.end)
    halves: list[Note] = []
    for note in cut:
        halves.append(replace(note, duration=tick - note.onset))
        halves.append(replace(note, onset=tick, duration=note.end - tick))
    return NoteChange("split", cut, tuple(halves))


def quantised(notes: Iterable[Note], bars: BarGrid, snap: Snap, strength: float) -> list[Note]:
    """Notes whose onsets went to the grid, or a share of the way; lengths stay."""
    placed = []
    for note in notes:
        line = min(snap.nearest(bars, note.onset), bars.end - 1)
        placed.append(replace(note, onset=note.onset + round((line - note.onset) * strength)))
    return placed


def scaled_velocity(notes: Iterable[Note], factor: float) -> list[Note]:
    """Notes that are louder or softer in proportion."""
    return [
        replace(note, velocity=min(max(round(note.velocity * factor), 1), LOUDEST))
        for note in notes
    ]


def with_voice(notes: Iterable[Note], voice: Voice) -> list[Note]:
    return [replace(note, voice=voice) for note in notes]


def repeated(notes: Sequence[Note], bars: BarGrid, snap: Snap) -> list[Note]:
    """Copies right behind the notes, as far as the cue reaches."""
    first, last = min(note.onset for note in notes), max(note.end for note in notes)
    step = snap.step(bars, first) if snap.ticks is not None else 1
    span = -(-(last - first) // step) * step
    return within([replace(note, onset=note.onset + span) for note in notes], bars.end)


def set_down(notes: Sequence[Note], tick: int, end: int) -> list[Note]:
    """Notes with the first of them at `tick`."""
    first = min(note.onset for note in notes)
    return within([replace(note, onset=note.onset - first + tick) for note in notes], end)


def within(notes: Iterable[Note], end: int) -> list[Note]:
    """The notes that begin before the end of the cue."""
    return [note for note in notes if note.onset < end]
