"""How a score is laid out in a MIDI file: the values, without any knowledge of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.score import Voice

Kind = Literal[0, 1]


@dataclass(frozen=True, slots=True)
class Marker:
    """A name at a tick of the score, such as that of a scene or of a hit point."""

    tick: int
    text: str


@dataclass(frozen=True, slots=True)
class MidiLayout:
    """The form of one file.

    Args:
        kind: 1 for a named track a voice, all on channel 1; 0 for one track, a channel a voice.
        voice: this voice alone; the file begins and ends where those of the others do.
        markers: in any order.
        notice: a sentence on the use that the music may be put to, or nothing.
    """

    kind: Kind = 1
    voice: Voice | None = None
    markers: tuple[Marker, ...] = ()
    notice: str = ""
