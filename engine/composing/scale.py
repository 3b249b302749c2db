"""A law of pitch: where the music is at home, notes outside the home scale weigh less.

It leans and does not forbid: a chromatic note that the network really means still comes. Where
estrangement is wished the law is silent, for the local key is then another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.composing import vocabulary as v
from engine.score import Mode

# Degrees in semitones above the tonic; minor has both sevenths, as its cadences need.
_SCALES: dict[Mode, frozenset[int]] = {
    "major": frozenset({0, 2, 4, 5, 7, 9, 11}),
    "minor": frozenset({0, 2, 3, 5, 7, 8, 10, 11}),
}
AT_HOME_BELOW = 0.25

Bias = npt.NDArray[np.float32]


def scale_lean(mode: Mode | None, estrangement: float, strength: float) -> Bias | None:
    """What is added to the log weights of a bar's tokens, or None where the law is silent.

    Args:
        mode: of the home key; None where it is not known.
        estrangement: RSI imaginary of the bar.
        strength: nats taken from a pitch outside the scale.
    """
    if mode is None or strength == 0.0 or estrangement >= AT_HOME_BELOW:
        return None
    bias = np.zeros(v.SIZE, dtype=np.float32)
    for index in range(v.PITCH.size):
        if (v.LOWEST_PITCH + index) % 12 not in _SCALES[mode]:
            bias[v.PITCH.start + index] = -strength
    return bias
