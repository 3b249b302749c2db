"""Q8 and Q16: what is asked for in plain words, a sparse beginning and a texture, and found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Row
from engine.evaluation.statistics import bootstrap, wilson
from engine.measuring.attributes import ATTRIBUTE_INDEX, Texture, measure_arrays
from engine.measuring.reference import Reference
from engine.profile import Profile
from engine.score import Score
from engine.take import GenerationRequest

SPARSE_GOAL, TEXTURE_GOAL = 0.90, 0.80
BINS, LOWEST_BINS, FIRST_BARS = 8, 2, 4
# Long enough that the fourth bar is not told that the end is near.
_BARS = 8
_SPARSE_SEED, _TEXTURE_SEED, _BOOTSTRAP_SEED = 5000, 6000, 60


def measure_starts(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q8 rows."""
    yield from measure_sparse_starts(materials.store, materials.setting, materials.size.starts)


def measure_sparse_starts(
    store: ClipStore, setting: Setting, starts: int
) -> Iterator[EvaluationEvent]:
    """The share of pieces whose first four bars are as sparse as was asked."""
    requests = [
        replace(
            setting.request(Profile(), _BARS, _SPARSE_SEED + start),
            attributes=(("onset_rate", 0.0),),
        )
        for start in range(starts)
    ]
    yield from store.compose(requests, "Q8, sparse beginnings")
    reference = Reference.load()
    bins = np.array([onset_bins(score, reference)[:FIRST_BARS] for score in store.of(requests)])
    yield from map(Measured, _sparse_rows(bins))


def onset_bins(score: Score, reference: Reference) -> NDArray[np.int64]:
    """(bars,) the eighth of the reference, from 0, in which the onset rate of each bar lies."""
    rates = measure_arrays(score).values[:, ATTRIBUTE_INDEX["onset_rate"]]
    ranks = reference.ranks("onset_rate", rates)
    return np.minimum((ranks * BINS).astype(np.int64), BINS - 1)


def _sparse_rows(bins: NDArray[np.int64]) -> Iterator[Row]:
    low = bins < LOWEST_BINS
    hits = int(low.all(axis=1).sum())
    label = f"asked sparse, first {FIRST_BARS} bars in the lowest {LOWEST_BINS} of {BINS} bins"
    note = f"{len(bins)} starts, onset_rate=0, all {FIRST_BARS} bars must"
    row = Row(
        "Q8.starts", label, hits / len(bins), "share", interval=wilson(hits, len(bins)), note=note
    )
    yield row.at_least(SPARSE_GOAL)
    counts = np.bincount(bins.ravel(), minlength=BINS)
    spread = f"bars in the bins from sparse to dense: {' '.join(map(str, counts))}"
    yield Row("Q8.bars", "the same, share of bars", float(low.mean()), "share", note=spread)


def measure_textures(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q16 rows."""
    yield from measure_asked_textures(materials.store, materials.setting, materials.size.textures)


def measure_asked_textures(
    store: ClipStore, setting: Setting, clips: int
) -> Iterator[EvaluationEvent]:
    """The share of bars in which the asked texture is found: all together, then each."""
    requests = {
        texture: [
            replace(setting.request(Profile(), _BARS, _TEXTURE_SEED + clip), texture=texture.value)
            for clip in range(clips)
        ]
        for texture in Texture
    }
    everything: list[GenerationRequest] = [each for asked in requests.values() for each in asked]
    yield from store.compose(everything, "Q16, textures")
    found = {
        texture: [measure_arrays(score).textures for score in store.of(asked)]
        for texture, asked in requests.items()
    }
    yield from map(Measured, texture_rows(found))


def texture_rows(found: dict[Texture, list[tuple[Texture, ...]]]) -> Iterator[Row]:
    """The rows, from the textures of each bar of the clips that asked for each texture."""
    shares = np.array(
        [
            float(np.mean([bar is texture for bar in clip]))
            for texture, clips in found.items()
            for clip in clips
        ]
    )
    interval = bootstrap(
        len(shares), lambda drawn: float(shares[drawn].mean()), seed=_BOOTSTRAP_SEED
    )
    note = f"{len(shares)} clips of {_BARS} bars, as many of each texture"
    label = "asked texture found in the bar"
    row = Row("Q16.textures", label, float(shares.mean()), "share", interval=interval, note=note)
    yield row.at_least(TEXTURE_GOAL)
    for texture, clips in found.items():
        bars = [bar for clip in clips for bar in clip]
        hits = sum(bar is texture for bar in bars)
        yield Row(
            f"Q16.{texture.value}",
            f"asked {texture.value.replace('_', ' ')}",
            hits / len(bars),
            "share",
            interval=wilson(hits, len(bars)),
            note=_instead(texture, bars),
        ).at_least(TEXTURE_GOAL)


def _instead(texture: Texture, bars: Sequence[Texture]) -> str:
    others = sorted({bar for bar in bars if bar is not texture}, key=bars.count, reverse=True)
    told = ", ".join(f"{other.value} {bars.count(other)}" for other in others)
    return f"{len(bars)} bars" + (f"; instead {told}" if told else "")
