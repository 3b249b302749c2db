"""What the backend says of held-out music is what the network says."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing.stepping.backend import Means
from engine.composing.stepping.choice import with_means
from engine.evaluation.stepped import score_steps
from engine.training.scoring import score_batch
from engine.training.windows import Document, collate
from models.conditioning import FIELDS
from tests.engine.tiny import tiny_model


@pytest.mark.parametrize(
    ("means", "near"),
    [
        (Means("cpu"), 1e-4),
        (Means("onnxruntime", "float32"), 1e-4),
        (Means("onnxruntime", "int8"), 0.01),
    ],
)
def test_a_window_with_bars_and_holes(means: Means, near: float) -> None:
    rng = np.random.default_rng(2)
    model = with_means(tiny_model(width=64, layers=2, heads=2, hidden=96), means)
    run, holes = rng.integers(3, 300, 60), rng.integers(0, 5, 60)
    bars = np.sort(rng.integers(0, 3, 60))
    document = Document(run, bars, holes, rng.random((3, len(FIELDS)), dtype=np.float32))
    batch = collate([[document]], 60, 3)
    batch.targets[:, :10] = -100
    ours, whole = score_steps(model, batch), score_batch(model.network, batch)
    assert (ours.tokens, ours.notes) == (whole.tokens, whole.notes)
    assert ours.nats == pytest.approx(whole.nats, rel=near)
