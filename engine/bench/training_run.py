"""A real training run beside what is measured: it steps until it is told to stop.

It trains a fresh network of the usual shape on pairs composed by rules, in a folder that is
removed afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.data.synthetic.making import synthesise
from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.events import StepDone
from engine.training.launch import LaunchedRun, launch_run
from engine.training.run_folder import RunFolder
from models.transformer import TransformerConfig

PAIRS = 60
STARTING_SECONDS = 60.0
STOPPING_SECONDS = 30.0
# A run that nobody stops, since who started it was killed, ends by itself.
MINUTES = 5.0


@dataclass(frozen=True, slots=True)
class LivingRun:
    """A run that is stepping."""

    launched: LaunchedRun

    @property
    def pid(self) -> int:
        return self.launched.process.pid

    def stop(self) -> tuple[float, bool]:
        """Ask it to stop; seconds until it had ended, and whether it left a checkpoint."""
        asked = time.monotonic()
        run = RunFolder(self.launched.path)
        run.request("stop")
        self.launched.process.wait(STOPPING_SECONDS)
        return time.monotonic() - asked, (run.path / "checkpoint" / "card.json").is_file()


@contextmanager
def training_run(shape: TransformerConfig) -> Iterator[LivingRun]:
    """A run that steps from the first moment on; killed where it was not stopped.

    Raises:
        PsychoscoreError: it did not begin.
    """
    with TemporaryDirectory(prefix="psychoscore-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for _ in synthesise(PAIRS, 1, folder / "data"):
            pass
        config = TrainingConfig(
            name="bench",
            data=(str(folder / "data"),),
            weights={"synthetic": 1.0},
            steps=1_000_000,
            minutes=MINUTES,
            batch=4,
            context=min(512, shape.context),
            evaluate_every=1_000_000,
            save_every=1_000_000,
            network=shape,
        )
        launched = launch_run(asdict(config), folder / "run")
        try:
            _await_steps(launched)
            yield LivingRun(launched)
        finally:
            launched.process.kill()
            launched.process.wait()


def _await_steps(launched: LaunchedRun) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    run = RunFolder(launched.path)
    while not any(isinstance(each.event, StepDone) for each in run.events_since(0)[0]):
        if launched.process.poll() is not None or time.monotonic() > deadline:
            raise PsychoscoreError(launched.failure() or "A training run did not begin in time.")
        time.sleep(0.2)
