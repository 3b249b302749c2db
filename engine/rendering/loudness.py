"""How loud a recording is, as broadcast and film measure it: ITU-R BS.1770, gated, in LUFS.

The two filters of the standard (a high shelf for the head, a high pass) weigh the spectrum of
each block instead of running over samples, which numpy does a hundred times faster; on blocks of
0.4 s the two differ by less than 0.1 LU.
"""

from __future__ import annotations

import numpy as np

from engine.measuring.grid import Floats

RATE = 48_000
"""Samples a second; the filters of the standard are given for these."""
SILENT = -70.0
_BLOCK, _STEP = 19_200, 4_800
_GATE = -10.0
_OFFSET = -0.691
# Numerator and denominator of the standard's two filters.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


class LoudnessMeter:
    """Takes a recording in pieces of any length and tells its loudness and peak.

    The pieces are (n, 2) float samples, left and right, at 48 kHz.
    """

    def __init__(self) -> None:
        self._weights = _weights()
        self._rest = np.zeros((0, 2))
        self._powers: list[float] = []
        self.peak = 0.0
        """The greatest absolute sample so far."""

    def feed(self, samples: Floats) -> None:
        """Take the next piece."""
        if not len(samples):
            return
        self.peak = max(self.peak, float(np.abs(samples).max()))
        self._rest = np.concatenate([self._rest, samples])
        while len(self._rest) >= _BLOCK:
            self._powers.append(self._power(self._rest[:_BLOCK]))
            self._rest = self._rest[_STEP:]

    @property
    def lufs(self) -> float:
        """Integrated loudness so far; `SILENT` where nothing is above the gate."""
        powers = np.array(self._powers or [self._power(self._rest)])
        loud = powers[_level(powers) > SILENT]
        if not len(loud):
            return SILENT
        gate = float(_level(loud.mean(keepdims=True))[0]) + _GATE
        return float(_level(loud[_level(loud) > gate].mean(keepdims=True))[0])

    def _power(self, block: Floats) -> float:
        """Weighted mean square of a block, both channels added."""
        padded = np.zeros((_BLOCK, 2))
        padded[: len(block)] = block
        spectrum = np.abs(np.fft.rfft(padded, axis=0)) ** 2
        # The bins between the first and the last stand for two frequencies each.
        spectrum[1:-1] *= 2
        total: float = (spectrum.sum(axis=1) * self._weights).sum()
        return total / _BLOCK**2


def _level(power: Floats) -> Floats:
    level: Floats = _OFFSET + 10.0 * np.log10(np.maximum(power, 1e-12))
    return level


def _weights() -> Floats:
    """The power gain of both filters at each bin of a block."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(_BLOCK))
    powers = np.stack([np.ones_like(turn), turn, turn**2])
    gain = np.ones(len(turn))
    for above, below in (_SHELF, _HIGH_PASS):
        gain = gain * np.abs(np.array(above) @ powers) ** 2 / np.abs(np.array(below) @ powers) ** 2
    return gain
