"""The edit of a take's notes: what goes, what comes, and the file that will hold the outcome.

A take's file is written once and never again, so an edited take names a new file; undoing the
edit names the old one. Notes are told apart by onset, pitch and voice, which no two notes of one
take share. Every tool of the piano roll comes down to this one edit.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from engine.errors import PsychoscoreError
from engine.midi.overlaps import cut_overlaps
from engine.midi.reading import MAXIMUM_BARS
from engine.project.cue_marks import TakeId, TakeLabel
from engine.project.state import ProjectState
from engine.project.take_edits import TakeEdit
from engine.score import Metre, Note, Voice
from engine.take import Take

FARTHEST_TICK = 30_000_000
_MOST_NOTES = 200_000
_STEM = 40

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


class EditNotes(TakeEdit):
    """Take notes out of a take and put others in.

    `file` is the stem of the file that will hold the take, `edits` how often it has then been
    edited by hand.
    """

    kind: Literal["edit_notes"] = "edit_notes"
    act: NoteAct
    removed: tuple[NotePlace, ...] = Field(default=(), max_length=_MOST_NOTES)
    added: tuple[NoteRow, ...] = Field(default=(), max_length=_MOST_NOTES)
    file: TakeId
    edits: Annotated[int, Field(ge=1)]

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
        edits = music_of(state, cue, take).provenance.edits + 1
        return cls(
            cue=cue,
            take=take,
            act=act,
            removed=tuple(note_place(note) for note in removed),
            added=tuple(note_row(note) for note in added),
            file=edited_stem(take, edits),
            edits=edits,
        )

    @property
    def text(self) -> str:
        return _TEXTS[self.act]

    def relabelled(self, label: TakeLabel) -> TakeLabel:
        return label.model_copy(update={"file": self.file})

    def apply(self, state: ProjectState) -> ProjectState:
        take = music_of(state, self.cue, self.take)
        notes = changed_notes(take.score.notes, self.removed, [_note(row) for row in self.added])
        metres = _reaching(take.score.metres, max((note.onset for note in notes), default=0))
        edited = Take(
            replace(take.score, notes=notes, metres=metres),
            # The match was heard of other notes.
            replace(take.provenance, edits=self.edits, match=None),
        )
        return super().apply(state).with_take(self.cue, self.take, edited)


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


def edited_stem(take_id: str, edits: int) -> str:
    """A file stem for a take that was edited so often; no other has it."""
    return f"{take_id[:_STEM]}-edit{edits}-{uuid.uuid4().hex[:6]}"


def is_version_of(stem: str, take_id: str) -> bool:
    """Whether a file of this stem holds an edited version of a take."""
    return stem.startswith(f"{take_id[:_STEM]}-edit")


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


def music_of(state: ProjectState, cue_id: str, take_id: str) -> Take:
    """The take that is to be edited.

    Raises:
        PsychoscoreError: it is gone, or its file has no music.
    """
    cue = state.cue(cue_id)
    take = state.take(cue_id, take_id)
    if cue.label(take_id) is None:
        raise PsychoscoreError(f"Cue {cue.number} has no take {take_id} any more.")
    if take is None:
        raise PsychoscoreError("The file of this take is missing or broken: it has no notes.")
    return take
