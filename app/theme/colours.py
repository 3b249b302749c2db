"""Colours as Qt values: transparency, mixing, and the colour of a temperature."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtGui import QColor

from app.theme import tokens


def translucent(colour: str | QColor, opacity: float) -> QColor:
    """`colour` at an opacity of 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def mixed(first: str | QColor, second: str | QColor, share: float) -> QColor:
    """A straight mix; `share` 0 is all `first`, 1 all `second`."""
    one, two = QColor(first), QColor(second)
    return QColor.fromRgbF(
        one.redF() + share * (two.redF() - one.redF()),
        one.greenF() + share * (two.greenF() - one.greenF()),
        one.blueF() + share * (two.blueF() - one.blueF()),
    )


def temperature_colour(temperature: float) -> QColor:
    """Cool blue at 0.6 and below, through rose, to hot yellow at 1.0 and above."""
    span = tokens.TEMPERATURE_HOT - tokens.TEMPERATURE_COOL
    share = min(max((temperature - tokens.TEMPERATURE_COOL) / span, 0.0), 1.0)
    steps = list(pairwise(tokens.TEMPERATURE_STOPS))
    place = share * len(steps)
    index = min(int(place), len(steps) - 1)
    return mixed(*steps[index], place - index)
