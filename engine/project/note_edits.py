"""The edit of a take's notes: what goes, what comes, and the file that will hold the outcome.

A take's file is written once and never again, so an edited take names a new file; undoing the
edit names the old one. Notes are told apart by onset, pitch and voice, which no two notes of one
take share. Every tool of the piano roll comes down to this one edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from engine.errors import PsychoscoreError
from engine.midi.overlaps import cut_overlaps
from engine.midi.reading import MAXIMUM_BARS
from engine.project.state import ProjectState
from engine.project.take_edits import MusicEdit
from engine.score import Metre, Note, Voice
from engine.take import Take

FARTHEST_TICK = 30_000_000
_MOST_NOTES = 200_000

Onset = Annotated[int, Field(ge=-FARTHEST_TICK, le=FARTHEST_TICK)]
Pitch = Annotated[int, Field(ge=0, le=127)]
VoiceId = Annotated[int, Field(ge=0, lt=len(Voice))]
NotePlace = tuple[Onset, Pitch, VoiceId]
"""Onset, pitch and voice: which note is meant."""
NoteRow = tuple[
    Onset,
    Annotated[int, Field(ge=1, le=FARTHEST_TICK)],
    Pitch,
    Annotated[int, Field(ge=1, le=127)],
    VoiceId,
]
"""Onset, duration, pitch, velocity, voice: a note as five numbers, short in JSON."""

NoteAct = Literal[
    "draw",
    "move",
    "resize",
    "delete",
    "split",
    "quantise",
    "transpose",
    "velocity",
    "duplicate",
    "cut",
    "paste",
    "voice",
]
_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "draw": "Draw Note",
        "move": "Move Notes",
        "resize": "Resize Notes",
        "delete": "Delete Notes",
        "split": "Split Notes",
        "quantise": "Quantise",
        "transpose": "Transpose",
        "velocity": "Set Velocity",
        "duplicate": "Duplicate Notes",
        "cut": "Cut Notes",
        "paste": "Paste Notes",
        "voice": "Set Voice",
    }
)


class EditNotes(MusicEdit):
    """Take notes out of a take and put others in."""

    kind: Literal["edit_notes"] = "edit_notes"
    act: NoteAct
    removed: tuple[NotePlace, ...] = Field(default=(), max_length=_MOST_NOTES)
    added: tuple[NoteRow, ...] = Field(default=(), max_length=_MOST_NOTES)

    @classmethod
    def of(
        cls,
        state: ProjectState,
        cue: str,
        take: str,
        act: NoteAct,
        removed: Iterable[Note],
        added: Iterable[Note],
    ) -> EditNotes:
        """The next edit of a take as the project has it now.

        Raises:
            PsychoscoreError: the take has no music.
        """
        return cls(
            **cls.place(state, cue, take),
            act=act,
            removed=tuple(note_place(note) for note in removed),
            added=tuple(note_row(note) for note in added),
        )

    @property
    def text(self) -> str:
        return _TEXTS[self.act]

    def edited(self, take: Take) -> Take:
        notes = changed_notes(take.score.notes, self.removed, [_note(row) for row in self.added])
        metres = _reaching(take.score.metres, max((note.onset for note in notes), default=0))
        # The match was heard of other notes.
        told = replace(take.provenance, match=None)
        return Take(replace(take.score, notes=notes, metres=metres), told)


def changed_notes(
    notes: Sequence[Note], removed: Iterable[NotePlace], added: Iterable[Note]
) -> tuple[Note, ...]:
    """Notes without some and with others, sorted, and without overlaps of one pitch.

    An added note takes the place of one that begins with it on its pitch; else what sounds ends
    where its pitch is struck again, as in the file.
    """
    gone, placed = set(removed), list(added)
    struck = {(note.onset, note.pitch) for note in placed}
    pitches = {note.pitch for note in placed}
    standing: list[Note] = []
    touched: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if (note.onset, note.pitch, int(note.voice)) in gone:
            continue
        if note.pitch not in pitches:
            standing.append(note)
        elif (note.onset, note.pitch) not in struck:
            touched[note.pitch].append(note)
    for note in placed:
        touched[note.pitch].append(note)
    for settled in touched.values():
        standing += cut_overlaps(settled)
    return tuple(sorted(standing, key=lambda note: (note.onset, note.voice, note.pitch)))


def note_place(note: Note) -> NotePlace:
    return note.onset, note.pitch, int(note.voice)


def note_row(note: Note) -> NoteRow:
    return note.onset, note.duration, note.pitch, note.velocity, int(note.voice)


def _reaching(metres: tuple[Metre, ...], onset: int) -> tuple[Metre, ...]:
    """The bars of a take, and as many more like its last as the last onset needs: a file has bars
    wherever it has notes, so the take would come back with them."""
    last, end = metres[-1] if metres else Metre(), sum(metre.ticks for metre in metres)
    more = max(0, -((end - onset - 1) // last.ticks)) if onset >= end else 0
    if more and len(metres) + more > MAXIMUM_BARS:
        raise PsychoscoreError(f"A take has at most {MAXIMUM_BARS:,} bars.")
    return (*metres, *(last,) * more)


def _note(row: NoteRow) -> Note:
    onset, duration, pitch, velocity, voice = row
    return Note(onset, duration, pitch, velocity, Voice(voice))
