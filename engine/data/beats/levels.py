"""Which level of the pulse is the beat: the one found, twice as fast, or half.

Owns the readings of a pulse that a listener could tap, and what is measured of each to choose
between them: pace, density, harmony and how much the beats differ in twos and fours. Knows
events and beat times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.beats.bars import find_bars
from engine.data.beats.events import Events
from engine.data.beats.learned import Judge
from engine.data.beats.pulse import PLACES, Pulse, PulseRules, find_pulse

Floats = NDArray[np.float64]

RATIOS = (2.0, 1 / 2, 3 / 2, 2 / 3, 4 / 3, 3 / 4)
_FASTEST, _SLOWEST = 0.28, 1.75
# A reading may drift so far from its pace, as a factor.
_WIDTH = 1.25
_NEAR = 0.05
# Where in a description the shares of the places lie, and where among these the thirds.
SHARES, THIRDS = slice(6, 7 + len(PLACES)), slice(4, 6)
DESCRIBED = 9 + len(PLACES)
_USUAL_SECONDS = 0.75


def readings(events: Events, chances: Floats, rules: PulseRules) -> tuple[Pulse, ...]:
    """The best pulse of all, then the best near each simple ratio of its pace."""
    first = find_pulse(events.times, chances, rules)
    found = [first]
    for ratio in RATIOS:
        period = first.period / ratio
        if _FASTEST < period < _SLOWEST:
            span = (period / _WIDTH, period * _WIDTH)
            found.append(find_pulse(events.times, chances, rules, span))
    return tuple(found)


def describe(pulse: Pulse, events: Events, first: Judge) -> Floats:
    """What speaks for or against a reading: its pace and the square of it in octaves, what its
    path earned an event, events a beat in octaves and the square of it, beats an event, the share
    of each place, what its bars earn a beat and how far they stand out; shape (features,).
    """
    bars = find_bars(pulse.times, events, first)
    position = np.interp(events.times, pulse.times, np.arange(len(pulse.times)))
    apart = (position % 1.0)[:, None] - np.array(PLACES)
    away = np.abs((apart + 0.5) % 1.0 - 0.5) * pulse.period
    place = np.where(away.min(axis=1) < _NEAR, away.argmin(axis=1), len(PLACES))
    shares = np.bincount(place, minlength=len(PLACES) + 1) / len(events)
    pace = np.log2(pulse.period / _USUAL_SECONDS)
    density = np.log2(len(events) / len(pulse.times))
    earned = (bars.value, bars.margin)
    beats_an_event = len(pulse.times) / len(events)
    own = (pace, pace**2, pulse.score, density, density**2, beats_an_event)
    return np.array([*own, *shares, *earned])
