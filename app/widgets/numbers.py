"""How a value of a dimension is written and read."""

from __future__ import annotations

import math

from engine.profile import Dimension

MINUS = "\N{MINUS SIGN}"


def signed(value: float, places: int = 2) -> str:
    """`+0.23`, `−0.24`, `+0.00`, with a true minus sign."""
    return f"{value:+.{places}f}".replace("-", MINUS)


def format_value(dimension: Dimension, value: float, places: int = 2) -> str:
    """A value as its field shows it: with a sign where the dimension has two sides."""
    if dimension.minimum < 0:
        return signed(value + 0.0 if abs(value) >= 0.5 * 10**-places else 0.0, places)
    return f"{value:.{places}f}"


def parse_value(dimension: Dimension, text: str) -> float | None:
    """What somebody typed: `0.5`, `0,5`, `50 %`, `−.2`; beyond the ends counts as the end.

    None when it is no number.
    """
    compact = "".join(text.split()).replace(",", ".").replace(MINUS, "-")
    percent = compact.endswith("%")
    try:
        value = float(compact.removesuffix("%"))
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    if percent:
        value /= 100
    return clamped(dimension, value)


def clamped(dimension: Dimension, value: float) -> float:
    """The nearest value inside the range."""
    return min(max(value, dimension.minimum), dimension.maximum)
