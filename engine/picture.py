"""What the picture asks of the music: moments to meet, how to end, dialogue to stay under.

Places are in bars from 1 and may lie between bar lines. Frozen values that survive JSON; nothing
here knows how the music obeys them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import PsychoscoreError

HitKind = Literal["accent", "chord", "texture", "silence", "avoid"]
Ending = Literal["sting", "ring_out", "thin_away", "hard_cut", "open"]
HIT_KINDS: dict[HitKind, str] = {
    "accent": "Accent",
    "chord": "Chord change",
    "texture": "Texture change",
    "silence": "Cut to silence",
    "avoid": "Do not hit",
}
ENDINGS: dict[Ending, str] = {
    "sting": "Sting",
    "ring_out": "Ring out",
    "thin_away": "Thin away",
    "hard_cut": "Hard cut",
    "open": "Open",
}
LOWEST_RATE, HIGHEST_RATE = 0.1, 20.0
MOST_VOICES = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """A moment of the picture and how the music meets it."""

    bar: float
    kind: HitKind = "accent"

    def __post_init__(self) -> None:
        if not self.bar >= 1:
            raise PsychoscoreError(f"A hit at bar {self.bar:g}: bars count from 1.")
        if self.kind not in HIT_KINDS:
            known = ", ".join(HIT_KINDS)
            raise PsychoscoreError(f"There is no hit kind {self.kind!r}.", f"Known are {known}.")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Somebody speaks from a place in bars to another, the end not included."""

    first: float
    last: float

    def __post_init__(self) -> None:
        if not 1 <= self.first < self.last:
            raise PsychoscoreError(
                f"Dialogue in bars {self.first:g}-{self.last:g} must go forwards from bar 1 on."
            )


@dataclass(frozen=True, slots=True)
class DialogueLaw:
    """What notes that begin under dialogue obey.

    Args:
        onset_rate: most attacks a second; notes struck together are one.
        velocity: no note is louder, 1-127.
        voices: most notes that begin in a block and sound together; notes from before ring on.
        free_low, free_high: MIDI pitches, both included, that nothing strikes, where voices
            speak; None leaves all pitches.
    """

    onset_rate: float = 2.0
    velocity: int = 64
    voices: int = 3
    free_low: int | None = 48
    free_high: int | None = 67

    def __post_init__(self) -> None:
        if not LOWEST_RATE <= self.onset_rate <= HIGHEST_RATE:
            raise PsychoscoreError(
                f"{self.onset_rate:g} attacks a second under dialogue; "
                f"{LOWEST_RATE:g} to {HIGHEST_RATE:g} are allowed."
            )
        if not 1 <= self.velocity <= 127:
            raise PsychoscoreError(f"Velocity {self.velocity} under dialogue must lie in 1-127.")
        if not 1 <= self.voices <= MOST_VOICES:
            raise PsychoscoreError(
                f"{self.voices} voices under dialogue; 1 to {MOST_VOICES} are allowed."
            )
        low, high = self.free_low, self.free_high
        if (low is None) != (high is None):
            raise PsychoscoreError("The range kept free for voices needs both its ends, or none.")
        if low is not None and high is not None and not 0 <= low <= high <= 127:
            raise PsychoscoreError(f"The range {low}-{high} kept free must lie within 0-127.")
        if low is not None and high is not None and low <= 21 and high >= 108:
            raise PsychoscoreError(f"The range {low}-{high} kept free leaves no key of the piano.")
