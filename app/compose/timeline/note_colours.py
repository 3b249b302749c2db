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


class NoteColours:
    """Looks colours up; every colour is made once.

    Args:
        temperature_at: the temperature in force at a tick, or None where there is none.
    """

    def __init__(self, temperature_at: Callable[[int], float | None]) -> None:
        self.colouring = Colouring.VOICE
        self._temperature_at = temperature_at
        self._made: dict[tuple[Colouring, int, int], QColor] = {}

    def colour(self, note: Note) -> QColor:
        loudness = min(note.velocity, 127) * _VELOCITY_STEPS // 128
        place = self._place(note)
        key = (self.colouring, place, loudness)
        made = self._made.get(key)
        if made is None:
            share = (loudness + 0.5) / _VELOCITY_STEPS
            mix = mixed(tokens.BG0, self._pure(place, share), 0.48 + 0.52 * share)
            made = QColor.fromRgb(mix.rgb())
            self._made[key] = made
        return made

    def _place(self, note: Note) -> int:
        if self.colouring is Colouring.VOICE:
            return int(note.voice)
        if self.colouring is Colouring.VELOCITY:
            return 0
        temperature = self._temperature_at(note.onset)
        return -1 if temperature is None else round(temperature * _TEMPERATURE_STEPS)

    def _pure(self, place: int, loudness: float) -> QColor:
        if self.colouring is Colouring.VELOCITY:
            low, high = tokens.TEMPERATURE_COOL, tokens.TEMPERATURE_HOT
            return temperature_colour(low + loudness * (high - low))
        if self.colouring is Colouring.TEMPERATURE:
            if place < 0:
                return QColor(tokens.TEXT3)
            return temperature_colour(place / _TEMPERATURE_STEPS)
        return QColor(VOICE_COLOURS.get(place, _RESERVED_VOICE))
