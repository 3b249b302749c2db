"""A constant grid for music without bars: one tempo, one phase, bars of four.

Owns the search for the tempo and phase that most weighted onsets agree with, until beats are
found properly. Its input is onset seconds, pitch and velocity; it knows no files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.grid import Floats, Performance
from engine.score import TICKS_PER_QUARTER, Metre

_TEMPOS: tuple[float, float, int] = (55.0, 150.0, 192)
_PHASES = 48
# Agreement with each subdivision of the quarter, as harmonics of the beat: quarters, eighths,
# triplets, sixteenths. Quarters count most, or the fastest grid would always win.
_HARMONICS = np.array([1.0, 2.0, 3.0, 4.0])
_SHARES = np.array([1.0, 0.8, 0.2, 0.8])
# A pull towards the usual tempo settles octaves: chosen on 40 s excerpts of 149 POP909 songs,
# blurred by 12 ms, where the beat is found in 83 % (48 % without) and the bar line in 64 %.
_USUAL_TEMPO, _TEMPO_WIDTH, _TEMPO_PULL = 75.0, 0.7, 0.2


@dataclass(frozen=True, slots=True)
class SteadyGrid:
    """Bars of 4/4 at one tempo; the first bar line lies at `start` seconds (it may be negative).

    `strength` in [0, 1] says how well the onsets agree with it.
    """

    tempo: float
    start: float
    bars: int
    strength: float

    @property
    def metres(self) -> tuple[Metre, ...]:
        return (Metre(4, 4),) * self.bars

    def ticks(self, seconds: Floats) -> Floats:
        found: Floats = (seconds - self.start) * self.tempo * TICKS_PER_QUARTER / 60.0
        return found


def accents(performance: Performance) -> Floats:
    """Weight of each onset, shape (notes,): loud and low notes mark beats."""
    loud = (performance.velocities / 127.0) ** 2
    low = np.clip((60.0 - performance.pitches) / 24.0, 0.0, 1.0)
    weights: Floats = loud * (1.0 + 1.5 * low)
    return weights


def find_steady_grid(performance: Performance) -> SteadyGrid:
    """The best constant grid for a clip of one note or more."""
    onsets, weights = performance.onsets, accents(performance)
    tempos = np.geomspace(*_TEMPOS)
    spectrum = _spectrum(onsets, weights, tempos)
    phases = np.arange(_PHASES) / _PHASES
    turns = np.exp(-2j * np.pi * np.outer(_HARMONICS, phases))
    agreement = np.einsum("th,hp,h->tp", spectrum, turns, _SHARES).real / _SHARES.sum()
    pull = _TEMPO_PULL * (np.log2(tempos / _USUAL_TEMPO) / _TEMPO_WIDTH) ** 2
    best = int(np.argmax(agreement - pull[:, None]))
    tempo_index, phase_index = divmod(best, _PHASES)
    tempo = float(tempos[tempo_index])
    beat = 60.0 / tempo
    origin = float(phases[phase_index]) * beat
    start = origin + _bar_phase(onsets, weights, origin, beat) * beat
    # The first bar line lies at or before the first onset.
    start -= np.ceil((start - onsets.min()) / (4 * beat) - 1 / 96) * 4 * beat
    bars = int((onsets.max() - start) / (4 * beat) + 1 / 96) + 2
    strength = float(np.clip(agreement[tempo_index, phase_index], 0.0, 1.0))
    return SteadyGrid(tempo, float(start), bars, strength)


def _spectrum(onsets: Floats, weights: Floats, tempos: Floats) -> NDArray[np.complex128]:
    """Weighted mean phase of the onsets, shape (tempos, harmonics)."""
    base = np.exp(2j * np.pi * np.outer(tempos / 60.0, onsets))
    rows = [(base**power) @ weights for power in _HARMONICS.astype(int).tolist()]
    spectrum: NDArray[np.complex128] = np.stack(rows, axis=1) / weights.sum()
    return spectrum


def _bar_phase(onsets: Floats, weights: Floats, origin: float, beat: float) -> int:
    """Which of four beats is the first of the bar: the one where most weight falls."""
    position = (onsets - origin) / beat
    nearest = np.rint(position)
    near = np.abs(position - nearest) < 0.13
    sums = np.bincount(
        nearest[near].astype(np.int64) % 4, weights=weights[near] ** 1.5, minlength=4
    )
    return int(np.argmax(sums))
