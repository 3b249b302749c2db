"""Owns the notes of a Timeline in tests, as the session does: an edit becomes a step to undo."""

from __future__ import annotations

from app.compose.timeline import Timeline
from app.compose.timeline.note_changes import NoteChange
from engine.project.note_edits import changed_notes, note_place
from engine.score import Metre, Note, TempoMap

Notes = tuple[Note, ...]


class NoteOwner:
    """Keeps the notes and every state before."""

    def __init__(self, timeline: Timeline, notes: Notes, bars: int = 8) -> None:
        self._timeline, self._bars = timeline, bars
        self.notes = tuple(sorted(notes, key=lambda n: (n.onset, n.voice, n.pitch)))
        self.before: list[Notes] = []
        self.acts: list[str] = []
        timeline.notes_edited.connect(self._edit)
        self._show()

    def undo(self) -> None:
        self.notes = self.before.pop()
        self._show()

    def _edit(self, change: NoteChange) -> None:
        self.before.append(self.notes)
        self.acts.append(change.act)
        removed = map(note_place, change.removed)
        self.notes = changed_notes(self.notes, removed, change.added)
        self._show()

    def _show(self) -> None:
        self._timeline.set_score(self.notes, (Metre(),) * self._bars, TempoMap())
