"""Excerpts from shards, and how far their profiles lie apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import PsychoscoreError
from engine.training.excerpts import (
    FEWEST_BARS,
    MOST_BARS,
    profile_distances,
    read_excerpts,
    unit_profiles,
)
from tests.engine.training.shard_folders import piece, shards


def test_excerpts_cover_a_piece_in_lengths_between_the_bounds(tmp_path: Path) -> None:
    made = shards(tmp_path, piece(1, 60), piece(2, 40), piece(3, 20, split="validation"))
    found = read_excerpts([made], "train", ["pop909"])
    lengths = found.mask.sum(axis=1)
    assert lengths.min() >= FEWEST_BARS and lengths.max() <= MOST_BARS
    assert len(set(lengths.tolist())) > 1
    assert sorted(set(found.songs.tolist())) == [0, 1]
    assert np.isfinite(found.bars).all()
    assert not found.bars[~found.mask].any()


def test_a_piece_shorter_than_an_excerpt_is_taken_whole(tmp_path: Path) -> None:
    found = read_excerpts([shards(tmp_path, piece(1, 5))], "train", ["pop909"])
    assert found.mask.sum(axis=1).tolist() == [5]


def test_music_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    made = shards(tmp_path, piece(1, 12))
    with pytest.raises(PsychoscoreError, match="no music of emopia"):
        read_excerpts([made], "train", ["emopia"])


def test_rsi_is_brought_to_the_unit_range() -> None:
    found = unit_profiles(np.array([[0.2, 0.8, -1.0, 0.5]]))
    assert found.tolist() == [pytest.approx([0.2, 0.8, 0.0, 0.75])]


def test_distances_leave_out_what_is_unknown() -> None:
    first = np.array([[0.0, 0.0, 0.0, 0.0]], dtype=np.float32)
    second = np.array([[0.3, 0.4, 0.0, 0.0], [0.3, 0.4, np.nan, np.nan]], dtype=np.float32)
    known, partly = profile_distances(first, second)[0]
    assert known == pytest.approx(0.5)
    assert partly == pytest.approx(0.5 * 2**0.5)
