"""A run set back to one of its kept checkpoints, to go on from there.

A kept checkpoint has the averaged weights alone, so the optimisers begin anew; what came after
it in the run is dropped. Nothing is dropped before the state to go on from is on the disk.
"""

from __future__ import annotations

import os

import torch

from engine.checkpoint import load_model
from engine.errors import PsychoscoreError
from engine.training.config import parse_config
from engine.training.events import RunBegan, StepDone
from engine.training.run_folder import KeptCheckpoint, RunFolder
from engine.training.stage import read_state
from engine.weights import replace_tensors


def roll_back(run: RunFolder, step: int) -> None:
    """Set a run back to the checkpoint of a step; later checkpoints of it are deleted.

    Raises:
        PsychoscoreError: it is being trained, has no such checkpoint, or the disk refuses; the
            run is then as it was.
    """
    with run.held():
        kept = _kept_at(run, step)
        model = load_model(kept.folder)
        config = parse_config(run.config(), str(run.path / "config.json"))
        if model.card.config != config.network:
            raise PsychoscoreError(f"{kept.folder} has another network than the run.")
        tokens, minutes = _done_by(run, step)
        weights = {name: tensor.contiguous() for name, tensor in model.network.state_dict().items()}
        numbers = torch.tensor([step, tokens, minutes], dtype=torch.float64)
        _, marks = read_state(run.path)
        begun = torch.tensor([mark for mark in marks if mark.step <= step], dtype=torch.float64)
        replace_tensors(
            run.path / "state.safetensors",
            {"progress": numbers, "stages": begun}
            | {f"live.{name}": tensor.clone() for name, tensor in weights.items()}
            | {f"average.{name}": tensor.clone() for name, tensor in weights.items()},
        )
        for each in run.checkpoints():
            if each.step > step:
                run.remove(each)
        with run.journal() as journal:
            journal.write(RunBegan(step, config.steps, config.minutes, os.getpid(), config.verdict))


def _kept_at(run: RunFolder, step: int) -> KeptCheckpoint:
    found = run.checkpoints()
    for each in found:
        if each.step == step:
            return each
    steps = ", ".join(str(each.step) for each in found) or "none"
    raise PsychoscoreError(f"{run.path} keeps no checkpoint of step {step}.", f"Kept: {steps}.")


def _done_by(run: RunFolder, step: int) -> tuple[float, float]:
    """Tokens and minutes of training up to a step, as the journal tells them."""
    offset, minutes, tokens, more = 0, 0.0, 0.0, True
    while more:
        noted, following = run.events_since(offset)
        more = following > offset
        offset = following
        for each in noted:
            if isinstance(each.event, StepDone) and each.event.step <= step:
                minutes = each.event.minutes
                tokens = each.event.speed * minutes * 60
    return round(tokens), minutes
