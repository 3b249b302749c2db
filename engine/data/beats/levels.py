"""Which level of the pulse is the beat: the one found, twice as fast, or half.

Owns the readings of a pulse that a listener could tap, and what is measured of each to choose
between them: pace, density, harmony and how much the beats differ in twos and fours. Knows
events and beat times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.beats.bars import novelty
from engine.data.beats.events import Events
from engine.data.beats.pulse import PLACES, Pulse, PulseRules, find_pulse

Floats = NDArray[np.float64]

RATIOS = (2.0, 1 / 2, 3 / 2, 2 / 3, 4 / 3, 3 / 4)
_FASTEST, _SLOWEST = 0.28, 1.75
# A reading may drift so far from its pace, as a factor.
_WIDTH = 1.25
_NEAR = 0.05
# Where in a description the mean log chance of the events lies, and the shares of the places;
# and where among these the thirds lie.
EXPLAINED, SHARES, THIRDS = 4, slice(6, 7 + len(PLACES)), slice(4, 6)
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


def describe(pulse: Pulse, events: Events, chances: Floats) -> Floats:
    """What speaks for or against a reading, shape (features,)."""
    beats, period = pulse.times, pulse.period
    position = np.interp(events.times, beats, np.arange(len(beats)))
    phase = position % 1.0
    apart = np.abs((phase[:, None] - np.array(PLACES) + 0.5) % 1.0 - 0.5) * period
    place = np.where(apart.min(axis=1) < _NEAR, apart.argmin(axis=1), len(PLACES))
    shares = np.bincount(place, minlength=len(PLACES) + 1) / len(events)
    explained = chances[np.arange(len(events)), place].mean()
    pace = np.log2(period / _USUAL_SECONDS)
    density = np.log2(len(events) / len(beats))
    strengths = _strengths(beats, events, chances)
    news = np.stack([novelty(position, events.chroma, len(beats), w) for w in (1, 2, 4)])
    found = [
        pace,
        pace**2,
        density,
        density**2,
        explained,
        pulse.score,
        *shares,
        *news.mean(axis=1),
    ]
    for series in (*strengths, *news):
        found += [series.mean(), _contrast(series, 2), _contrast(series, 3), _contrast(series, 4)]
        found += [_contrast(series, 8)]
    return np.array(found)


def _strengths(beats: Floats, events: Events, chances: Floats) -> Floats:
    """How strong, how low and how long the event at each beat is, shape (3, beats)."""
    nearest = np.clip(np.searchsorted(events.times, beats), 1, max(len(events) - 1, 1))
    nearest -= beats - events.times[nearest - 1] < events.times[nearest] - beats
    heard = np.abs(events.times[nearest] - beats) < _NEAR
    strong = np.exp(chances[nearest, 0])
    low = np.clip(events.features[nearest, 3], -1.0, 2.0) + 1.0
    long = np.clip(events.features[nearest, 4], -1.0, 2.0) + 1.0
    strengths: Floats = np.where(heard, np.stack([strong, low, long]), 0.0)
    return strengths


def _contrast(series: Floats, every: int) -> float:
    """How far the strongest of `every` beats stands out, in stretches of eight rounds."""
    length = every * 8
    if len(series) < every:
        return 0.0
    rows = []
    for start in range(0, max(len(series) - length // 2, 1), length):
        part = series[start : start + length]
        part = part[: len(part) // every * every]
        if len(part):
            rows.append(np.ptp(part.reshape(-1, every).mean(axis=0)))
    return float(np.mean(rows)) / (float(series.mean()) + 1e-3) if rows else 0.0
