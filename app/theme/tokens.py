"""Every number and colour of the look, as plain values for painting and for the style sheet.

Knows no widget and no Qt. Contrast on BG1: TEXT1 15.0, TEXT2 7.2, TEXT3 5.0 to 1. The five
signal colours stay apart under protanopia, deuteranopia and tritanopia; colour never stands
alone all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

BG0 = "#0D0E12"
"""Canvas, wells, fields."""
BG1 = "#14161B"
"""Panels and bars."""
BG2 = "#1B1E25"
"""Cards inside a panel."""
BG3 = "#252932"
"""Buttons and hover."""
BG4 = "#303541"
"""A hovered button, a pressed track."""
LINE = "#2A2E38"
LINE_SOFT = "#1F222A"
TEXT1 = "#E8EAF0"
TEXT2 = "#9DA4B3"
TEXT3 = "#7E8798"
WHITE = "#FFFFFF"

TRAUMA = "#EF6F4C"
ENTROPY = "#4C9BF0"
RSI_REAL = "#6FE0B8"
RSI_IMAGINARY = "#C76BB0"
TEMPERATURE = "#F2B544"
ACCENT = TEMPERATURE
ON_ACCENT = "#171206"
"""Text and icons on an accent surface."""
ACCENT_HOVER = "#F7C468"
ACCENT_PRESSED = "#D89E34"
GOOD = RSI_REAL
BAD = "#F0605A"

DIMENSION_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "trauma": TRAUMA,
        "entropy": ENTROPY,
        "rsi_real": RSI_REAL,
        "rsi_imaginary": RSI_IMAGINARY,
        "temperature": TEMPERATURE,
    }
)

TEMPERATURE_STOPS = ("#4A70F0", "#8C70E2", "#CE70AA", "#F08A68", "#F7B850", "#FFE286")
"""Note colours at evenly spaced temperatures from `TEMPERATURE_COOL` to `TEMPERATURE_HOT`."""
TEMPERATURE_COOL = 0.6
TEMPERATURE_HOT = 1.0

SPACE_S = 4
SPACE_M = 8
SPACE_L = 14
RADIUS_CHIP = 4
RADIUS_BUTTON = 6
RADIUS_CARD = 9

MENU_HEIGHT = 24
TRANSPORT_HEIGHT = 60
LEFT_WIDTH = 304
RIGHT_WIDTH = 278
STATUS_HEIGHT = 26
MINIMUM_WINDOW = (1180, 720)
DRAWER_BELOW = 1320


@dataclass(frozen=True, slots=True)
class TextStyle:
    """One step of the type scale.

    Args:
        pixels: logical pixel size.
        weight: 400, 500 or 600; no other weight is shipped.
        spacing: extra letter spacing in pixels.
        capitals: set in capitals.
    """

    pixels: int
    weight: int = 400
    spacing: float = 0.0
    capitals: bool = False


FIGURE = TextStyle(38, 600, -0.5)
"""The temperature."""
STEP = TextStyle(24, 600)
"""The step counter of a training run."""
DIGITS = TextStyle(17, 500)
"""Transport read-outs."""
TITLE = TextStyle(13, 600)
NAME = TextStyle(13, 500)
BODY = TextStyle(12)
BODY_STRONG = TextStyle(12, 500)
SECONDARY = TextStyle(11)
SECONDARY_STRONG = TextStyle(11, 500)
CAPTION = TextStyle(10, 600, 1.0, True)
"""Card titles."""
SMALL = TextStyle(10)
"""Everyday words under a slider, badges."""
SMALL_STRONG = TextStyle(10, 600)
AXIS = TextStyle(9)
LABEL = TextStyle(8, 600, 0.2, True)
"""Labels under the transport digits."""
