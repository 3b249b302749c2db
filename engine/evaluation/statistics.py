"""The few statistics that reports need: rank correlation, a permutation test, intervals.

Pure functions over arrays; random numbers come from a seed, so that a report can be repeated.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]


def ranks(values: ArrayLike) -> Floats:
    """Ranks from 1; ties share their mean rank."""
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Floats = ends - (counts - 1) / 2.0
    return middle[inverse]


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rank correlation of two equally long series; 0 where one is constant."""
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(), b - b.mean()
    norm = math.sqrt(float((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm else 0.0


def permutation_p(first: ArrayLike, second: ArrayLike, *, rounds: int = 20_000, seed: int) -> float:
    """Two-sided p of the difference of two means when the group labels are shuffled.

    The observed labelling counts as one of the shuffles, so that p is never 0.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if not len(a) or not len(b):
        raise ValueError("a permutation test needs two groups that are not empty")
    pooled = np.concatenate([a, b])
    observed = abs(a.mean() - b.mean())
    rng = np.random.default_rng(seed)
    chosen = rng.permuted(np.tile(pooled, (rounds, 1)), axis=1)
    differences = np.abs(chosen[:, : len(a)].mean(axis=1) - chosen[:, len(a) :].mean(axis=1))
    # Equal partitions differ in the last bit, depending on the order of their sums.
    return float((1 + (differences >= observed - 1e-12).sum()) / (1 + rounds))


def wilson(hits: int, total: int) -> Interval:
    """95 % interval of a share (Wilson 1927)."""
    if total <= 0:
        return (0.0, 1.0)
    z = 1.959964
    share, weight = hits / total, 1.0 + z * z / total
    centre = (share + z * z / (2 * total)) / weight
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / weight
    return (max(0.0, centre - half), min(1.0, centre + half))


def fisher(correlation: float, count: int, held: int = 0) -> Interval:
    """95 % interval of a correlation of `count` samples (Fisher 1915), `held` others held fixed."""
    if count - held <= 3:
        return (-1.0, 1.0)
    half = 1.959964 / math.sqrt(count - held - 3)
    middle = math.atanh(min(max(correlation, -1 + 1e-12), 1 - 1e-12))
    return (math.tanh(middle - half), math.tanh(middle + half))


def bootstrap(
    count: int, statistic: Callable[[NDArray[np.int64]], float], *, rounds: int = 1000, seed: int
) -> Interval:
    """95 % percentile interval of a statistic of `count` samples, given the indices drawn."""
    rng = np.random.default_rng(seed)
    drawn = [statistic(rng.integers(count, size=count)) for _ in range(rounds)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return (float(low), float(high))


def groups_p(values: ArrayLike, *, rounds: int = 5_000, seed: int) -> float:
    """p of the differences between the rows of a table (groups, pairs) when the labels of the
    groups are shuffled within each column.

    What a column has in common, such as a random seed, is no difference between groups. The
    observed labelling counts as one of the shuffles, so that p is never 0.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 1:
        raise ValueError("a table of groups and pairs is needed")

    def spread(tables: Floats) -> Floats:
        return np.asarray(tables.mean(axis=-1).var(axis=-1))

    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(table, (rounds, 1, 1)), axis=1)
    return float((1 + (spread(shuffled) >= spread(table) - 1e-12).sum()) / (1 + rounds))
