"""POP909: 909 pop songs with tracks MELODY, BRIDGE, PIANO and annotated beats, chords and keys.

Owns the layout of that archive and the reading of its bars. A bar starts where the third column
of `beat_midi.txt` is 1; the time signatures inside the .mid files are wrong and ignored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.data.archive import Archive, open_archive
from engine.data.beatmap import BeatMap, Beats, parse_beats
from engine.data.grid import Floats, Performance, lay_out, merge, parse_performances, snap, trim
from engine.data.piece import Chord, Piece, Refused, Split, song_share
from engine.errors import PsychoscoreError
from engine.score import Key, Note, Score, TempoMap, Voice

LICENCE = "MIT (the data; the songs under the arrangements have owners)"
VALIDATION_SHARE = 0.05
_MEMBER = re.compile(r"(?:^|/)(\d{3})/\1\.mid$")
_VOICES = {"MELODY": Voice.MELODY, "BRIDGE": Voice.INNER, "PIANO": Voice.ACCOMPANIMENT}


def read_pop909(path: Path) -> Iterator[Piece | Refused]:
    """The songs of a POP909 zip in the order of their numbers.

    Raises:
        PsychoscoreError: the file is no zip, or holds no song of POP909.
    """
    with open_archive(path) as archive:
        found = [(match[1], name) for name in archive.names if (match := _MEMBER.search(name))]
        if not found:
            raise PsychoscoreError(f"{path} holds no songs of POP909.")
        for song, name in sorted(found):
            try:
                yield read_song(archive, name, song)
            except PsychoscoreError as error:
                yield Refused(f"pop909/{song}", error.message)


def read_played(path: Path, split: Split) -> Iterator[tuple[str, Performance, Beats]]:
    """The songs of a split as they are played, all tracks as one, with their annotated beats.

    Damaged songs are passed over.

    Raises:
        PsychoscoreError: the file is no zip.
    """
    with open_archive(path) as archive:
        found = [(match[1], name) for name in archive.names if (match := _MEMBER.search(name))]
        for song, name in sorted(found):
            if pop909_split(f"pop909/{song}") != split:
                continue
            try:
                tracks = parse_performances(archive.read(name))
                beats = parse_beats(_text(archive, f"{name.rpartition('/')[0]}/beat_midi.txt"))
                yield song, merge([track for _, track in tracks]), beats
            except PsychoscoreError:
                continue


def pop909_split(song: str) -> Split:
    """`validation` for a fixed 5 % of the songs, else `train`."""
    return "validation" if song_share(song) < VALIDATION_SHARE else "train"


def read_song(archive: Archive, name: str, song: str) -> Piece:
    """One song. `name` is its .mid member; the annotations lie beside it.

    Raises:
        PsychoscoreError: a part is missing, damaged or without notes.
    """
    folder = name.rpartition("/")[0]
    tracks = dict(parse_performances(archive.read(name)))
    performances = {voice: tracks[key] for key, voice in _VOICES.items() if key in tracks}
    onsets = [each.onsets for each in performances.values() if len(each)]
    if not onsets:
        raise PsychoscoreError("It has no notes in the tracks MELODY, BRIDGE and PIANO.")
    beats = parse_beats(_text(archive, f"{folder}/beat_midi.txt"))
    bars = beats.map(np.concatenate(onsets))
    notes, moved = _notes(performances, bars)
    kept, metres, shift = trim(notes, bars.metres)
    key = parse_key(_text(archive, f"{folder}/key_audio.txt"))
    chords = parse_chords(_text(archive, f"{folder}/chord_midi.txt"), bars, shift)
    score = Score(kept, metres, TempoMap(((0, bars.tempo),)), key)
    return Piece(
        id=f"pop909/{song}",
        song=f"pop909/{song}",
        source="pop909",
        score=score,
        quadrant=None,
        split=pop909_split(f"pop909/{song}"),
        tempo=bars.tempo,
        chords=tuple(chord for chord in chords if chord.start < score.end),
        moved_ms=float(np.mean(moved)) * 60_000.0 / (bars.tempo * 480.0),
    )


def _notes(performances: dict[Voice, Performance], bars: BeatMap) -> tuple[list[Note], Floats]:
    notes: list[Note] = []
    moved: list[Floats] = []
    for voice, performance in performances.items():
        laid, distances = lay_out(performance, bars.ticks, voice)
        notes += split_bass(laid) if voice is Voice.ACCOMPANIMENT else laid
        moved.append(distances)
    return notes, np.concatenate(moved)


def split_bass(notes: list[Note]) -> list[Note]:
    """Give the lowest piano note of each onset to the bass where it stands clear of the rest.

    With others: under middle C and at least a fifth below them. Alone: under the C below it.
    """
    by_onset: dict[int, list[Note]] = {}
    for note in notes:
        by_onset.setdefault(note.onset, []).append(note)
    voiced: list[Note] = []
    for chord in by_onset.values():
        lowest, *others = sorted(chord, key=lambda note: note.pitch)
        clear = lowest.pitch <= others[0].pitch - 7 if others else lowest.pitch < 48
        bass = lowest.pitch < 60 and clear
        voiced += [replace(lowest, voice=Voice.BASS) if bass else lowest, *others]
    return voiced


def parse_key(text: str) -> Key:
    """The key that holds longest, from lines `start end Gb:maj`.

    Raises:
        PsychoscoreError: no line names a key.
    """
    lengths: Counter[Key] = Counter()
    for line in text.splitlines():
        words = line.split()
        try:
            key = Key.parse(words[2].replace(":", " "))
            lengths[key] += round(1000 * (float(words[1]) - float(words[0])))
        except (IndexError, ValueError, OverflowError):
            continue
    if not lengths:
        raise PsychoscoreError("key_audio.txt names no key.")
    return lengths.most_common(1)[0][0]


def parse_chords(text: str, bars: BeatMap, shift: int) -> tuple[Chord, ...]:
    """Chords from lines `start end root:quality`, in ticks less `shift`; repeats are dropped."""
    chords: list[Chord] = []
    for line in text.splitlines():
        words = line.split()
        try:
            seconds, name = float(words[0]), words[2]
            root, _, quality = name.partition(":")
            tonic = None if root == "N" else Key.parse(root).tonic
        except (IndexError, ValueError):
            continue
        tick = bars.ticks(np.array([seconds]))[0]
        if not np.isfinite(tick):
            continue
        start = max(0, int(snap(np.array([tick]))[0]) - shift)
        if chords and chords[-1].start >= start:
            chords.pop()
        if not chords or (chords[-1].root, chords[-1].quality) != (tonic, quality):
            chords.append(Chord(tonic, quality, start))
    return tuple(chords)


def _text(archive: Archive, name: str) -> str:
    return archive.read(name).decode("utf-8", errors="replace")
