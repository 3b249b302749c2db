"""Music as frozen values: notes, controls, tempo map, metres, keys, scores.

Time is in ticks, 480 a quarter note, from the first bar line (an upbeat lies before it, in a
bar of its own). This module knows nothing about files, tokens or networks.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import accumulate
from typing import Literal

from engine.errors import PsychoscoreError

TICKS_PER_QUARTER = 480
Mode = Literal["major", "minor"]


class Voice(IntEnum):
    """The part a note plays. Ids 4 to 7 are reserved."""

    MELODY = 0
    INNER = 1
    ACCOMPANIMENT = 2
    BASS = 3


VOICE_SLOTS = 8


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note: onset and duration in ticks, MIDI pitch 0-127, velocity 1-127."""

    onset: int
    duration: int
    pitch: int
    velocity: int
    voice: Voice

    @property
    def end(self) -> int:
        return self.onset + self.duration


@dataclass(frozen=True, slots=True, order=True)
class Control:
    """One controller message: tick, controller number, value."""

    onset: int
    controller: int
    value: int


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature. `ticks` is the length of its bar."""

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if self.denominator not in (1, 2, 4, 8, 16, 32) or not 1 <= self.numerator <= 64:
            raise PsychoscoreError(f"{self.numerator}/{self.denominator} is no time signature.")

    @property
    def ticks(self) -> int:
        return TICKS_PER_QUARTER * 4 * self.numerator // self.denominator

    @property
    def beat_ticks(self) -> int:
        """Length of the felt beat: a dotted quarter in 6/8, 9/8, 12/8, else one denominator."""
        compound = self.denominator == 8 and self.numerator % 3 == 0 and self.numerator > 3
        return TICKS_PER_QUARTER * 3 // 2 if compound else TICKS_PER_QUARTER * 4 // self.denominator

    @classmethod
    def parse(cls, text: str) -> Metre:
        """Read `6/8`. Raises ValueError for another form."""
        match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
        if not match:
            raise ValueError(f"{text!r} is not a time signature such as 4/4")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


# Metres that the token format can write; a bar is at most six quarters long.
METRES: tuple[Metre, ...] = tuple(
    Metre(n, d) for n, d in ((4, 4), (3, 4), (2, 4), (5, 4), (6, 8), (7, 8), (12, 8))
)

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")


@dataclass(frozen=True, slots=True)
class Key:
    """A home key: tonic pitch class 0-11 (C is 0) and a mode, or None where the mode is free."""

    tonic: int
    mode: Mode | None = None

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `D` (mode free), `Dm`, `DM`, `F#m`, `Bb`, `D minor`, `Eb major`.

        Raises:
            ValueError: the text names no key.
        """
        match = re.fullmatch(
            r"\s*([A-Ga-g])([#b♯♭]?)\s*(m|M|min|maj|minor|major|)\s*", text.strip()
        )
        if not match:
            raise ValueError(f"{text!r} is not a key such as D, Dm, DM or F#m")
        accidental = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]
        tonic = (_LETTERS[match[1].upper()] + accidental) % 12
        word = match[3]
        mode: Mode | None = None
        if word:
            mode = "minor" if word in ("m", "min", "minor") else "major"
        return cls(tonic, mode)

    def __str__(self) -> str:
        if self.mode == "minor":
            return _MINOR_NAMES[self.tonic] + "m"
        return _MAJOR_NAMES[self.tonic] + ("M" if self.mode == "major" else "")


def pitch_name(pitch: int) -> str:
    """The name of a MIDI pitch, middle C (60) being C4."""
    return f"{_SHARP_NAMES[pitch % 12]}{pitch // 12 - 1}"


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Steps of tempo: `(tick, quarter notes per minute)`, the first at tick 0, ascending."""

    marks: tuple[tuple[int, float], ...] = ((0, 100.0),)

    def __post_init__(self) -> None:
        ticks = [tick for tick, _ in self.marks]
        if not self.marks or ticks[0] != 0 or ticks != sorted(set(ticks)):
            raise PsychoscoreError("A tempo map starts at tick 0 and ascends.")
        for tick, bpm in self.marks:
            if not 4.0 <= bpm <= 1000.0:
                raise PsychoscoreError(f"Tempo {bpm:g} at tick {tick} must lie between 4 and 1000.")

    def _starts(self) -> list[float]:
        seconds = [0.0]
        for (tick, bpm), (following, _) in zip(self.marks, self.marks[1:], strict=False):
            seconds.append(seconds[-1] + (following - tick) * 60.0 / (bpm * TICKS_PER_QUARTER))
        return seconds

    def seconds(self, tick: float) -> float:
        """Seconds from the first bar line to `tick` (negative inside an upbeat)."""
        index = max(0, bisect.bisect_right([mark[0] for mark in self.marks], tick) - 1)
        at, bpm = self.marks[index]
        return self._starts()[index] + (tick - at) * 60.0 / (bpm * TICKS_PER_QUARTER)

    def tick(self, seconds: float) -> float:
        """The inverse of `seconds`."""
        starts = self._starts()
        index = max(0, bisect.bisect_right(starts, seconds) - 1)
        at, bpm = self.marks[index]
        return at + (seconds - starts[index]) * bpm * TICKS_PER_QUARTER / 60.0

    def bpm(self, tick: float) -> float:
        index = max(0, bisect.bisect_right([mark[0] for mark in self.marks], tick) - 1)
        return self.marks[index][1]


# The qualities that conditions tell apart, in the order of their classes.
CHORD_QUALITIES = ("maj", "min", "7", "maj7", "min7", "dim", "aug", "sus")


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord that begins at tick `start`. `root` is a pitch class, None where no chord sounds.

    `quality` is one of `CHORD_QUALITIES` or a data set's own word (`min7/b3`, `sus4`), empty
    without a chord.
    """

    root: int | None
    quality: str
    start: int


