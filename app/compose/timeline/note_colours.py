"""The colour of a note: by voice, by temperature or by velocity; louder is brighter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtGui import QColor

from app.theme import tokens
from app.theme.colours import mixed, temperature_colour
from engine.score import Note, Voice


class Colouring(StrEnum):
    """What the colour of a note says."""

    VOICE = "voice"
    TEMPERATURE = "temperature"
    VELOCITY = "velocity"


# Lightness falls from melody to bass, so the voices stay apart without colour, too.
VOICE_COLOURS: Mapping[int, str] = MappingProxyType(
    {
        Voice.MELODY: "#FFD9A0",
        Voice.INNER: "#D48FD0",
        Voice.ACCOMPANIMENT: "#7C8CF2",
        Voice.BASS: "#2FA89B",
    }
)
_RESERVED_VOICE = tokens.TEXT2
_VELOCITY_STEPS = 16
_TEMPERATURE_STEPS = 40


def loudness(key: int) -> int:
    """How loud the notes of a colour key are, 0 to 15."""
    return key & (_VELOCITY_STEPS - 1)


class NoteColours:
    """Looks colours up; every colour is made once.

    Args:
        temperature_at: the temperature in force at a tick, or None where there is none.
    """

    def __init__(self, temperature_at: Callable[[int], float | None]) -> None:
        self.colouring = Colouring.VOICE
        self._temperature_at = temperature_at
        self._made: dict[tuple[Colouring, int], QColor] = {}

    def colour(self, note: Note) -> QColor:
        return self.made(self.key(note))

    def key(self, note: Note) -> int:
        """A number that notes of one colour share; quick, since it is asked for every note."""
        loud = note.velocity >> 3
        if self.colouring is Colouring.VOICE:
            return note.voice << 4 | loud
        if self.colouring is Colouring.VELOCITY:
            return loud
        temperature = self._temperature_at(note.onset)
        place = 0 if temperature is None else 1 + round(temperature * _TEMPERATURE_STEPS)
        return place << 4 | loud

    def made(self, key: int) -> QColor:
        """The colour of a key."""
        made = self._made.get((self.colouring, key))
        if made is None:
            share = (loudness(key) + 0.5) / _VELOCITY_STEPS
            mix = mixed(tokens.BG0, self._pure(key >> 4, share), 0.48 + 0.52 * share)
            made = self._made[self.colouring, key] = QColor.fromRgb(mix.rgb())
        return made

    def _pure(self, place: int, share: float) -> QColor:
        if self.colouring is Colouring.VELOCITY:
            low, high = tokens.TEMPERATURE_COOL, tokens.TEMPERATURE_HOT
            return temperature_colour(low + share * (high - low))
        if self.colouring is Colouring.TEMPERATURE:
            if place == 0:
                return QColor(tokens.TEXT3)
            return temperature_colour((place - 1) / _TEMPERATURE_STEPS)
        return QColor(VOICE_COLOURS.get(place, _RESERVED_VOICE))
