"""The run beside a measurement steps, is stopped with a checkpoint, and leaves nothing."""

from __future__ import annotations

from engine.bench.training_run import training_run
from models.transformer import TransformerConfig

TINY = TransformerConfig(width=16, layers=1, heads=2, hidden=32, context=128)


def test_it_steps_and_stops_with_a_checkpoint() -> None:
    with training_run(TINY) as run:
        folder = run.launched.path
        assert run.launched.process.poll() is None
        seconds, kept = run.stop()
        assert kept and seconds > 0
        assert run.launched.process.poll() == 0
    assert not folder.exists()
