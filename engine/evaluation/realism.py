"""Q10: do the clips look like music of the model's own data? Distributions of eight features.

For each feature the overlapped area of two distributions is the area under the lower of their two
densities: 1 for equal ones, 0 for strangers. Real music against other real music of the same
kind gives what can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.composing import vocabulary as v
from engine.evaluation.extracts import held_out_extracts
from engine.evaluation.parts import Materials
from engine.evaluation.quadrants import quadrant_plan
from engine.evaluation.rows import EvaluationEvent, Measured, Row, missing
from engine.evaluation.statistics import bootstrap
from engine.evaluation.sweeps import attribute_means
from engine.score import TICKS_PER_QUARTER, Key, Score

Floats = NDArray[np.float64]

FEATURES = (
    "notes a quarter",
    "gap between attacks",
    "note length",
    "pitch",
    "pitch range",
    "pitch classes a bar",
    "velocity",
    "polyphony",
)
REALISM_GOAL, GAP_GOAL = 0.85, 0.15
_FEWEST = 4
_DEALS, _DEAL_SEED, _BOOTSTRAP_SEED = 20, 80, 81
_GRID = 400


def measure_realism(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q10 rows, on the clips of Q3 against the held-out part of the model's main data."""
    source = next(iter(materials.model.card.sources), "")
    corpus = materials.corpora.get(source)
    if corpus is None:
        known = source in ("pop909", "emopia")
        why = materials.archives.why_missing(source) if known else "Its data is not there."
        yield from map(Measured, _missing(why))
        return
    plan = quadrant_plan(materials.setting, materials.size.clips, materials.size.bars)
    yield from materials.store.compose(plan.requests, "Q10, clips of four quadrants")
    composed = materials.store.of(plan.requests)
    extracts = list(held_out_extracts(corpus, materials.size.bars))
    songs, real = [song for song, _ in extracts], [score for _, score in extracts]
    if len(set(songs)) < _FEWEST or len(composed) < _FEWEST:
        yield from map(Measured, _missing(f"Fewer than {_FEWEST} songs or clips to compare."))
        return
    rows = realism_rows(feature_table(composed), feature_table(real), songs, source)
    yield from map(Measured, rows)


def feature_table(scores: Sequence[Score]) -> Floats:
    """(clips, 8) the features of clips that have notes, in the order of `FEATURES`.

    Pitch is read from the home tonic, and time in quarters, so that keys and tempi do not matter.
    """
    heard = [score for score in scores if score.notes]
    polyphony = attribute_means(heard, "polyphony")
    return np.array([(*_plain(score), each) for score, each in zip(heard, polyphony, strict=True)])


def _plain(score: Score) -> tuple[float, ...]:
    pitch = np.array([note.pitch for note in score.notes]) - v.tonic_shift(
        (score.key or Key(0)).tonic
    )
    attacks = np.unique([note.onset for note in score.notes]) / TICKS_PER_QUARTER
    gaps = np.diff(attacks) if len(attacks) > 1 else np.array([score.end / TICKS_PER_QUARTER])
    length = np.array([note.duration for note in score.notes]) / TICKS_PER_QUARTER
    classes = [len({note.pitch % 12 for note in bar}) for bar in score.notes_by_bar() if bar]
    low, high = np.quantile(pitch, (0.05, 0.95))
    return (
        len(score.notes) * TICKS_PER_QUARTER / score.end,
        float(np.log(gaps).mean()),
        float(np.log(np.maximum(length, 1 / 12)).mean()),
        float(pitch.mean()),
        float(high - low),
        float(np.mean(classes)),
        float(np.mean([note.velocity for note in score.notes])),
    )


def overlapped_area(first: Floats, second: Floats) -> float:
    """The overlap of the densities of two samples, each smoothed by Silverman's rule, 0 to 1."""
    both = np.concatenate([first, second])
    low, high = float(both.min()), float(both.max())
    # No density may be so narrow that it falls between the places where it is looked at.
    least = max((high - low) / 100, 1e-6)
    widths = [max(_width(each), least) for each in (first, second)]
    places = np.linspace(low - 4 * max(widths), high + 4 * max(widths), _GRID)
    densities = [
        np.exp(-0.5 * ((places[:, None] - each) / width) ** 2).mean(axis=1) / width
        for each, width in zip((first, second), widths, strict=True)
    ]
    densities = [density / density.sum() for density in densities]
    return float(np.minimum(*densities).sum())


def _width(values: Floats) -> float:
    low, high = np.quantile(values, (0.25, 0.75))
    spread = min(float(values.std()), float(high - low) / 1.34) or float(values.std())
    return float(0.9 * spread * len(values) ** -0.2)


def realism_rows(
    composed: Floats, real: Floats, songs: Sequence[str], source: str
) -> Iterator[Row]:
    """The rows from tables of features, (clips, 8) and (extracts, 8), and the extracts' songs."""
    made, reached = _deals(composed, real, songs)
    ratios = made.mean(axis=1) / reached.mean(axis=1)
    features = made.mean(axis=0) / reached.mean(axis=0)
    told = ", ".join(f"{name} {each:.2f}" for name, each in zip(FEATURES, features, strict=True))
    low, high = np.quantile(ratios, (0.025, 0.975))
    yield Row(
        "Q10.overlap",
        f"overlapped area of {len(FEATURES)} features, over real against real",
        float(ratios.mean()),
        "over real",
        ratio=float(ratios.mean()),
        interval=(float(low), float(high)),
        note=f"{len(composed)} clips, {len(real)} held-out extracts of {source}; real against "
        f"real {reached.mean():.2f}; the interval is that of {_DEALS} deals; {told}",
    ).at_least(REALISM_GOAL)
    usual = float(real[:, -1].mean())
    polyphony = composed[:, -1]

    def gap(drawn: NDArray[np.int64]) -> float:
        return abs(float(polyphony[drawn].mean()) / usual - 1)

    yield Row(
        "Q10.polyphony",
        "polyphony gap",
        gap(np.arange(len(polyphony))),
        "share",
        interval=bootstrap(len(polyphony), gap, seed=_BOOTSTRAP_SEED),
        note=f"composed {polyphony.mean():.2f} notes at once, real {usual:.2f}",
    ).at_most(GAP_GOAL)


def _deals(composed: Floats, real: Floats, songs: Sequence[str]) -> tuple[Floats, Floats]:
    """Overlapped areas (deals, 8) of composed and of real clips with other real ones.

    In each deal half of the songs stand for all real music, and as many of the other half as of
    the composed clips are compared with them.
    """
    rng = np.random.default_rng(_DEAL_SEED)
    names = np.array(songs)
    unique = np.unique(names)
    made: list[list[float]] = []
    reached: list[list[float]] = []
    for _ in range(_DEALS):
        chosen = np.isin(names, rng.permutation(unique)[: len(unique) // 2])
        judges, others = real[chosen], real[~chosen]
        count = min(len(composed), len(others))
        own = composed[rng.permutation(len(composed))[:count]]
        theirs = others[rng.permutation(len(others))[:count]]
        for rows, sample in ((made, own), (reached, theirs)):
            rows.append(
                [overlapped_area(sample[:, at], judges[:, at]) for at in range(len(FEATURES))]
            )
    return np.array(made), np.array(reached)


def _missing(why: str) -> Iterator[Row]:
    label = f"overlapped area of {len(FEATURES)} features, over real against real"
    yield missing("Q10.overlap", label, "over real", why).at_least(REALISM_GOAL)
    yield missing("Q10.polyphony", "polyphony gap", "share", why).at_most(GAP_GOAL)
