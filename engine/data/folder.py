"""A composer's own MIDI files as training pieces.

Files come through the one door (`engine.midi.file`), keep the bars, tempo and key that they say,
and are moved onto the token grid. Metres that the token format cannot write are taken apart into
ones that it can, or the file is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.data.grid import snap, trim
from engine.data.piece import POSITION_TICKS, Piece, Refused, Split, song_share
from engine.errors import PsychoscoreError
from engine.measuring.keys import find_key
from engine.midi.file import read_score
from engine.score import METRES, TICKS_PER_QUARTER, Metre, Note, Score, TempoMap

LICENCE = "your own files; their rights are yours to know"
VALIDATION_SHARE = 0.1
MAXIMUM_FILES = 20_000
_FEWEST_NOTES = 8


def midi_files(folder: Path) -> tuple[Path, ...]:
    """The MIDI files in a folder and those below it, sorted. Links are not followed.

    Raises:
        PsychoscoreError: the folder cannot be read, or holds none or too many.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(place) / name for name in names if name.lower().endswith((".mid", ".midi"))]
        if len(found) > MAXIMUM_FILES:
            raise PsychoscoreError(f"{folder} holds more than {MAXIMUM_FILES:,} MIDI files.")
    if not found:
        raise PsychoscoreError(f"{folder} holds no MIDI files.")
    return tuple(sorted(found))


def read_folder(folder: Path) -> Iterator[Piece | Refused]:
    """The MIDI files of a folder; each is a song of its own.

    Raises:
        PsychoscoreError: as `midi_files`.
    """
    paths = midi_files(folder)
    songs = [f"folder/{path.relative_to(folder).as_posix()}" for path in paths]
    splits = folder_splits(songs)
    for path, song in zip(paths, songs, strict=True):
        try:
            yield piece_of(read_score(path), song, splits[song])
        except PsychoscoreError as error:
            yield Refused(song, error.message)


def folder_splits(songs: Sequence[str]) -> dict[str, Split]:
    """A tenth of the songs for validation, and one at least where there are two or more."""
    kept = {song for song in songs if song_share(song) < VALIDATION_SHARE}
    if not kept and len(songs) > 1:
        kept = {min(songs, key=song_share)}
    return {song: "validation" if song in kept else "train" for song in songs}


def piece_of(score: Score, song: str, split: Split) -> Piece:
    """A score on the token grid.

    Raises:
        PsychoscoreError: it has too few notes, or a metre that cannot be written.
    """
    if len(score.notes) < _FEWEST_NOTES:
        raise PsychoscoreError(f"It has only {len(score.notes)} notes.")
    upbeat, metres = _training_bars(score)
    onsets = np.array([note.onset + upbeat for note in score.notes], dtype=np.float64)
    ends = np.array([note.end + upbeat for note in score.notes], dtype=np.float64)
    snapped = snap(onsets)
    durations = np.maximum(snap(ends) - snapped, POSITION_TICKS)
    notes = [
        Note(onset, duration, note.pitch, note.velocity, note.voice)
        for note, onset, duration in zip(
            score.notes, snapped.tolist(), durations.tolist(), strict=True
        )
    ]
    kept, bars, cut = trim(notes, metres)
    tempo_map = _moved_tempo(score.tempo_map, upbeat - cut)
    key = score.key if score.key and score.key.mode else find_key(kept)
    made = Score(kept, bars, tempo_map, key)
    tempo = 60.0 * made.end / TICKS_PER_QUARTER / tempo_map.seconds(made.end)
    moved = float(np.mean(np.abs(snapped - onsets)))
    return Piece(
        id=song,
        song=song,
        source="folder",
        score=made,
        quadrant=None,
        split=split,
        tempo=tempo,
        moved_ms=moved * 60_000.0 / (tempo * TICKS_PER_QUARTER),
    )


def _training_bars(score: Score) -> tuple[int, tuple[Metre, ...]]:
    """Ticks of the bars set before an upbeat, and all bars in metres of the token format."""
    early = min(note.onset for note in score.notes)
    first = score.metres[0]
    before = -(early // first.ticks) if early < 0 else 0
    metres: list[Metre] = []
    for metre in (*(first,) * before, *score.metres):
        found = training_metres(metre)
        if not found:
            raise PsychoscoreError(f"Bars of {metre} cannot be used for training.")
        metres += found
    return before * first.ticks, tuple(metres)


def training_metres(metre: Metre) -> tuple[Metre, ...]:
    """The bars of the token format that fill one bar of this metre; empty where none do."""
    if metre in METRES:
        return (metre,)
    compound = metre.denominator >= 8 and metre.numerator % 3 == 0
    parts = ("12/8", "6/8") if compound else ("4/4", "3/4", "5/4", "2/4")
    for part in map(Metre.parse, parts):
        if metre.ticks % part.ticks == 0:
            return (part,) * (metre.ticks // part.ticks)
    return ()


def _moved_tempo(tempo_map: TempoMap, shift: int) -> TempoMap:
    """The map with all its marks later by `shift` ticks (earlier where it is negative)."""
    later = tempo_map.marks[1:]
    marks = {tick + shift: bpm for tick, bpm in later if tick + shift > 0}
    return TempoMap(((0, tempo_map.bpm(max(0, -shift))), *sorted(marks.items())))
