"""A hole in a piece of music: what is to be composed anew while all else stays as it is.

It knows scores, and neither files nor networks. Notes belong to the bar in which they begin.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import PsychoscoreError
from engine.score import Note, Score, Voice


@dataclass(frozen=True, slots=True)
class Hole:
    """Which notes make room for new ones.

    Args:
        first, last: bars, from 1, both included. A hole that begins just behind the last bar of
            a score is music that goes on.
        voices: only notes of these voices; empty for all.
        pitches: only notes from the first to the second MIDI pitch; None for all.
        keep_rhythm: onsets, lengths, velocities and voices stay, pitches are new.
        keep_chords: the new notes are told the chords that the old ones make.
    """

    first: int
    last: int
    voices: tuple[Voice, ...] = ()
    pitches: tuple[int, int] | None = None
    keep_rhythm: bool = False
    keep_chords: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise PsychoscoreError(
                f"Bars {self.first}-{self.last} are no range.", "Bars count from 1, as in 5-8."
            )
        if self.pitches is not None and not 0 <= self.pitches[0] <= self.pitches[1] <= 127:
            low, high = self.pitches
            raise PsychoscoreError(f"Pitches {low}-{high} are no range within 0-127.")

    @property
    def bars(self) -> range:
        """Its bars, from 0."""
        return range(self.first - 1, self.last)

    def takes(self, voice: Voice, pitch: int) -> bool:
        """Whether a note of its bars belongs to it."""
        if self.voices and voice not in self.voices:
            return False
        return self.pitches is None or self.pitches[0] <= pitch <= self.pitches[1]

    def split(self, score: Score) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        """The notes of a score that lie in the hole, and all others."""
        starts = score.starts
        start = starts[min(self.first - 1, len(score.metres))]
        end = starts[min(self.last, len(score.metres))]
        inside: list[Note] = []
        outside: list[Note] = []
        for note in score.notes:
            mine = start <= note.onset < end and self.takes(note.voice, note.pitch)
            (inside if mine else outside).append(note)
        return tuple(inside), tuple(outside)

    def __str__(self) -> str:
        bars = f"bar {self.first}" if self.first == self.last else f"bars {self.first}-{self.last}"
        parts = [bars, *(voice.name.lower() for voice in self.voices)]
        if self.pitches is not None:
            parts.append(f"pitches {self.pitches[0]}-{self.pitches[1]}")
        parts += ["rhythm kept"] * self.keep_rhythm + ["chords kept"] * self.keep_chords
        return ", ".join(parts)
