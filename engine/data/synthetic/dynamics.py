"""How loud each note is: the level, the arch of phrases, accents by metre, and which voices lead.

No chance acts on single notes: a line is shaped, not shaken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from engine.data.synthetic.rhythm import beats
from engine.data.synthetic.wish import BARS, Wish
from engine.score import Note, Voice

_SOFTEST, _LOUDEST = 18.0, 114.0
_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """The dynamics of a pair.

    Args:
        level: mean velocity.
        arch: how far the middle of a phrase rises above its ends.
        swell: growth from the first bar to the last.
        accent: how far strong beats rise above weak ones.
        tilt: velocity for each semitone above the middle, negative where the depth is loud.
        stings: for each bar the position that is struck hard, -1 for none.
    """

    level: float
    arch: float
    swell: float
    accent: float
    tilt: float
    stings: tuple[int, ...]


def draw_shape(wish: Wish, source: tuple[int | None, ...], rng: Random) -> Shape:
    """Dynamics for a wish; a bar that returns brings its accents along."""
    levers = wish.levers
    length = wish.metre.ticks // 40
    stings: list[int] = []
    for bar in range(BARS):
        back = source[bar]
        if back is not None:
            stings.append(stings[back])
        elif rng.random() < 1.1 * levers.accent - 0.4:
            stings.append(rng.randrange(0, length, 6))
        else:
            stings.append(-1)
    return Shape(
        level=_SOFTEST + (_LOUDEST - _SOFTEST) * levers.loud,
        arch=rng.uniform(3.0, 12.0),
        swell=rng.choice((0.0, 0.0, 14.0, -14.0)) * rng.random(),
        accent=3.0 + 22.0 * levers.accent,
        tilt=0.9 * (0.5 - levers.heavy),
        stings=tuple(stings),
    )


def shade(
    tones: list[tuple[int, int, int, Voice]], wish: Wish, shape: Shape, middle: float
) -> list[Note]:
    """Notes with velocities from `(position, length, pitch, voice)` in absolute positions.

    Args:
        middle: the pitch at which the tilt is zero.
    """
    lead = 7.0 if shape.tilt > 0 else -3.0
    offset = {Voice.MELODY: lead, Voice.INNER: -4.0, Voice.ACCOMPANIMENT: -4.0, Voice.BASS: -lead}
    length = wish.metre.ticks // 40
    weights = _weights(wish)
    levels: dict[int, float] = {}
    notes = []
    for position, duration, pitch, voice in tones:
        if position not in levels:
            levels[position] = _level(position, length, weights, shape)
        velocity = levels[position] + offset[voice] + shape.tilt * (pitch - middle)
        notes.append(Note(position * 40, duration * 40, pitch, round(_eased(velocity)), voice))
    return notes


def _level(position: int, length: int, weights: list[float], shape: Shape) -> float:
    """The velocity of a moment before voice and pitch are counted in."""
    bar, place = divmod(position, length)
    through = (bar % _PHRASE + place / length) / _PHRASE
    velocity = shape.level + shape.arch * (math.sin(math.pi * through) - 0.6)
    velocity += shape.swell * (position / (BARS * length) - 0.5)
    velocity += shape.accent * (weights[place] - 0.45)
    if shape.stings[bar] >= 0 and 0 <= place - shape.stings[bar] < 6:
        velocity += 18.0
    return velocity


def _eased(velocity: float) -> float:
    """Within 10 and 124, pressed together towards both ends so that accents stay audible there."""
    if velocity > 96.0:
        return 96.0 + 28.0 * math.tanh((velocity - 96.0) / 34.0)
    if velocity < 28.0:
        return 28.0 - 18.0 * math.tanh((28.0 - velocity) / 22.0)
    return velocity


def _weights(wish: Wish) -> list[float]:
    """Metrical weight 0 to 1 of each position of a bar."""
    length = wish.metre.ticks // 40
    weights = [0.0] * length
    for position in range(0, length, 6):
        weights[position] = 0.2
    felt = beats(wish.metre)
    for index, position in enumerate(felt):
        weights[position] = 0.75 if index and index * 2 == len(felt) else 0.5
    weights[0] = 1.0
    return weights
