"""The pulse: the path of beats through a piece that explains most of its events.

Owns the dynamic programme. A beat of length `p` that ends at time `t` earns, for each event
inside it, the log chance that such an event falls on its place in the beat, and pays for lasting;
a change of length pays with the square of its logarithm. Knows events by their times and place
chances only; which events are likely where is learned elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Singles = NDArray[np.float32]

SHORTEST, LONGEST = 0.30, 1.40
# Places within a beat, and "elsewhere" as the last.
PLACES = (0.0, 1 / 2, 1 / 4, 3 / 4, 1 / 3, 2 / 3)
_STEP = 0.016
_NEVER = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class PulseRules:
    """What the path weighs.

    Args:
        timing: spread of onsets around their place, in seconds.
        drift: usual change of the beat's length from beat to beat, as its logarithm.
        events: expected events a beat: a beat pays so much for lasting.
        elsewhere: chance that an event keeps to no place, spread over the beat.
        frame: seconds between the moments where a beat may lie.
    """

    timing: float = 0.02
    drift: float = 0.03
    events: float = 2.5
    elsewhere: float = 0.02
    frame: float = 0.01


@dataclass(frozen=True, slots=True)
class Pulse:
    """Beat times in seconds, from at or before the first event to at or after the last.

    `score` is what the path earned for each event: comparable among pulses of one piece.
    """

    times: Floats
    score: float

    @property
    def period(self) -> float:
        """The usual beat in seconds."""
        return float(np.median(np.diff(self.times)))


def find_pulse(
    times: Floats, chances: Floats, rules: PulseRules, span: tuple[float, float] | None = None
) -> Pulse:
    """The best path of beats through events.

    Args:
        times: seconds of each event, ascending.
        chances: log chance of each place for each event, shape (events, places + 1).
        span: shortest and longest beat in seconds.
    """
    periods = _periods(*(span or (SHORTEST, LONGEST)), rules.frame)
    longest = int(periods[-1])
    origin = times[0] - 2 * longest * rules.frame
    at = np.rint((times - origin) / rules.frame).astype(np.int64)
    gains = _gains(at, chances, periods, rules)
    scores, choices = _forward(gains, periods, rules)
    path, score = _backward(scores, choices, periods, int(at[0]), int(at[-1]))
    return Pulse(origin + rules.frame * path.astype(np.float64), score / len(times))


def _periods(shortest: float, longest: float, frame: float) -> Ints:
    """Lengths of a beat in frames: each frame while that is more than a step, then by steps."""
    steps = 1 + round(np.log(longest / shortest) / _STEP)
    return np.unique(np.rint(np.geomspace(shortest, longest, steps) / frame).astype(np.int64))


def _gains(at: Ints, chances: Floats, periods: Ints, rules: PulseRules) -> Singles:
    """What a beat earns that ends at a frame and has a length, shape (frames, periods)."""
    kernel = _kernel(periods, chances.shape[1], rules)
    longest, count = kernel.shape[1:]
    weights = np.concatenate([chances, np.ones((len(at), 1))], axis=1).astype(np.float32)
    gains = np.full((int(at[-1]) + 2 * longest, count), np.float32(-rules.events))
    for frame, weight in zip(at.tolist(), weights, strict=True):
        gains[frame + 1 : frame + 1 + longest] += np.tensordot(weight, kernel, axes=1)
    return gains


def _kernel(periods: Ints, columns: int, rules: PulseRules) -> Singles:
    """What an event adds to the beats that end 1, 2, ... frames after it.

    Shape (columns + 1, longest, periods): a weight for each log chance, and one that stands alone.
    """
    lags = np.arange(1, int(periods[-1]) + 1)[:, None]
    seconds = periods[None, :] * rules.frame
    phase = 1.0 - lags / periods[None, :]
    apart = np.abs((phase[..., None] - np.array(PLACES) + 0.5) % 1.0 - 0.5) * seconds[..., None]
    near = np.exp(-0.5 * (apart.min(axis=2) / rules.timing) ** 2)
    near /= rules.timing * np.sqrt(2 * np.pi)
    placed = near > rules.elsewhere / seconds
    place = np.where(placed, apart.argmin(axis=2), columns - 1)
    density = np.log(np.where(placed, near, 1.0 / seconds))
    inside = phase >= 0.0
    kernel = np.zeros((columns + 1, *phase.shape), dtype=np.float32)
    for column in range(columns):
        kernel[column] = (place == column) & inside
    kernel[columns] = np.where(inside, density, 0.0)
    return kernel


def _forward(gains: Singles, periods: Ints, rules: PulseRules) -> tuple[Singles, NDArray[np.int8]]:
    """Best score of a beat that ends at a frame with a length, and the change of length there.

    The shortest beat bounds how far a frame can depend on the one before: so many frames are
    reckoned at once.
    """
    frames, count = gains.shape
    shortest = int(periods[0])
    reach = min(count - 1, max(1, round(4.0 * rules.drift / _STEP)))
    logs = np.pad(np.log(periods), reach, constant_values=np.inf)
    costs = np.stack([logs[shift : shift + count] for shift in range(2 * reach + 1)])
    costs = (-0.5 * ((costs - np.log(periods)) / rules.drift) ** 2).astype(np.float32)
    costs = np.maximum(costs, _NEVER)
    scores = np.empty((frames, count), dtype=np.float32)
    best = np.zeros((frames, count), dtype=np.float32)
    choices = np.zeros((frames, count), dtype=np.int8)
    padded = np.full((shortest, count + 2 * reach), _NEVER, dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, count, axis=1)
    columns = np.arange(count)
    for start in range(0, frames, shortest):
        stop = min(start + shortest, frames)
        rows = np.arange(start, stop)[:, None] - periods[None, :]
        earlier = best[np.maximum(rows, 0), columns]
        earlier[rows < 0] = 0.0
        scores[start:stop] = gains[start:stop] + earlier
        padded[: stop - start, reach : reach + count] = scores[start:stop]
        offered = windows[: stop - start] + costs
        chosen = offered.argmax(axis=1)
        best[start:stop] = np.take_along_axis(offered, chosen[:, None], axis=1)[:, 0]
        choices[start:stop] = chosen - reach
    return scores, choices


def _backward(
    scores: Singles, choices: NDArray[np.int8], periods: Ints, first: int, last: int
) -> tuple[Ints, float]:
    """Frames of the beats on the best path, ascending, and its score."""
    tail = scores[last + 1 :]
    end, index = divmod(int(np.argmax(tail)), tail.shape[1])
    at = end + last + 1
    path = [at]
    while at > first + 1:
        at -= int(periods[index])
        if at < 0:
            break
        path.append(at)
        index += int(choices[at, index])
    return np.array(path[::-1], dtype=np.int64), float(tail.max())
