"""The rows of the speed measurement; how fast it is, is no matter for a test."""

from __future__ import annotations

import importlib.util

import pytest
import torch

from engine.composing.stepping.backend import Means
from engine.composing.stepping.choice import with_means
from engine.evaluation.rows import Header, Measured
from engine.evaluation.speed import Effort, measure_speed, time_stream
from engine.evaluation.take_speed import measure_takes
from tests.engine.tiny import tiny_model


def test_rows_of_one_round() -> None:
    before = torch.get_num_threads()
    events = list(measure_speed(tiny_model(), Effort(tokens=20, rounds=1), threads=1))
    assert torch.get_num_threads() == before
    assert isinstance(events[0], Header)
    assert dict(events[0].settings)["threads"] == "1"
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert list(rows) == ["P1.off", "P1.off.p99", "P1.on", "P1.on.p99", "P1.peer", "P1.ratio"]
    assert (rows["P1.off"].goal, rows["P1.on"].goal, rows["P1.ratio"].goal) == (1500, 1100, 4)
    for name in ("P1.off", "P1.on", "P1.off.p99", "P1.on.p99"):
        value = rows[name].value
        assert value is not None and value > 0
    if importlib.util.find_spec("transformers") is None:
        assert rows["P1.ratio"].value is None and rows["P1.ratio"].passed is None
        assert rows["P1.off"].ratio is None


def test_rows_of_a_backend_that_is_not_torch() -> None:
    model = tiny_model(width=64, layers=1, heads=2, hidden=96)
    model = with_means(model, Means("onnxruntime", "int8", 1))
    events = list(measure_speed(model, Effort(tokens=20, rounds=1)))
    settings = dict(events[0].settings) if isinstance(events[0], Header) else {}
    assert settings["composed by"] == "onnxruntime, int8" and settings["threads"] == "1"


@pytest.mark.parametrize("means", [Means(), Means("onnxruntime", "int8", 1)])
def test_rows_of_takes(means: Means) -> None:
    model = with_means(tiny_model(width=64, layers=2, heads=2, hidden=96), means)
    events = list(measure_takes(model, bars=1, rounds=1))
    rows = {event.row.id: event.row for event in events if isinstance(event, Measured)}
    assert list(rows) == ["P2", "P3.take", "P3.takes"]
    assert (rows["P2"].goal, rows["P3.take"].goal, rows["P3.takes"].goal) == (2.0, 1.2, 2.0)
    assert all(row.value is not None and row.value > 0 for row in rows.values())
    assert str(means) in rows["P2"].note


def test_every_step_is_timed_also_beyond_the_context() -> None:
    timing = time_stream(tiny_model(context=400), guidance=2.0, tokens=440)
    assert len(timing.steps) == 440
    assert min(timing.steps) > 0
