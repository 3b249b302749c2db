"""A composer's own MIDI files as training pieces, exports of any DAW included.

Files come through the one door (`engine.midi.events`). Their tracks are chosen and voiced, their
bars, tempo and key are kept, and their notes are moved onto the token grid. What is left out of a
file, and why a file is refused, is said in sentences. Recordings that keep to no bars of the file
get bars of their own.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.free_time import is_free, on_own_bars
from engine.data.grid import snap, trim
from engine.data.parts import voices_of
from engine.data.piece import POSITION_TICKS, Piece, Refused, Split, song_share
from engine.data.stretches import Stretch, find_stretches, in_triplets, tempo_by_bars
from engine.data.tracks import Kind, choose, only_these, tracks_of
from engine.errors import PsychoscoreError
from engine.measuring.keys import find_key
from engine.midi.events import load_bytes, parse_events
from engine.midi.reading import interpret
from engine.score import TICKS_PER_QUARTER, Note, Score, bar_starts

LICENCE = "your own files; their rights are yours to know"
VALIDATION_SHARE = 0.1
MAXIMUM_FILES = 20_000
_FEWEST_NOTES = 8
_FEWEST_BARS = 2
# Marks of a version at the end of a name: versions of one cue are one song.
_VERSION = re.compile(
    r"[\s_.-]*(\(\d+\)|\bcopy( \d+)?|(?<![a-z])v(er(sion)?)?[ .]?\d+|\bfinal|\bbounce)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """A track of a folder: the files that have one of this name, and what it holds in them.

    Args:
        kind: `pitched`, `drums`, `click` or `keyswitches`, as in most of the files.
        instrument: its family by General MIDI in most of them, or empty.
        voice: the voice it gets in most of them, in lower case; empty where its notes are parted
            by register, or where it is left out.
    """

    name: str
    kind: str
    files: int
    notes: int
    instrument: str = ""
    voice: str = ""

    @property
    def taken(self) -> bool:
        """Whether it is taken where nobody chooses."""
        return self.kind == "pitched"


def midi_files(folder: Path) -> tuple[Path, ...]:
    """The MIDI files in a folder and those below it, sorted. Links are not followed.

    Raises:
        PsychoscoreError: the folder cannot be read, or holds none or too many.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [
            Path(place) / name
            for name in names
            # Archives from a Mac hold a stub `._name` beside each file.
            if name.lower().endswith((".mid", ".midi")) and not name.startswith("._")
        ]
        if len(found) > MAXIMUM_FILES:
            raise PsychoscoreError(f"{folder} holds more than {MAXIMUM_FILES:,} MIDI files.")
    if not found:
        raise PsychoscoreError(f"{folder} holds no MIDI files.")
    return tuple(sorted(found))


def list_tracks(folder: Path) -> tuple[TrackSummary, ...]:
    """The tracks of all files of a folder by name, those in most files first.

    Files that cannot be read are passed over.

    Raises:
        PsychoscoreError: as `midi_files`.
    """
    names: dict[str, str] = {}
    kinds: dict[str, Counter[str]] = {}
    files: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    instruments: dict[str, Counter[str]] = {}
    voices: dict[str, Counter[str]] = {}
    for path in midi_files(folder):
        try:
            tracks = tracks_of(parse_events(load_bytes(path), str(path)))
        except PsychoscoreError:
            continue
        for track in tracks:
            key = track.name.casefold()
            names.setdefault(key, track.name)
            kinds.setdefault(key, Counter())[track.kind.value] += 1
            notes[key] += len(track.music)
            instruments.setdefault(key, Counter())[track.instrument] += 1
        pitched = [track for track in tracks if track.kind is Kind.PITCHED]
        for track, voice in zip(pitched, voices_of(pitched), strict=True):
            named = "" if voice is None else voice.name.lower()
            voices.setdefault(track.name.casefold(), Counter())[named] += 1
        files.update({track.name.casefold() for track in tracks})
    return tuple(
        TrackSummary(
            names[key],
            _usual(kinds[key]),
            count,
            notes[key],
            _usual(instruments[key]),
            _usual(voices.get(key, Counter())) if _usual(kinds[key]) == Kind.PITCHED else "",
        )
        for key, count in sorted(files.items(), key=lambda each: (-each[1], each[0]))
    )


def _usual(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0] if counted else ""


def read_folder(folder: Path, tracks: Sequence[str] | None = None) -> Iterator[Piece | Refused]:
    """The MIDI files of a folder. Versions of one file are one song, copies are used once.

    Splits are dealt among the songs that can be used, by their names alone (`folder_splits`).

    Args:
        tracks: names of the tracks to take; None for all that hold music.

    Raises:
        PsychoscoreError: as `midi_files`.
    """
    held: list[Piece | Refused] = []
    used: set[str] = set()
    settled = False
    for each in _read(folder, tracks):
        held.append(each)
        if isinstance(each, Piece) and not settled:
            used.add(each.song)
            settled = 0 < len(set(filter(_is_kept, used))) < len(used)
        if settled:
            # Both splits have a song, so no later file changes where one goes.
            yield from _dealt(held)
            held.clear()
    yield from _dealt(held)


def _dealt(found: Sequence[Piece | Refused]) -> Iterator[Piece | Refused]:
    splits = folder_splits([each.song for each in found if isinstance(each, Piece)])
    for each in found:
        yield replace(each, split=splits[each.song]) if isinstance(each, Piece) else each


