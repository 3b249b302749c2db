"""Rank correlation, permutation test and intervals against known values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.evaluation.statistics import (
    bootstrap,
    fisher,
    groups_p,
    permutation_p,
    ranks,
    spearman,
    wilson,
)


def test_ties_share_their_mean_rank() -> None:
    assert ranks([10, 30, 20, 20]).tolist() == [1.0, 4.0, 2.5, 2.5]


def test_spearman_of_known_series() -> None:
    # The example of textbooks: IQ against hours of television, rho = -29/165.
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert spearman(iq, hours) == pytest.approx(-29 / 165)
    assert spearman([1, 2, 3], [1, 8, 27]) == pytest.approx(1.0)
    assert spearman([1, 2, 3], [5, 5, 5]) == 0.0


def test_permutation_p_meets_the_exact_test() -> None:
    first, second = [1.0, 2.0, 4.0, 7.0], [5.0, 6.0, 8.0, 9.0]
    pooled = np.array(first + second)
    observed = abs(np.mean(first) - np.mean(second))
    extreme = total = 0
    for chosen in itertools.combinations(range(8), 4):
        other = [i for i in range(8) if i not in chosen]
        total += 1
        extreme += abs(pooled[list(chosen)].mean() - pooled[other].mean()) >= observed - 1e-12
    assert permutation_p(first, second, seed=1) == pytest.approx(extreme / total, abs=0.01)


def test_permutation_p_of_equal_and_of_separate_groups() -> None:
    assert permutation_p([3.0, 4.0], [3.0, 4.0], seed=1) == 1.0
    apart = permutation_p(np.arange(20.0), np.arange(20.0) + 100, rounds=2000, seed=1)
    assert apart == pytest.approx(1 / 2001)
    with pytest.raises(ValueError, match="not empty"):
        permutation_p([], [1.0], seed=1)


def test_wilson_interval_of_a_known_share() -> None:
    low, high = wilson(81, 263)  # Newcombe 1998, table I
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 20)[0] == 0.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_bootstrap_holds_the_mean_and_repeats_itself() -> None:
    values = np.arange(100.0)
    low, high = bootstrap(100, lambda drawn: float(values[drawn].mean()), seed=3)
    assert low < 49.5 < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 10, rel=0.1)
    assert (low, high) == bootstrap(100, lambda drawn: float(values[drawn].mean()), seed=3)


def test_fisher_interval_of_a_known_correlation() -> None:
    # .5 of 28 samples: z = .549 and its deviation 1/5, as tables give them.
    low, high = fisher(0.5, 28)
    assert low == pytest.approx(0.156, abs=0.002) and high == pytest.approx(0.736, abs=0.002)
    assert fisher(0.5, 30, held=2) == (low, high)
    assert fisher(0.9, 3) == (-1.0, 1.0)
    assert fisher(1.0, 10)[1] <= 1.0


def test_groups_differ_where_their_labels_matter() -> None:
    noise = np.random.default_rng(1).normal(size=(3, 10))
    assert groups_p(noise, seed=1) > 0.05
    assert groups_p(noise + 3 * np.arange(3)[:, None], seed=1) < 0.001


def test_what_a_column_has_in_common_hides_no_difference() -> None:
    table = 100 * np.random.default_rng(1).normal(size=(1, 10)) + np.arange(3)[:, None]
    assert groups_p(table, seed=1) < 0.001
    with pytest.raises(ValueError, match="groups and pairs"):
        groups_p([1.0, 2.0], seed=1)


def test_all_equal_groups_are_no_difference() -> None:
    assert groups_p(np.ones((3, 4)), seed=1) == 1.0
