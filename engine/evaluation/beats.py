"""Q12: the beats and bars that are found in held-out songs, against their annotation.

Owns the warp of a song by a smooth random tempo and the scoring, which is `mir_eval`'s: a beat
counts where the annotation has one within 70 ms, and the first five seconds are left out. Songs
are told by onset seconds, pitch, velocity and duration alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.beatmap import Beats as Annotated
from engine.data.beats.find import find_beats
from engine.data.beats.learned import Learned
from engine.data.grid import Performance
from engine.data.pop909 import read_played
from engine.errors import PsychoscoreError
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row, missing
from engine.evaluation.statistics import Interval, bootstrap

Floats = NDArray[np.float64]
Score = Callable[[Floats, Floats], float]

WARP = 0.15
GOALS = {"plain": 0.90, "warped": 0.85, "downbeats": 0.75}
_NAMES = {
    "plain": "beats found, F within 70 ms",
    "warped": f"beats found, tempo warped by {WARP:.0%}",
    "downbeats": "downbeats found, F within 70 ms",
}
_KNOT_SECONDS = 7.0
_SEED = 12


@dataclass(frozen=True, slots=True)
class Found:
    """F of one song: beats, downbeats, beats of the warped song, downbeats of it."""

    plain: float
    downbeats: float
    warped: float
    warped_downbeats: float


def measure_beats(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q12 rows on POP909's validation songs."""
    path = materials.archives.path("pop909")
    try:
        score = beat_score()
    except PsychoscoreError as error:
        yield from map(Measured, missing_beats(f"{error.message} {error.hint}"))
        return
    if path is None:
        yield from map(Measured, missing_beats(materials.archives.why_missing("pop909")))
        return
    learned = Learned.load()
    songs: list[Found] = []
    for song, performance, annotated in read_played(path, "validation"):
        songs.append(judge_song(int(song), performance, annotated, learned, score))
        yield Progress("Q12, beats of held-out songs", len(songs), 0)
    if not songs:
        yield from map(Measured, missing_beats(f"{path.name} holds no validation songs."))
        return
    yield from map(Measured, beat_rows(songs))


def beat_score() -> Score:
    """`mir_eval`'s F-measure of (annotated, found) beat times, the first five seconds left out.

    Raises:
        PsychoscoreError: `mir_eval` is not installed.
    """
    try:
        from mir_eval.beat import f_measure, trim_beats
    except ImportError as error:
        raise PsychoscoreError(
            "Beats are judged by mir_eval, which is not installed.",
            "Install it with `pip install psychoscore[dev]`.",
        ) from error

    def score(annotated: Floats, found: Floats) -> float:
        return float(f_measure(trim_beats(annotated), trim_beats(found)))

    return score


def judge_song(
    seed: int, performance: Performance, annotated: Annotated, learned: Learned, score: Score
) -> Found:
    """F of beats and downbeats of a song as it is and warped.

    Args:
        seed: of the warp.
    """
    end = max(float(annotated.times[-1]), float(performance.ends.max()))
    values = []
    for warp in (_unwarped, random_warp(end, seed)):
        onsets = warp(performance.onsets)
        lengths = warp(performance.ends) - onsets
        beats = find_beats(onsets, performance.pitches, performance.velocities, lengths, learned)
        truth = warp(annotated.times)
        values += [
            score(truth, beats.times),
            score(truth[list(annotated.downbeats)], beats.times[beats.downbeats]),
        ]
    return Found(*values)


def random_warp(end: float, seed: int) -> Callable[[Floats], Floats]:
    """Seconds to warped seconds under a tempo that wanders smoothly within 15 % of the original.

    Args:
        end: the last second that is asked for, about.
    """
    rng = np.random.default_rng(seed)
    grid = np.arange(-10.0, end + 10.0, 0.05)
    knots = np.arange(-10.0, end + 10.0 + _KNOT_SECONDS, _KNOT_SECONDS)
    wander = np.interp(grid, knots, rng.uniform(-1.0, 1.0, len(knots)))
    width = int(_KNOT_SECONDS / 0.05 / 2) * 2 + 1
    smooth = np.convolve(np.pad(wander, width // 2, mode="edge"), np.ones(width) / width, "valid")
    pace = 1.0 + WARP * smooth / np.abs(smooth).max()
    warped = np.concatenate([[0.0], np.cumsum(0.05 / pace)[:-1]])
    return lambda seconds: np.interp(seconds, grid, warped)


def _unwarped(seconds: Floats) -> Floats:
    return seconds


def beat_rows(songs: Sequence[Found]) -> Iterator[Row]:
    """The rows of some songs, means with bootstrap intervals over songs."""
    warped = np.array([song.warped_downbeats for song in songs])
    notes = {"downbeats": f"warped: {warped.mean():.3f}"}
    for name, goal in GOALS.items():
        values = np.array([getattr(song, name) for song in songs])
        interval = _interval(values)
        note = "; ".join(filter(None, (f"{len(songs)} validation songs", notes.get(name))))
        value = float(values.mean())
        row = Row(f"Q12.{name}", _NAMES[name], value, "F", interval=interval, note=note)
        yield row.at_least(goal)


def _interval(values: Floats) -> Interval:
    return bootstrap(len(values), lambda drawn: float(values[drawn].mean()), seed=_SEED)


def missing_beats(why: str) -> Iterator[Row]:
    """The rows when they cannot be measured."""
    for name, goal in GOALS.items():
        yield missing(f"Q12.{name}", _NAMES[name], "F", why).at_least(goal)
