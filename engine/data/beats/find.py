"""Beats and bars of performed notes: the whole way from onsets in seconds to a metre.

Events, then the pulse at several paces, then the pace that a listener would tap, then bars. Its
input is onset seconds, pitch, velocity and duration and nothing else: ticks and tempo maps of a
file give the answer away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.beats.bars import find_bars
from engine.data.beats.events import Events, Floats, Ints, find_events
from engine.data.beats.learned import Learned
from engine.data.beats.levels import SHARES, THIRDS, describe, readings
from engine.data.beats.pulse import PLACES, Pulse, PulseRules, find_pulse
from engine.errors import PsychoscoreError
from engine.score import Metre

FEWEST_NOTES = 8
# Paces are compared on a coarse raster, then the beats of the chosen one are found on a fine one.
COARSE = PulseRules(frame=0.02)
FINE = PulseRules(frame=0.01)
_WIDTH = 1.3
# A third of the events on thirds of the beat make its bars compound.
_TERNARY = 0.3
# Beats move toward events within so many seconds, in so many rounds.
_CLOSE, _ROUNDS = 0.06, 2


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats of a performance.

    Args:
        times: seconds of each beat, ascending, shape (beats,), from at or before the first onset
            to at or after the last.
        downbeats: whether a beat begins a bar, shape (beats,).
        metre: of the usual bar. 6/8 and 12/8 have dotted quarters as beats, the others quarters.
        confidence: chance in [0, 1] that beats and bars are those of the composer.
        evidence: what the confidence is weighed from: how far the pace stands out, what the
            pulse earned an event, the share of events in no place, how far the bars stand out.
    """

    times: Floats
    downbeats: NDArray[np.bool_]
    metre: Metre
    confidence: float
    evidence: tuple[float, ...] = ()


def find_beats(
    onsets: Floats,
    pitches: Ints,
    velocities: Ints,
    durations: Floats,
    learned: Learned | None = None,
) -> Beats:
    """Beats, bars and metre of notes in any order; all arrays have shape (notes,).

    Args:
        onsets, durations: seconds.
        pitches, velocities: MIDI numbers.
        learned: the shipped weights by default.

    Raises:
        PsychoscoreError: there are fewer than `FEWEST_NOTES` onsets to go by.
    """
    learned = learned or Learned.load()
    events = find_events(onsets, pitches, velocities, durations)
    if len(events) < FEWEST_NOTES:
        raise PsychoscoreError(f"{len(events)} onsets are too few to find beats in.")
    chances = learned.chances(events)
    found = readings(events, chances, COARSE)
    described = np.stack([describe(pulse, events, learned.first) for pulse in found])
    levels = learned.level(described)
    best = int(levels.argmax())
    period = found[best].period
    pulse = find_pulse(events.times, chances, FINE, (period / _WIDTH, period * _WIDTH))
    times = _settled(pulse, events)
    bars = find_bars(times, events, learned.first)
    shares = described[best][SHARES]
    margin = float(levels[best] - np.delete(levels, best).max()) if len(levels) > 1 else 0.0
    evidence = np.array([min(margin, 4.0), pulse.score, float(shares[-1]), bars.margin])
    confidence = 1.0 / (1.0 + np.exp(-float(learned.sure(evidence))))
    ternary = bool(shares[THIRDS].sum() > _TERNARY)
    metre = _metre(bars.length, ternary=ternary)
    return Beats(times, bars.firsts, metre, confidence, tuple(evidence.tolist()))


def _settled(pulse: Pulse, events: Events) -> Floats:
    """The beats moved toward the events that belong to them, each by the mean of what lies within
    a beat of it."""
    beats = pulse.times.copy()
    for _ in range(_ROUNDS):
        position = np.interp(events.times, beats, np.arange(len(beats)))
        apart = (position % 1.0)[:, None] - np.array([*PLACES, 1.0])
        nearest = np.abs(apart).argmin(axis=1)
        late = apart[np.arange(len(events)), nearest] * pulse.period
        weight = np.where(
            np.abs(late) < _CLOSE, np.where(nearest % len(PLACES) == 0, 1.0, 0.3), 0.0
        )
        left = np.minimum(position.astype(np.int64), len(beats) - 2)
        share = position - left
        pull, mass = np.zeros(len(beats)), np.full(len(beats), 0.2)
        for side, near in ((left, 1.0 - share), (left + 1, share)):
            np.add.at(pull, side, weight * near * late)
            np.add.at(mass, side, weight * near)
        beats += pull / mass
    return beats


def _metre(length: int, *, ternary: bool) -> Metre:
    """The metre of bars of so many beats that fall into halves or into thirds."""
    if ternary and length != 3:
        return Metre(3 * length, 8)
    return Metre(length, 4)
