"""How a pitch is written: step, accidental and octave, after the key that holds just there.

Names lie on the line of fifths, C being 0, G 1, F -1, F sharp 6, B flat -2. A key takes twelve
neighbours from it: its own seven, and of the others those that lead to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.measuring.keys import find_key
from engine.score import Key, Mode, Note

_STEPS = "FCGDAEB"
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# The lowest of the twelve, from the place of the key signature on.
_LOWEST = {"major": -3, "minor": -2}
# So much of the music around a bar lies in the home key where the home key spells it.
_AT_HOME = 0.93


@dataclass(frozen=True, slots=True)
class Spelled:
    """A written pitch: step C to B, semitones of the accidental, octave (middle C is C4)."""

    step: str
    alter: int
    octave: int


@dataclass(frozen=True, slots=True)
class WrittenKey:
    """A key as it is written: sharps (or, negative, flats) of its signature, and its mode."""

    fifths: int
    mode: str

    def spell(self, pitch: int) -> Spelled:
        """How a MIDI pitch is written in this key."""
        step, alter = name_of(self.place(pitch % 12))
        octave = (pitch - alter - _NATURAL[step]) // 12 - 1
        return Spelled(step, alter, octave)

    def place(self, pitch_class: int) -> int:
        """The place of a pitch class on the line of fifths."""
        lowest = self.fifths + _LOWEST[self.mode]
        return lowest + (pitch_class * 7 - lowest) % 12


def name_of(place: int) -> tuple[str, int]:
    """Step and accidental of a place on the line of fifths."""
    return _STEPS[(place + 1) % 7], (place + 1) // 7


def written(key: Key, near: int = 0) -> WrittenKey:
    """A key with the signature that lies nearest to another.

    Args:
        near: fifths of the home key's signature; of two that sound alike the nearer is taken.
    """
    mode = key.mode or "major"
    fifths = (key.tonic * 7 - (3 if mode == "minor" else 0)) % 12
    return WrittenKey(min((fifths, fifths - 12), key=lambda each: (abs(each - near), -each)), mode)


def home_key(key: Key | None, notes: Sequence[Note]) -> WrittenKey:
    """The key of a piece; what was not given is heard."""
    if key is None:
        key = find_key(notes) if notes else Key(0, "major")
    elif key.mode is None:
        pitches = [note.pitch % 12 for note in notes]
        minor = pitches.count((key.tonic + 3) % 12) > pitches.count((key.tonic + 4) % 12)
        key = Key(key.tonic, "minor" if minor else "major")
    return written(key)


def as_mode(name: str) -> Mode:
    return "minor" if name == "minor" else "major"


def local_keys(
    signatures: Sequence[WrittenKey], bars: Sequence[Sequence[Note]]
) -> tuple[WrittenKey, ...]:
    """The key that spells each bar, heard in it and its neighbours.

    Args:
        signatures: the home key of each bar.
        bars: the notes that begin in each bar.
    """
    found: list[WrittenKey] = []
    for index, home in enumerate(signatures):
        near = range(max(0, index - 1), min(index + 2, len(bars)))
        around = [note for each in near if signatures[each] == home for note in bars[each]]
        own = {(home.fifths + each) * 7 % 12 for each in range(-1, 6)}
        if home.mode == "minor":
            own.add((home.fifths + 8) * 7 % 12)
        inside = sum(note.duration for note in around if note.pitch % 12 in own)
        whole = sum(note.duration for note in around)
        at_home = inside >= _AT_HOME * whole
        found.append(home if at_home else written(find_key(around), home.fifths))
    return tuple(found)
