"""Turning music into its parallel mode: C major to C minor and back, notes and chords alike.

Third, sixth and seventh degree change; notes foreign to the scale stay. The seventh of a
dominant chord stays a leading tone in minor, as common practice has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.data.piece import Chord
from engine.score import Key, Note, Voice

# Degrees in semitones above the tonic that differ between the parallel modes.
_MAJOR = (4, 9, 11)
_MINOR = (3, 8, 10)
_UP_TO_TONIC = 480
_THIRDS = {
    (4, 7): "maj",
    (3, 7): "min",
    (3, 6): "dim",
    (4, 8): "aug",
}


def other_mode(key: Key) -> Key:
    """The parallel key. The key must have a mode."""
    return Key(key.tonic, "minor" if key.mode == "major" else "major")


def _degrees(key: Key) -> dict[int, int]:
    """Semitones above the tonic to what they become."""
    old, new = (_MAJOR, _MINOR) if key.mode == "major" else (_MINOR, _MAJOR)
    return dict(zip(old, new, strict=True))


def swap_mode(notes: Sequence[Note], key: Key) -> tuple[Note, ...]:
    """The notes of a piece in `key` in its parallel mode."""
    degrees = _degrees(key)
    leading = _leading_tones(notes, key) if key.mode == "major" else frozenset()
    swapped: list[Note] = []
    for index, note in enumerate(notes):
        degree = (note.pitch - key.tonic) % 12
        moved = degree if index in leading else degrees.get(degree, degree)
        swapped.append(replace(note, pitch=note.pitch + moved - degree))
    return tuple(swapped)


def _leading_tones(notes: Sequence[Note], key: Key) -> frozenset[int]:
    """Seventh degrees that rise to the tonic within a beat, in the voice that has them."""
    found: set[int] = set()
    before: dict[Voice, int] = {}
    for index, note in enumerate(notes):
        last = before.get(note.voice)
        if last is not None and (note.pitch - key.tonic) % 12 == 0:
            previous = notes[last]
            near = note.onset - previous.end <= _UP_TO_TONIC
            if near and note.pitch - previous.pitch == 1:
                found.add(last)
        before[note.voice] = index
    return frozenset(found)


def swap_chords(chords: Sequence[Chord], key: Key) -> tuple[Chord, ...]:
    """The chords of a piece in `key` in its parallel mode."""
    degrees = _degrees(key)

    def moved(pitch: int) -> int:
        degree = (pitch - key.tonic) % 12
        return degrees.get(degree, degree)

    swapped: list[Chord] = []
    for chord in chords:
        if chord.root is None:
            swapped.append(chord)
            continue
        third, fifth = _intervals(chord.quality)
        root = moved(chord.root)
        shape = ((moved(chord.root + third) - root) % 12, (moved(chord.root + fifth) - root) % 12)
        word = chord.quality if chord.quality.startswith("sus") else _THIRDS.get(shape, "maj")
        dominant = (chord.root - key.tonic) % 12 == 7 and chord.quality[:1] in ("7", "m")
        if dominant and key.mode == "major":
            word = chord.quality
        elif "7" in chord.quality and word in ("maj", "min"):
            word += "7"
        swapped.append(Chord((root + key.tonic) % 12, word, chord.start))
    return tuple(swapped)


def _intervals(quality: str) -> tuple[int, int]:
    """Third and fifth in semitones of a chord word."""
    if quality.startswith(("dim", "hdim")):
        return 3, 6
    if quality.startswith("aug"):
        return 4, 8
    return (3 if quality.startswith("min") else 4), 7
