"""Find tempo: at which tempi the beats fall on the hits of the picture.

One steady tempo from the first bar line on is looked for. It knows seconds, beats and frames,
no cue; `engine.project.picture_clock` says when a cue's hits are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import PsychoscoreError
from engine.score import TICKS_PER_QUARTER, Metre, bar_of_tick, bar_starts
from engine.timecode import FrameRate

HIT_FRAMES = 0.5
MAXIMUM_HITS = 512
# The finest step of the search, in quarter notes a minute, and how many steps it may take.
_FINEST, _STEPS = 0.005, 20_000
# Tempi as near as this that meet the same hits are one.
_SAME_BPM = 0.5
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Landing:
    """Where one hit falls at a tempo.

    Args:
        seconds: of the hit, from the first bar line.
        bar: place in bars of the beat that is nearest, from 1.
        beat: number of that beat in its bar, from 1; a fraction between the felt beats.
        error_frames: how much later than the hit the beat sounds; negative when it is early.
        is_hit: within half a frame; `is_near`: not that, but within the tolerance asked for.
    """

    seconds: float
    bar: float
    beat: float
    error_frames: float
    is_hit: bool
    is_near: bool


@dataclass(frozen=True, slots=True)
class TempoFit:
    """A tempo in quarter notes a minute, and where each hit falls at it."""

    bpm: float
    landings: tuple[Landing, ...]

    @property
    def hits(self) -> int:
        return sum(each.is_hit for each in self.landings)

    @property
    def near_misses(self) -> int:
        return sum(each.is_near for each in self.landings)

    @property
    def worst_frames(self) -> float:
        """The largest error among hits and near misses, in frames."""
        met = [abs(each.error_frames) for each in self.landings if each.is_hit or each.is_near]
        return max(met, default=0.0)


def find_tempi(
    hits: Sequence[float],
    metres: Sequence[Metre],
    rate: FrameRate,
    *,
    around: float = 100.0,
    low: float = 50.0,
    high: float = 180.0,
    near_frames: float = 3.0,
    parts: int = 1,
    most: int = 12,
) -> list[TempoFit]:
    """The tempi that meet the hits best, the best first.

    More hits are better, then more near misses, then a tempo nearer to `around`, then smaller
    errors. Of tempi that differ little and meet the same hits only the best is listed.

    Args:
        hits: seconds from the first bar line, in any order.
        metres: one for each bar; bars behind the last are like it.
        rate: frames in which errors are told.
        around: the tempo that is wished for, in quarter notes a minute.
        low, high: the slowest and the fastest tempo that is offered.
        near_frames: up to how many frames a hit is nearly met.
        parts: into how many parts a beat may be cut: 2 also lands on half beats.
        most: how many tempi are listed.

    Raises:
        PsychoscoreError: the range of tempi is empty, or there are too many hits.
    """
    if not 4.0 <= low <= high <= 1000.0:
        raise PsychoscoreError(f"Tempi from {low:g} to {high:g} must ascend within 4-1000.")
    if len(hits) > MAXIMUM_HITS:
        raise PsychoscoreError(f"{len(hits)} hits are too many; {MAXIMUM_HITS} are allowed.")
    moments = np.array(sorted(each for each in hits if each > 0), dtype=np.float64)
    if not len(moments) or not metres:
        return []
    beats = _beats(metres, moments[-1] * high / 60.0 * TICKS_PER_QUARTER, parts)
    # A step moves the last hit by a quarter of what is near at most.
    step = low * near_frames / rate.per_second / moments[-1] / 4
    step = max(step, _FINEST, (high - low) / _STEPS)
    tempi = np.linspace(low, high, 1 + int(np.ceil((high - low) / step)))
    places = _nearest(beats, moments, tempi[:, None])
    errors = _errors(beats, places, moments, tempi[:, None], rate)
    met = np.where(np.abs(errors) <= near_frames, places, -1)
    fits: dict[tuple[int, ...], list[float]] = {}
    for key, bpm in zip(map(tuple, met.tolist()), tempi.tolist(), strict=True):
        if max(key) >= 0:
            fits.setdefault(key, []).append(bpm)
    found = [_best(beats, key, moments, met_at, rate, step) for key, met_at in fits.items()]
    listed = [_fit(each, beats, moments, metres, rate, near_frames) for each in found]
    return _distinct(listed, around, most)


def _beats(metres: Sequence[Metre], end: float, parts: int) -> Floats:
    """Ticks of all beats up to and just after a tick."""
    starts = list(bar_starts(metres))
    bars = list(metres)
    while starts[-1] <= end:
        starts.append(starts[-1] + metres[-1].ticks)
        bars.append(metres[-1])
    ticks: list[float] = []
    for start, metre in zip(starts[:-1], bars, strict=True):
        ticks += np.arange(start, start + metre.ticks, metre.beat_ticks / parts).tolist()
    return np.array([*ticks, starts[-1]], dtype=np.float64)


def _nearest(beats: Floats, moments: Floats, bpm: Floats) -> npt.NDArray[np.int64]:
    ticks = moments * bpm / 60.0 * TICKS_PER_QUARTER
    after = np.clip(np.searchsorted(beats, ticks), 1, len(beats) - 1)
    earlier = ticks - beats[after - 1] < beats[after] - ticks
    return np.asarray(np.where(earlier, after - 1, after), dtype=np.int64)


def _errors(
    beats: Floats, places: npt.NDArray[np.int64], moments: Floats, bpm: Floats, rate: FrameRate
) -> Floats:
    sounding = beats[places] * 60.0 / (bpm * TICKS_PER_QUARTER)
    return np.asarray((sounding - moments) * rate.per_second, dtype=np.float64)


def _best(
    beats: Floats,
    key: tuple[int, ...],
    moments: Floats,
    tempi: Sequence[float],
    rate: FrameRate,
    step: float,
) -> float:
    """The tempo among some, or between them, at which the beats that are met are nearest."""
    met = [index for index, place in enumerate(key) if place >= 0]
    ticks = beats[[key[index] for index in met]]
    times = moments[met]
    # Least squares of ticks * slowness = seconds.
    slowness = float((ticks * times).sum() / (ticks**2).sum()) if ticks.any() else 0.0
    smooth = 60.0 / (slowness * TICKS_PER_QUARTER) if slowness > 0 else tempi[0]
    # A round tempo is easier to conduct, where it meets as many hits.
    options = [smooth, round(smooth, 2), round(smooth, 1), float(round(smooth))]
    inside = [each for each in options if tempi[0] - step <= each <= tempi[-1] + step]

    def hits(bpm: float) -> int:
        sounding = ticks * 60.0 / (bpm * TICKS_PER_QUARTER)
        return int((np.abs(sounding - times) * rate.per_second <= HIT_FRAMES).sum())

    best = max(map(hits, inside), default=0)
    rounded = [each for each in inside if hits(each) == best]
    return rounded[-1] if rounded else tempi[len(tempi) // 2]


def _fit(
    bpm: float,
    beats: Floats,
    moments: Floats,
    metres: Sequence[Metre],
    rate: FrameRate,
    near_frames: float,
) -> TempoFit:
    places = _nearest(beats, moments, np.array(bpm))
    errors = _errors(beats, places, moments, np.array(bpm), rate)
    landings: list[Landing] = []
    for seconds, place, error in zip(moments, places, errors, strict=True):
        bar = bar_of_tick(float(beats[place]), metres)
        metre = metres[min(int(bar) - 1, len(metres) - 1)]
        beat = 1 + round((bar - int(bar)) * metre.ticks / metre.beat_ticks, 3)
        is_hit = abs(error) <= HIT_FRAMES
        near = not is_hit and abs(error) <= near_frames
        landings.append(Landing(float(seconds), bar, beat, float(error), bool(is_hit), bool(near)))
    return TempoFit(round(bpm, 3), tuple(landings))


def _distinct(fits: Sequence[TempoFit], around: float, most: int) -> list[TempoFit]:
    ordered = sorted(
        fits,
        key=lambda fit: (-fit.hits, -fit.near_misses, abs(fit.bpm - around), fit.worst_frames),
    )
    listed: list[TempoFit] = []
    for fit in ordered:
        places = [each.bar for each in fit.landings if each.is_hit or each.is_near]
        same = any(
            abs(other.bpm - fit.bpm) < _SAME_BPM
            and set(places) <= {each.bar for each in other.landings}
            for other in listed
        )
        if not same:
            listed.append(fit)
        if len(listed) == most:
            break
    return listed
