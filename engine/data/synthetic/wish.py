"""What one pair is asked to be: a profile, the frame of its bars, and how hard each means works.

The four dimensions are drawn so that corners, edges and the middle are all met. Each dimension
has several means (`Levers`); they lean on the dimension but not always all together, so that a
network can tell loudness from pace and a dark chord from a minor key.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from engine.measuring.texture import Texture
from engine.profile import Profile
from engine.score import METRES, Key, Metre

BARS = 8
SLOWEST, FASTEST = 40.0, 200.0
# Attacks a second at the ends of the pace lever.
_STILL, _BUSY = 0.3, 11.0
_CORNERS = 0.4
_OWN_WAY = 0.12
# Where the levers of agitation stand in usual music, by the rank of its agitation.
_EVENLY = (0.0, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
_USUAL = (0.1, 0.36, 0.45, 0.55, 0.62, 0.68, 0.74, 0.95)
_METRE_WEIGHTS = {"4/4": 40, "3/4": 16, "2/4": 8, "5/4": 8, "6/8": 12, "7/8": 7, "12/8": 9}


@dataclass(frozen=True, slots=True)
class Levers:
    """How hard each means is used, 0 to 1.

    Args:
        dark: chords of the dark side; friction: semitones and tritones; falling: lines that
            fall; low: low register; heavy: low notes louder than high ones.
        pace, loud, accent, irregular, leap: what agitates.
    """

    dark: float
    friction: float
    falling: float
    low: float
    heavy: float
    pace: float
    loud: float
    accent: float
    irregular: float
    leap: float


@dataclass(frozen=True, slots=True)
class Wish:
    """One pair to be composed.

    Args:
        tempo: quarter notes a minute.
        density: attacks in a quarter note that the pace lever asks for.
        textures: one a bar.
    """

    profile: Profile
    key: Key
    metre: Metre
    tempo: float
    density: float
    textures: tuple[Texture, ...]
    levers: Levers


def draw(rng: Random) -> Wish:
    """A wish from a source of random numbers."""
    profile = _profile(rng)
    levers = _levers(profile, rng)
    # In half of the pairs the mode says nothing about trauma, which must then act otherwise.
    minor = rng.random() < (0.5 if rng.random() < 0.5 else _steep(profile.trauma))
    key = Key(rng.randrange(12), "minor" if minor else "major")
    metre = rng.choices(METRES, [_METRE_WEIGHTS[str(each)] for each in METRES])[0]
    rate = _STILL * (_BUSY / _STILL) ** levers.pace
    tempo = _tempo(rate, levers.pace, rng)
    density = rate * 60.0 / tempo
    textures = _textures(density, metre, rng)
    return Wish(profile, key, metre, tempo, density, textures, levers)


def _profile(rng: Random) -> Profile:
    corner = rng.random() < _CORNERS

    def value() -> float:
        if corner:
            near = 0.12 * rng.random()
            return near if rng.random() < 0.5 else 1.0 - near
        return rng.random()

    trauma, entropy, real, imaginary = (value() for _ in range(4))
    return Profile(trauma, entropy, complex(2.0 * real - 1.0, 2.0 * imaginary - 1.0))


def _levers(profile: Profile, rng: Random) -> Levers:
    def lean(value: float) -> float:
        if rng.random() < _OWN_WAY:
            return rng.random()
        return min(max(value + rng.gauss(0.0, 0.08), 0.0), 1.0)

    dark = [lean(profile.trauma) for _ in range(5)]
    agitated = [lean(profile.entropy) for _ in range(5)]
    # Half of the pairs spread evenly over all that is playable, half over what is usual.
    if rng.random() < 0.5:
        agitated = [float(np.interp(each, _EVENLY, _USUAL)) for each in agitated]
    return Levers(*dark, *agitated)


def _steep(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-9.0 * (value - 0.5)))


def _tempo(rate: float, pace: float, rng: Random) -> float:
    """A tempo in which the rate of attacks can be written; on average fast music is quicker."""
    slowest = min(max(SLOWEST, rate * 60.0 / 4.5), FASTEST)
    quickest = max(min(FASTEST, rate * 60.0 / 0.15), 1.2 * slowest, 90.0)
    quickest = min(quickest, FASTEST)
    place = rng.random() if rng.random() < 0.5 else 0.5 * (rng.random() + pace)
    return round(float(slowest * (quickest / slowest) ** place), 1)


def _textures(density: float, metre: Metre, rng: Random) -> tuple[Texture, ...]:
    quarters = metre.ticks / 480.0
    weights = {
        Texture.DRONE: 6.0 if density * quarters <= 1.3 else 0.15,
        Texture.SINGLE_LINE: 1.6,
        Texture.CHORALE: 3.0 if density <= 1.6 else 0.5,
        Texture.OSTINATO: 2.2 if density * quarters >= 2.5 else 0.3,
        Texture.BROKEN_CHORDS: 2.2 if density >= 1.5 else 0.4,
        Texture.MELODY_ACCOMPANIMENT: 4.0 if density >= 0.5 else 1.5,
    }
    names, odds = list(weights), list(weights.values())
    first = rng.choices(names, odds)[0]
    second = rng.choices(names, odds)[0] if rng.random() < 0.22 else first
    bars = [first] * (BARS // 2) + [second] * (BARS // 2)
    if rng.random() < 0.04:
        bars[rng.randrange(3, 7)] = Texture.SILENCE
    return tuple(bars)