def bar_starts(metres: Sequence[Metre]) -> tuple[int, ...]:
    """Tick of each bar line, with the end of the last bar as one more entry."""
    return tuple(accumulate((metre.ticks for metre in metres), initial=0))


def tick_of_bar(bar: float, metres: Sequence[Metre]) -> int:
    """Tick of a place in bars, from 1; bars after the last have the last one's length."""
    whole = int(math.floor(bar)) - 1
    starts = bar_starts(metres)
    if whole < len(metres):
        return starts[whole] + round((bar - 1 - whole) * metres[whole].ticks)
    return starts[-1] + round((bar - 1 - len(metres)) * metres[-1].ticks)


def bar_of_tick(tick: float, metres: Sequence[Metre]) -> float:
    """The inverse of `tick_of_bar`; before the first bar line it is below 1."""
    starts = bar_starts(metres)
    if tick >= starts[-1]:
        return 1 + len(metres) + (tick - starts[-1]) / metres[-1].ticks
    whole = max(bisect.bisect_right(starts, tick) - 1, 0)
    return 1 + whole + (tick - starts[whole]) / metres[whole].ticks


@dataclass(frozen=True, slots=True)
class Score:
    """A finished piece of music.

    Args:
        notes: sorted by onset, voice, pitch.
        metres: one for each bar.
        key: home key, or None where it is unknown.
        controls: sustain pedal and others, sorted.
        key_changes: `(bar, home key from there on)`, ascending, bars from 2; none where the
            home key stays.
    """

    notes: tuple[Note, ...]
    metres: tuple[Metre, ...]
    tempo_map: TempoMap = field(default_factory=TempoMap)
    key: Key | None = None
    controls: tuple[Control, ...] = ()
    key_changes: tuple[tuple[int, Key], ...] = ()

    @property
    def starts(self) -> tuple[int, ...]:
        """Tick of each bar line and of the end."""
        return bar_starts(self.metres)

    @property
    def end(self) -> int:
        return self.starts[-1]

    def key_at(self, bar: int) -> Key | None:
        """The home key of a bar, counted from 1."""
        later = [key for first, key in self.key_changes if first <= bar]
        return later[-1] if later else self.key

    def notes_by_bar(self) -> tuple[tuple[Note, ...], ...]:
        """The notes that begin in each bar."""
        starts = self.starts
        bars: list[list[Note]] = [[] for _ in self.metres]
        for note in self.notes:
            index = bisect.bisect_right(starts, note.onset) - 1
            if 0 <= index < len(bars):
                bars[index].append(note)
        return tuple(tuple(bar) for bar in bars)


def assign_voices(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Give each note of a piece without tracks a voice: skyline, bass, rest.

    At each onset the highest note is the melody unless a higher note is still sounding, the
    lowest is the bass when it lies at least a fifth below the rest and under middle C; what
    remains is accompaniment.
    """
    by_onset: dict[int, list[Note]] = {}
    for note in notes:
        by_onset.setdefault(note.onset, []).append(note)
    voiced: list[Note] = []
    top_pitch, top_end = -1, -1
    for onset in sorted(by_onset):
        chord = sorted(by_onset[onset], key=lambda note: -note.pitch)
        roles = {id(note): Voice.ACCOMPANIMENT for note in chord}
        highest, lowest = chord[0], chord[-1]
        if highest.pitch >= 55 and (onset >= top_end or highest.pitch >= top_pitch):
            roles[id(highest)] = Voice.MELODY
            top_pitch, top_end = highest.pitch, highest.end
        alone = len(chord) == 1
        clear = lowest.pitch < 48 if alone else lowest.pitch <= chord[-2].pitch - 7
        if lowest.pitch < 60 and clear and roles[id(lowest)] is not Voice.MELODY:
            roles[id(lowest)] = Voice.BASS
        voiced += [
            Note(each.onset, each.duration, each.pitch, each.velocity, roles[id(each)])
            for each in chord
        ]
    return tuple(sorted(voiced, key=lambda note: (note.onset, note.voice, note.pitch)))
