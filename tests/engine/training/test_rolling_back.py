"""A run that is set back to one of its checkpoints and goes on from there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from engine.checkpoint import load_model
from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.events import RunBegan, StepDone
from engine.training.rolling_back import roll_back
from engine.training.run import describe, run_training
from engine.training.run_folder import RunFolder
from tests.engine.tiny import tiny_checkpoint
from tests.engine.training.miniature import data_set, tiny


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_set(tmp_path_factory.mktemp("data"))


@pytest.fixture
def trained(data: Path, tmp_path: Path) -> tuple[TrainingConfig, RunFolder]:
    config = tiny(data, evaluate_every=3)
    run = RunFolder.create(tmp_path / "run", asdict(config), describe(config))
    list(run_training(config, run))
    return config, run


def test_it_goes_on_from_the_weights_of_that_step(
    trained: tuple[TrainingConfig, RunFolder],
) -> None:
    config, run = trained
    kept = {each.step: each for each in run.checkpoints()}
    back = min(kept)
    assert back < 12 and 12 in kept
    before = load_model(kept[back].folder).network.state_dict()
    roll_back(run, back)
    assert [each.step for each in run.checkpoints()] == [back]
    events = list(run_training(config, run))
    assert isinstance(events[0], RunBegan) and events[0].step == back
    assert [each.step for each in events if isinstance(each, StepDone)] == [
        *range(back + 1, config.steps + 1)
    ]
    after = load_model(run.path / "checkpoint").network.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_a_step_that_was_not_kept_changes_nothing(
    trained: tuple[TrainingConfig, RunFolder],
) -> None:
    _, run = trained
    state = (run.path / "state.safetensors").read_bytes()
    kept = run.checkpoints()
    with pytest.raises(PsychoscoreError, match="keeps no checkpoint of step 5"):
        roll_back(run, 5)
    # A checkpoint of another shape in the place of a kept one is refused as well.
    tiny_checkpoint(kept[-1].folder, width=32)
    with pytest.raises(PsychoscoreError, match="another network"):
        roll_back(run, kept[-1].step)
    assert (run.path / "state.safetensors").read_bytes() == state
    assert len(run.checkpoints()) == len(kept)


def test_a_run_that_trains_is_not_set_back(trained: tuple[TrainingConfig, RunFolder]) -> None:
    _, run = trained
    with run.held(), pytest.raises(PsychoscoreError, match="being trained"):
        roll_back(run, 3)
