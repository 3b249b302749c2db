"""How a scene feels: trauma, entropy and the complex RSI, as one frozen value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import PsychoscoreError


@dataclass(frozen=True, slots=True)
class Dimension:
    """One real dimension of a profile: everything that forms, help and lanes need to know."""

    name: str
    title: str
    low_word: str
    high_word: str
    minimum: float
    maximum: float
    default: float


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("trauma", "Trauma", "calm", "wounded", 0.0, 1.0, 0.5),
    Dimension("entropy", "Entropy", "still", "agitated", 0.0, 1.0, 0.5),
    Dimension("rsi_real", "Return", "breaks off", "returns", -1.0, 1.0, 0.0),
    Dimension("rsi_imaginary", "Estrangement", "at home", "estranged", -1.0, 1.0, 0.0),
)
DIMENSION_BY_NAME: Mapping[str, Dimension] = {d.name: d for d in DIMENSIONS}


@dataclass(frozen=True, slots=True)
class Profile:
    """A point in the space of feeling.

    Args:
        trauma: calm (0) to wounded (1).
        entropy: still (0) to agitated (1).
        rsi: real part breaks off (-1) to returns (+1); imaginary part at home (-1) to
            estranged (+1).

    Raises:
        PsychoscoreError: a value is not finite or out of range.
    """

    trauma: float = 0.5
    entropy: float = 0.5
    rsi: complex = 0j

    def __post_init__(self) -> None:
        for dimension, value in zip(DIMENSIONS, self.values(), strict=True):
            if not math.isfinite(value) or not dimension.minimum <= value <= dimension.maximum:
                raise PsychoscoreError(
                    f"{dimension.name} is {value:g}, but it must lie between "
                    f"{dimension.minimum:g} and {dimension.maximum:g}."
                )

    def values(self) -> tuple[float, float, float, float]:
        """The four real dimensions in the order of `DIMENSIONS`."""
        return (self.trauma, self.entropy, self.rsi.real, self.rsi.imag)

    @classmethod
    def from_values(
        cls, trauma: float, entropy: float, rsi_real: float, rsi_imaginary: float
    ) -> Profile:
        return cls(trauma, entropy, complex(rsi_real, rsi_imaginary))

    def get(self, name: str) -> float:
        """The value of one dimension by its lane name."""
        return dict(zip(DIMENSION_BY_NAME, self.values(), strict=True))[name]

    def replace(self, name: str, value: float) -> Profile:
        """This profile with one dimension changed."""
        values = dict(zip(DIMENSION_BY_NAME, self.values(), strict=True))
        values[name] = value
        return Profile.from_values(**values)


_COMPLEX = re.compile(r"^[-+0-9.eEij]+$")


def parse_rsi(text: str) -> complex:
    """Read an RSI as composers and programmers write it: `0.3+0.6j`, `-0.2i`, `0.4`.

    Raises:
        ValueError: the text is no complex number.
    """
    compact = text.replace(" ", "").replace("i", "j")
    if not _COMPLEX.match(compact):
        raise ValueError(f"{text!r} is not a complex number such as 0.3+0.6j")
    return complex(compact)
