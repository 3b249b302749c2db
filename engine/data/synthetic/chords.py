"""The chords that the composer knows: their notes, how dark they are, and the scale over them.

Degrees are semitones above the local tonic. Words for qualities are those of POP909's annotation.
Knows nothing of bars.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.score import Mode

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "minmaj7": (0, 3, 7, 11),
}
# A note that rubs against the chord, by quality: a semitone or a tritone from a chord tone.
TENSIONS: dict[str, tuple[int, ...]] = {
    "maj": (11, 6),
    "min": (2, 8),
    "7": (1, 8),
    "maj7": (6,),
    "min7": (2, 8),
    "dim": (11, 2),
    "dim7": (2, 5),
    "hdim7": (1, 5),
    "aug": (11, 7),
    "sus4": (4, 6),
    "sus2": (3, 6),
    "minmaj7": (2, 8),
}
SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
# By mode and function: degree, quality, darkness 0 to 1.
PALETTE: dict[Mode, dict[str, tuple[tuple[int, str, float], ...]]] = {
    "major": {
        "T": (
            (0, "maj", 0.05), (0, "maj7", 0.2), (0, "sus2", 0.3), (9, "min7", 0.55),
            (9, "min", 0.75), (4, "min", 0.85), (9, "min", 0.95), (0, "min", 1.0),
            (0, "aug", 1.15),
        ),
        "S": (
            (5, "maj", 0.05), (5, "maj7", 0.2), (2, "min7", 0.45), (2, "min", 0.65),
            (8, "maj", 0.75), (5, "min", 0.9), (1, "maj", 0.85), (2, "hdim7", 1.0),
        ),
        "D": (
            (7, "maj", 0.05), (7, "sus4", 0.2), (7, "7", 0.3), (4, "min7", 0.65),
            (4, "min", 0.85), (7, "min", 0.95), (11, "dim", 0.9), (11, "hdim7", 1.0),
            (11, "dim7", 1.05), (7, "aug", 1.15),
        ),
    },
    "minor": {
        "T": (
            (3, "maj", 0.05), (3, "maj7", 0.2), (8, "maj", 0.3), (8, "maj7", 0.35),
            (0, "min7", 0.6), (0, "min", 0.8), (0, "min", 0.95), (0, "minmaj7", 1.15),
        ),
        "S": (
            (8, "maj", 0.05), (8, "maj7", 0.2), (5, "maj", 0.35), (5, "min7", 0.6),
            (5, "min", 0.8), (5, "min", 0.95), (1, "maj", 0.85), (2, "dim", 0.95),
            (2, "hdim7", 1.05),
        ),
        "D": (
            (10, "maj", 0.05), (10, "7", 0.2), (7, "sus4", 0.5), (7, "min", 0.65),
            (7, "maj", 0.75), (7, "7", 0.85), (7, "min", 0.95), (11, "dim", 1.0),
            (11, "dim7", 1.05),
        ),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sonority:
    """A chord in its local key.

    Args:
        tonic: pitch class of the local key.
        mode: of the local key.
        degree: semitones of the root above that tonic.
        quality: POP909's word.
        scale: the seven degrees over this chord, semitones above the local tonic, ascending;
            chord tones strange to the key are put in place of their neighbours.
        tones: pitch classes of the chord, the root first.
    """

    tonic: int
    mode: Mode
    degree: int
    quality: str
    scale: tuple[int, ...]
    tones: tuple[int, ...]

    @property
    def root(self) -> int:
        return self.tones[0]


@lru_cache(maxsize=4096)
def sonority(tonic: int, mode: Mode, degree: int, quality: str) -> Sonority:
    """The chord of a quality on a degree of a key."""
    tones = tuple((degree + interval) % 12 for interval in QUALITIES[quality])
    scale = list(SCALES[mode])
    for tone in tones:
        if tone in scale:
            continue
        # A lowered or raised degree: the neighbour that no other chord tone needs.
        near = [each for each in scale if abs(each - tone) == 1 and each not in tones and each]
        if near:
            scale[scale.index(near[0])] = tone
    absolute = tuple((tonic + tone) % 12 for tone in tones)
    return Sonority(tonic % 12, mode, degree, quality, tuple(sorted(scale)), absolute)
