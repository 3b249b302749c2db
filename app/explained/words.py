"""What each dimension is, in a composer's words: what it does, does not do, and what to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Explanation:
    """One dimension; a short paragraph for each question."""

    does: str
    does_not: str
    to_try: str
    heard: str
    """What to listen for in the two examples."""


EXPLANATIONS: Mapping[str, Explanation] = MappingProxyType(
    {
        "trauma": Explanation(
            "How dark and wounded the music is. To the right chords turn darker, semitones and "
            "tritones rub, lines fall, the register sinks. Where the mode is free, major gives "
            "way to minor.",
            "It never changes a key that you have set: in D minor it wounds by chords, friction "
            "and register alone, and is heard less. It makes nothing slower or softer; that is "
            "tempo and Entropy.",
            "Set the key to D, without minor or major, and draw one step up in the bar where the "
            "news arrives. Keep Entropy low: a wound that holds still is worse.",
            "Two bars on D, the same seed; only Trauma differs.",
        ),
        "entropy": Explanation(
            "How agitated the inside of a bar is: more notes, harder accents, wider dynamics, "
            "uneven rhythm, leaps. To the left few notes, soft and even.",
            "It does not say whether one bar is like the next; that is Return. Agitated and "
            "returning is a driving ostinato, agitated and breaking off is chaos. The tempo stays "
            "yours.",
            "Let it climb for four bars towards a hit and drop to 0.1 in a step behind it: the "
            "stillness afterwards is the effect.",
            "Two bars on D, the same seed; only Entropy differs.",
        ),
        "rsi_real": Explanation(
            "Whether ideas come back. To the right what was heard two bars ago or earlier returns, "
            "varied, and also on other pitches. To the left no earlier idea is used again, and "
            "phrases break off before their cadence.",
            "It is no copying: at most four bars in ten are exact copies. It listens to the top "
            "line; an accompaniment that goes on in its pattern does not count.",
            "Hold it at 0.8 while a thought circles, and pull it below zero where she loses the "
            "thread. With low Entropy the left end is a wandering stillness.",
            "Four bars in D minor, since a return needs something to return to; the same seed.",
        ),
        "rsi_imaginary": Explanation(
            "How far the music strays from its home key. Above zero it leans into keys further "
            "and further round the circle of fifths. Below zero it is more than at home: pedals "
            "on the tonic, cadences.",
            "It is not dissonance: each moment stays as consonant as Trauma asks. Chromatic "
            "notes that leave the key where it is do not count. Above 0.5 it raises the "
            "temperature by 0.10, as the dashed line of the pad says.",
            "Draw it up under a memory or a dream and back to zero where the scene wakes. For an "
            "ending that settles, let it fall to -0.5 in the last four bars.",
            "Four bars with D minor for their home; the same seed.",
        ),
    }
)
