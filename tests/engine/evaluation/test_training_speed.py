"""The rows of the training measurement; how fast it is, is no matter for a test."""

from __future__ import annotations

import pytest
import torch

from engine.evaluation.rows import Measured
from engine.evaluation.training_speed import TrainingEffort, measure_training
from tests.engine.tiny import tiny_model


def test_both_loops_are_timed_and_stand_beside_each_other() -> None:
    before = torch.get_num_threads()
    effort = TrainingEffort(steps=1, batch=1, context=64)
    events = list(measure_training(tiny_model(), effort, threads=1))
    assert torch.get_num_threads() == before
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert list(rows) == ["P9.training", "P9.bare", "P9.ratio"]
    ours, bare, ratio = (rows[name].value for name in rows)
    assert ours and bare and ratio == pytest.approx(ours / bare)
    assert rows["P9.ratio"].goal == 0.90
