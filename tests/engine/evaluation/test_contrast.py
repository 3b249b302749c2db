"""Q11 on clips whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.composing.bar_features import FEATURES
from engine.data.labels import label_piece
from engine.evaluation.contrast import (
    RealClips,
    contrast_rows,
    order,
    plain_cosines,
    real_clips,
    same_quadrant,
)
from engine.evaluation.corpora import Corpus, _unlabelled
from engine.evaluation.evaluator import MOODS
from engine.listener import Listener, ListenerCard
from models.encoders import EncoderConfig, Encoders
from tests.engine.evaluation.clips import easy_piece
from tests.engine.training.shard_folders import shards

CONFIG = EncoderConfig(width=8, layers=1, embedding=6)


def encoders() -> Listener:
    torch.manual_seed(3)
    return Listener(
        ListenerCard("encoders", "tiny", CONFIG), "0" * 16, Encoders(CONFIG).requires_grad_(False)
    )


def corpus(folder: Path) -> Corpus:
    pieces = [
        label_piece(easy_piece(MOODS[song % 4], song, part, split="validation"), _unlabelled)
        for song in range(8)
        for part in range(2)
    ]
    return Corpus("emopia", shards(folder, *pieces), (), frozenset())


def clips(profiles: np.ndarray, songs: list[str], quadrants: list[str | None]) -> RealClips:
    bars = tuple(np.zeros((2, len(FEATURES)), dtype=np.float32) for _ in songs)
    return RealClips(bars, profiles.astype(np.float32), np.array(songs), tuple(quadrants))


def test_a_space_in_the_order_of_profiles_is_perfect() -> None:
    level = np.array([0.0, 0.03, 0.1, 0.25, 0.57, 1.0])
    found = clips(np.repeat(level[:, None], 4, axis=1), list("abcdef"), [None] * 6)
    cosine = np.cos(level[:, None] - level[None, :]).astype(np.float32)
    assert order(found.profiles, cosine, found.foreign) == pytest.approx(1.0)
    assert order(found.profiles, -cosine, found.foreign) == pytest.approx(-1.0)


def test_clips_of_one_song_are_not_each_others_neighbours() -> None:
    found = clips(np.zeros((4, 4)), ["a", "a", "b", "b"], ["sad", "calm", "sad", "calm"])
    cosine = np.array(
        [[1, 0.9, 0.8, 0.1], [0.9, 1, 0.2, 0.7], [0.8, 0.2, 1, 0.9], [0.1, 0.7, 0.9, 1]]
    )
    assert same_quadrant(found, cosine.astype(np.float32)).all()


def test_people_have_the_last_word_about_trauma_and_entropy() -> None:
    found = clips(np.array([[1.0, 0.0, 0.3, 0.3], [0.0, 0.5, 0.2, 0.2]]), ["a", "b"], ["sad", None])
    told = found.labelled()
    assert told[0, :2].tolist() == pytest.approx([0.9, 0.1])
    assert np.isnan(told[:, 2:]).all()


def test_rows_of_labelled_clips(tmp_path: Path) -> None:
    found = real_clips(corpus(tmp_path))
    assert len(found.songs) == 16 and set(found.quadrants) == set(MOODS)
    rows = {row.id: row for row in contrast_rows(encoders(), found, "emopia")}
    assert set(rows) == {"Q11.emopia", "Q11.labels", "Q11.quadrant"}
    assert (rows["Q11.emopia"].goal, rows["Q11.quadrant"].goal) == (0.75, 0.50)
    for row in rows.values():
        assert row.value is not None and row.interval is not None
        assert row.interval[0] <= row.value <= row.interval[1]
    # These moods are easy: plain features tell them apart without training.
    assert same_quadrant(found, plain_cosines(found)).mean() > 0.8
