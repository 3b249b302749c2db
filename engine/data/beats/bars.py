"""Where bars begin: which beats are firsts, and how many beats a bar has.

Owns what is heard at a beat (bass, length, loudness, new harmony, each against the beats around
it) and the dynamic programme that lets bars of one length run through the piece, slipping seldom.
Knows events and beat times; the weights are learned elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.beats.events import Events
from engine.data.beats.learned import Judge

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NEAR = 0.06
_WIDTHS = (1, 2, 4)
_NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
# Beats of a bar that are tried, and what each earns a beat: bars of four are the usual ones.
LENGTHS = {4: 0.0, 3: -0.06, 2: -0.4}
SLIP = 8.0


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of some beats.

    Args:
        firsts: which beats begin a bar, shape (beats,).
        length: beats of the usual bar.
        value: what they earn, a beat.
        margin: by how much that exceeds the best other place or length of bars.
    """

    firsts: NDArray[np.bool_]
    length: int
    value: float
    margin: float


def find_bars(beats: Floats, events: Events, first: Judge) -> Bars:
    """The bars that most of what is heard at the beats speaks for.

    Args:
        first: log odds that a beat begins a bar, of the features that `hear` gives.
    """
    odds = first(hear(beats, events))
    runs = {length: run_bars(odds, length, SLIP) for length in LENGTHS}
    values = {length: runs[length][1] / len(beats) + LENGTHS[length] for length in LENGTHS}
    length = max(values, key=lambda each: values[each])
    firsts = runs[length][0]
    rivals = [value for each, value in values.items() if each != length]
    places = np.arange(len(beats)) - np.maximum.accumulate(
        np.where(firsts, np.arange(len(beats)), 0)
    )
    shifted = [odds[places == place].sum() / len(beats) for place in range(1, length)]
    own = values[length]
    return Bars(firsts, length, float(own), float(own - max([*rivals, *shifted])))


def hear(beats: Floats, events: Events) -> Floats:
    """What is heard at each beat, shape (beats, features): the events' features and how new the
    harmony is, then each less that of the beats one to four before and after."""
    nearest = np.clip(np.searchsorted(events.times, beats), 1, max(len(events) - 1, 1))
    nearest -= beats - events.times[nearest - 1] < events.times[nearest] - beats
    heard = (np.abs(events.times[nearest] - beats) < _NEAR)[:, None]
    at = np.where(heard, events.features[nearest], -1.0)
    position = np.interp(events.times, beats, np.arange(len(beats)))
    news = np.stack([novelty(position, events.chroma, len(beats), w) for w in _WIDTHS], axis=1)
    parts = [heard.astype(np.float64), at, news, _bass_moves(beats, events)]
    parts.append(_filling(position, events, len(beats)))
    here = np.concatenate(parts, axis=1)
    reach = max(_NEIGHBOURS)
    padded = np.pad(here, ((reach, reach), (0, 0)), mode="reflect" if len(here) > reach else "edge")
    around = [here - padded[reach + step : reach + step + len(here)] for step in _NEIGHBOURS]
    return np.concatenate([here, *around], axis=1)


def novelty(position: Floats, chroma: Floats, beats: int, width: int) -> Floats:
    """How little the harmony of the next `width` beats resembles the last, shape (beats,).

    Args:
        position: of each event, in beats.
    """
    total = np.zeros((beats + 1, 12))
    np.add.at(total, np.clip((position + 0.1).astype(np.int64), 0, beats - 1) + 1, chroma)
    total = np.cumsum(total, axis=0)
    here = np.arange(beats)
    after = total[np.minimum(here + width, beats)] - total[here]
    before = total[here] - total[np.maximum(here - width, 0)]
    norms = np.linalg.norm(after, axis=1) * np.linalg.norm(before, axis=1)
    alike = (after * before).sum(axis=1) / np.where(norms > 0, norms, 1.0)
    news: Floats = np.where(norms > 0, 1.0 - alike, 0.0)
    return news


def _filling(position: Floats, events: Events, beats: int) -> Floats:
    """How many events, how loud and how long, lie on each beat's second half or just before the
    beat, shape (beats, 3): anticipations and fills lead to a bar line."""
    here = np.minimum((position + 0.1).astype(np.int64), beats - 1)
    late = np.minimum((position + 0.6).astype(np.int64), beats - 1)
    offbeat = np.abs(position % 1.0 - 0.5) < 0.1
    filling = np.zeros((beats, 3))
    np.add.at(filling[:, 0], here, 1.0)
    np.add.at(filling[:, 1], late[offbeat], 1.0 + events.features[offbeat, 0])
    np.add.at(filling[:, 2], late[offbeat], 1.0 + events.features[offbeat, 4])
    return filling


def _bass_moves(beats: Floats, events: Events) -> Floats:
    """Whether the lowest pitch of the beat from here is another than before, shape (beats, 2):
    the pitch class, and how far below."""
    owner = np.clip(np.searchsorted(beats, events.times + _NEAR) - 1, 0, len(beats) - 1)
    lowest = np.full(len(beats), 128.0)
    np.minimum.at(lowest, owner, events.lowest)
    silent = lowest > 127.0
    carried = np.maximum.accumulate(np.where(silent, 0, np.arange(len(beats))))
    lowest = lowest[carried]
    before = np.concatenate([lowest[:1], lowest[:-1]])
    moves = ((lowest - before) % 12 != 0) & ~silent
    below = np.clip((before - lowest) / 12.0, -1.0, 1.0)
    return np.stack([moves.astype(np.float64), below], axis=1)


def run_bars(odds: Floats, length: int, slip: float) -> tuple[NDArray[np.bool_], float]:
    """The firsts when bars have `length` beats, and what they earn.

    Args:
        odds: log odds that a beat is a first, against any beat, shape (beats,).
        slip: what a bar that is cut short costs.
    """
    count = len(odds)
    scores = np.zeros((count, length))
    cut = np.zeros(count, dtype=np.int64)
    scores[0, 0] = odds[0]
    for beat in range(1, count):
        before = scores[beat - 1]
        scores[beat, 1:] = before[:-1]
        paid = before - slip
        paid[-1] = before[-1]
        cut[beat] = int(np.argmax(paid))
        scores[beat, 0] = odds[beat] + paid[cut[beat]]
    place = int(np.argmax(scores[-1]))
    total = float(scores[-1, place])
    firsts = np.zeros(count, dtype=np.bool_)
    for beat in range(count - 1, -1, -1):
        firsts[beat] = place == 0
        place = int(cut[beat]) if place == 0 else place - 1
    return firsts, total
