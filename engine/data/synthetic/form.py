"""The form of eight bars: which bar takes up which earlier idea, and where phrases break off.

Return is a distance of two bars or more, varied; a piece that breaks off uses no idea twice and
falls silent before its cadences.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from engine.data.synthetic.wish import BARS

_RETURNING = ("01010102", "01010103", "01230123", "01010121", "01010101", "01230124")
_SOME = ("01020345", "01230145", "01020304", "01230124", "01234015", "01023014")
_LITTLE = ("01230456", "01234156", "01234506", "01234567")

_MOST_LITERAL = 3  # of eight bars: less than 40 %


@dataclass(frozen=True, slots=True)
class Form:
    """What returns where.

    Args:
        source: the bar whose idea each bar takes up, None for a new one.
        variation: 0 literal, 1 a changed end or another height, 2 also ornamented.
        closed: it ends with a cadence.
        broken: bars in which the phrase breaks off.
    """

    source: tuple[int | None, ...]
    variation: tuple[int, ...]
    closed: bool
    broken: frozenset[int]


def draw_form(real: float, rng: Random) -> Form:
    """A form for RSI real in [-1, 1]."""
    leaning = real + rng.gauss(0.0, 0.08)
    if leaning > 0.3:
        letters = rng.choice(_RETURNING)
    elif leaning > -0.25:
        letters = rng.choice(_SOME)
    elif leaning > -0.55:
        letters = rng.choice(_LITTLE)
    else:
        letters = "01234567"
    source: list[int | None] = []
    variation: list[int] = []
    literal = 0
    for bar, letter in enumerate(letters):
        earlier = [each for each in range(bar - 1) if letters[each] == letter]
        source.append(earlier[-1] if earlier else None)
        if not earlier:
            variation.append(0)
        elif literal < _MOST_LITERAL and rng.random() < 0.3 + 0.2 * max(real, 0.0):
            variation.append(0)
            literal += 1
        else:
            variation.append(1 if leaning > 0.3 or rng.random() < 0.5 else 2)
    breaks = leaning < -0.3
    broken = frozenset(bar for bar in (3, 5, BARS - 1) if breaks and rng.random() < 0.7)
    return Form(tuple(source), tuple(variation), not breaks, broken)
