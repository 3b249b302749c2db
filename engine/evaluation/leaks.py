"""Q6: off-axis leak. What a slider moves besides its own measure, on the sweeps of Q5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import fisher, ranks, spearman
from engine.evaluation.sweeps import (
    SLIDER_BY_NAME,
    SLIDERS,
    Floats,
    Sweep,
    attribute_means,
    measure_of,
)
from engine.profile import DIMENSION_BY_NAME, Profile
from engine.score import Score

LEAK_GOAL, SHIFT_GOAL = 0.25, 0.15
_NAMES = tuple(slider.name for slider in SLIDERS)
_LABELS = {
    "leak": ("largest off-diagonal partial correlation", "correlation"),
    "valence": ("estrangement +1, P(low valence) less neutral", "probability"),
    "onset_rate": ("estrangement +1, onset rate over neutral, less 1", "share"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """All sweeps together: sliders (clips, 4) from 0 to 1, measures (clips, 4), in their order."""

    sliders: Floats
    measures: Floats


def measure_leaks(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q6 rows."""
    yield from measure_leak(
        materials.store, materials.setting, materials.judge, materials.size.sweep, materials.why
    )


def measure_leak(
    store: ClipStore, setting: Setting, judge: Evaluator | None, sweep: Sweep, why: str
) -> Iterator[EvaluationEvent]:
    """Leak matrix and the two shifts at full estrangement; without a judge, what can be said."""
    if judge is None:
        yield Measured(_missing("leak", why).at_most(LEAK_GOAL))
    else:
        scores: list[Score] = []
        for slider in SLIDERS:
            requests = sweep.requests(setting, slider)
            yield from store.compose(requests, f"Q6, {slider.name}")
            scores += store.of(requests)
        yield from map(Measured, leak_rows(_gather(sweep, scores, judge)))
    neutral = sweep.neutral(setting)
    estranged = tuple(
        setting.request(Profile().replace("rsi_imaginary", 1.0), sweep.bars, each.seed)
        for each in neutral
    )
    yield from store.compose((*neutral, *estranged), "Q6, estrangement")
    yield from map(Measured, _shifts(store.of(neutral), store.of(estranged), judge, why))


def _gather(sweep: Sweep, scores: list[Score], judge: Evaluator) -> Sweeps:
    sliders = []
    for moved in SLIDERS:
        places = np.empty((sweep.values * sweep.seeds, len(SLIDERS)))
        for column, slider in enumerate(SLIDERS):
            dimension = DIMENSION_BY_NAME[slider.name]
            value = sweep.positions(slider) if slider is moved else dimension.default
            places[:, column] = (value - dimension.minimum) / (
                dimension.maximum - dimension.minimum
            )
        sliders.append(places)
    columns = [measure_of(slider, judge) for slider in SLIDERS]
    measures = np.stack([column(scores) for column in columns if column is not None], axis=1)
    return Sweeps(np.concatenate(sliders), measures)


def leak_matrix(sweeps: Sweeps) -> Floats:
    """(4, 4) partial correlation of each slider (row) with each measure (column).

    Measures are ranked; the other three sliders are held fixed by regression.
    """
    ranked = np.stack([ranks(column) for column in sweeps.measures.T], axis=1)
    matrix = np.zeros((len(SLIDERS), len(SLIDERS)))
    for row in range(len(SLIDERS)):
        others = np.delete(sweeps.sliders, row, axis=1)
        held = np.concatenate([others, np.ones((len(others), 1))], axis=1)
        slider = _residual(sweeps.sliders[:, [row]], held)[:, 0]
        measures = _residual(ranked, held)
        size = np.linalg.norm(measures, axis=0) * np.linalg.norm(slider)
        matrix[row] = np.divide(slider @ measures, size, out=np.zeros(len(size)), where=size > 1e-9)
    return matrix


def _residual(values: Floats, held: Floats) -> Floats:
    fitted, *_ = np.linalg.lstsq(held, values, rcond=None)
    return np.asarray(values - held @ fitted)


def leak_rows(sweeps: Sweeps) -> Iterator[Row]:
    """The largest leak with the whole matrix in its note, then the largest within one sweep."""
    matrix = leak_matrix(sweeps)
    label, unit = _LABELS["leak"]
    # The interval is that of the pair that leaks most, by the size of its correlation.
    interval = fisher(_largest(matrix), len(sweeps.sliders), len(SLIDERS) - 1)
    note = f"{_worst(matrix)}; {_table(matrix)}; measures ranked, the other sliders held"
    yield Row("Q6.leak", label, _largest(matrix), unit, interval=interval, note=note).at_most(
        LEAK_GOAL
    )
    alone = _within(sweeps)
    count = len(sweeps.sliders) // len(SLIDERS)
    yield Row(
        "Q6.within",
        "the same within the sweep of the slider alone",
        _largest(alone),
        "Spearman",
        note=f"{_worst(alone)}; {_table(alone)}; a pair of no relation lies within "
        f"{1.96 / max(count - 1, 1) ** 0.5:.2f} in 95 of 100 sweeps of {count} clips",
    )


def _within(sweeps: Sweeps) -> Floats:
    """(4, 4) rank correlation of slider and measure over the clips that move that slider."""
    count = len(sweeps.sliders) // len(SLIDERS)
    matrix = np.zeros((len(SLIDERS), len(SLIDERS)))
    for row in range(len(SLIDERS)):
        run = slice(row * count, (row + 1) * count)
        for column in range(len(SLIDERS)):
            matrix[row, column] = spearman(sweeps.sliders[run, row], sweeps.measures[run, column])
    return matrix


def _off(matrix: Floats) -> Floats:
    return np.asarray(np.abs(matrix) * (1 - np.eye(len(matrix))))


def _largest(matrix: Floats) -> float:
    return float(_off(matrix).max())


def _worst(matrix: Floats) -> str:
    row, column = np.unravel_index(int(_off(matrix).argmax()), matrix.shape)
    return f"{_NAMES[row]} on {SLIDERS[column].against}"


def _table(matrix: Floats) -> str:
    """The whole matrix in words, a slider at a time, measures in the order of the sliders."""
    return ", ".join(
        f"{name} {' '.join(f'{each:+.2f}' for each in row)}"
        for name, row in zip(_NAMES, matrix, strict=True)
    )


def _shifts(
    neutral: list[Score], estranged: list[Score], judge: Evaluator | None, why: str
) -> Iterator[Row]:
    """How far full estrangement moves what it must leave alone; the size of a shift is judged."""
    valence = measure_of(SLIDER_BY_NAME["trauma"], judge)
    if valence is None:
        yield _missing("valence", why).at_most(SHIFT_GOAL)
    else:
        before, after = valence(neutral), valence(estranged)
        shift = float(after.mean() - before.mean())
        yield _shift("valence", shift, f"neutral {before.mean():.2f}, +1 {after.mean():.2f}")
    before, after = (attribute_means(each, "onset_rate") for each in (neutral, estranged))
    share = float(after.mean() / before.mean() - 1) if before.mean() > 0 else 0.0
    yield _shift("onset_rate", share, f"neutral {before.mean():.2f}/s, +1 {after.mean():.2f}/s")


def _shift(name: str, shift: float, note: str) -> Row:
    label, unit = _LABELS[name]
    return Row(f"Q6.{name}", f"{label}, its size", abs(shift), unit, note=note).at_most(SHIFT_GOAL)


def _missing(name: str, why: str) -> Row:
    label, unit = _LABELS[name]
    return missing(f"Q6.{name}", label, unit, why)