def _read(folder: Path, tracks: Sequence[str] | None) -> Iterator[Piece | Refused]:
    """The files of a folder in their order, all in one split as yet."""
    known: dict[bytes, str] = {}
    for path in midi_files(folder):
        each = f"folder/{path.relative_to(folder).as_posix()}"
        song = song_of(each)
        try:
            content = load_bytes(path)
            first = known.setdefault(hashlib.sha256(content).digest(), each)
            if first != each:
                raise PsychoscoreError(f"It is the same as {first.removeprefix('folder/')}.")
            yield from read_file(content, path.name, each, song, "train", tracks)
        except PsychoscoreError as error:
            yield Refused(each, error.message)


def song_of(name: str) -> str:
    """The song of a file: its name without its ending and marks of a version."""
    stem = re.sub(r"\.midi?$", "", name, flags=re.IGNORECASE)
    while (shorter := _VERSION.sub("", stem)) != stem and not shorter.endswith("/") and shorter:
        stem = shorter
    return stem


def folder_splits(songs: Sequence[str]) -> dict[str, Split]:
    """A tenth of the songs for validation, and one at least where there are two or more."""
    kept = set(filter(_is_kept, songs))
    if len(set(songs)) > 1 and len(kept) in (0, len(set(songs))):
        kept = {min(songs, key=song_share)}
    return {song: "validation" if song in kept else "train" for song in songs}


def _is_kept(song: str) -> bool:
    return song_share(song) < VALIDATION_SHARE


def read_file(
    content: bytes,
    name: str,
    id: str,
    song: str,
    split: Split,
    tracks: Sequence[str] | None = None,
) -> tuple[Piece, ...]:
    """The pieces of one file: one, or one for each stretch of bars that can be used.

    Raises:
        PsychoscoreError: it cannot be used; it says why.
    """
    events = parse_events(content, name)
    found = tracks_of(events)
    if not found:
        raise PsychoscoreError("It holds no notes.")
    chosen = choose(found, tracks)
    score = interpret(only_these(events, chosen.tracks, voices_of(chosen.tracks)), name).score
    if len(score.notes) < _FEWEST_NOTES:
        raise PsychoscoreError(f"It has only {len(score.notes)} notes.")
    if is_free(score):
        pieces: tuple[Piece, ...] = (on_own_bars(score, id, song, split),)
        own = ("Its notes keep to no bars of the file; beats were found for it.",)
        return tuple(replace(each, left_out=(*chosen.left_out, *own)) for each in pieces)
    return pieces_of(score, id, song, split, chosen.left_out)


def pieces_of(
    score: Score, id: str, song: str, split: Split, left_out: tuple[str, ...] = ()
) -> tuple[Piece, ...]:
    """The usable stretches of a score, each a piece on the token grid.

    Args:
        left_out: sentences on what is missing already.

    Raises:
        PsychoscoreError: no stretch has bars and notes enough.
    """
    score = in_triplets(_without_upbeat(score))
    stretches, strange = find_stretches(score.metres)
    pieces = [
        piece
        for stretch in stretches
        if (piece := _piece_of(score, stretch, id, song, split)) is not None
    ]
    if not pieces and strange:
        raise PsychoscoreError(f"It cannot be used for training. {' '.join(strange)}")
    if not pieces:
        raise PsychoscoreError(
            f"It is too short: a piece needs {_FEWEST_BARS} bars and {_FEWEST_NOTES} notes."
        )
    return tuple(replace(each, left_out=(*left_out, *strange)) for each in pieces)


def _without_upbeat(score: Score) -> Score:
    """The score with whole bars set before it for what lies before its first bar line."""
    early = min(note.onset for note in score.notes)
    first = score.metres[0]
    bars = -(early // first.ticks) if early < 0 else 0
    if not bars:
        return score
    shift = bars * first.ticks
    return replace(
        score,
        notes=tuple(replace(note, onset=note.onset + shift) for note in score.notes),
        metres=(first,) * bars + score.metres,
        tempo_map=replace(
            score.tempo_map,
            marks=tuple((tick + shift * (tick > 0), bpm) for tick, bpm in score.tempo_map.marks),
        ),
    )


def _piece_of(score: Score, stretch: Stretch, id: str, song: str, split: Split) -> Piece | None:
    end = stretch.start + bar_starts(stretch.metres)[-1]
    inside = [note for note in score.notes if stretch.start <= note.onset < end]
    if len(inside) < _FEWEST_NOTES:
        return None
    onsets = np.array([note.onset - stretch.start for note in inside], dtype=np.float64)
    ends = np.array([note.end - stretch.start for note in inside], dtype=np.float64)
    snapped = snap(onsets)
    durations = np.maximum(snap(ends) - snapped, POSITION_TICKS)
    notes = [
        Note(onset, duration, note.pitch, note.velocity, note.voice)
        for note, onset, duration in zip(inside, snapped.tolist(), durations.tolist(), strict=True)
    ]
    kept, bars, cut = trim(notes, stretch.metres)
    if len(bars) < _FEWEST_BARS or len(kept) < _FEWEST_NOTES:
        return None
    tempo_map = tempo_by_bars(score.tempo_map, stretch.start + cut, bars)
    key = score.key if score.key and score.key.mode else find_key(kept)
    made = Score(kept, bars, tempo_map, key)
    tempo = 60.0 * made.end / TICKS_PER_QUARTER / tempo_map.seconds(made.end)
    moved = float(np.mean(np.abs(snapped - onsets)))
    whole = stretch.first == 1 and stretch.last >= len(score.metres)
    return Piece(
        id=id if whole else f"{id}#{stretch.first}-{stretch.last}",
        song=song,
        source="folder",
        score=made,
        quadrant=None,
        split=split,
        tempo=tempo,
        moved_ms=moved * 60_000.0 / (tempo * TICKS_PER_QUARTER),
    )
