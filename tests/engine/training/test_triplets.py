"""Triplets cover the space evenly, and keep the radius."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import PsychoscoreError
from engine.training.excerpts import Excerpts, profile_distances
from engine.training.triplets import TripletSampler, cells_of


def crowded(count: int = 400) -> Excerpts:
    """Nine in ten excerpts in one corner of the space, the others anywhere."""
    rng = np.random.default_rng(3)
    profiles = rng.random((count, 4)).astype(np.float32)
    profiles[: count * 9 // 10] *= 0.2
    return Excerpts(
        np.zeros((count, 1, 1), dtype=np.float32),
        np.ones((count, 1), dtype=np.bool_),
        profiles,
        np.arange(count) % 40,
        np.arange(count) % 2,
        ("pop909", "synthetic"),
    )


def sampler(of: Excerpts, **shares: float) -> TripletSampler:
    return TripletSampler(
        of, shares or {"pop909": 1, "synthetic": 1}, radius=0.2, kernel=0.2, seed=7
    )


def test_anchors_leave_the_crowd() -> None:
    of = crowded()
    anchors = np.concatenate([sampler(of).draw(step, 50).anchors for step in range(10)])
    corner = cells_of(of.profiles[anchors]) == cells_of(np.zeros((1, 4), dtype=np.float32))
    assert corner.mean() < 0.1
    assert len(np.unique(cells_of(of.profiles[anchors]))) > 20


def test_positives_are_near_and_negatives_outside_the_radius() -> None:
    of = crowded()
    drawn = sampler(of).draw(0, 60)

    def away(others: np.ndarray) -> np.ndarray:
        return np.diagonal(profile_distances(of.profiles[drawn.anchors], of.profiles[others]))

    assert (away(drawn.negatives) > 0.2).all()
    assert away(drawn.positives).mean() < away(drawn.negatives).mean() - 0.2
    for others in (drawn.positives, drawn.negatives):
        assert (of.songs[others] != of.songs[drawn.anchors]).all()
    assert len(drawn.pool) == 180


def test_a_step_is_drawn_alike_each_time() -> None:
    of = crowded()
    first, second = sampler(of).draw(5, 20), sampler(of).draw(5, 20)
    assert np.array_equal(first.pool, second.pool)
    assert not np.array_equal(first.pool, sampler(of).draw(6, 20).pool)


def test_a_source_without_a_share_is_not_drawn() -> None:
    of = crowded()
    pool = sampler(of, pop909=1.0).draw(0, 40).pool
    assert set(of.sources[pool].tolist()) == {0}


def test_one_song_cannot_be_compared() -> None:
    of = crowded(10)
    alone = Excerpts(
        of.bars, of.mask, of.profiles, np.zeros(10, dtype=np.int64), of.sources, of.names
    )
    with pytest.raises(PsychoscoreError, match="two songs"):
        sampler(alone)
