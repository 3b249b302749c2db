"""Several processes at one run: the leader tells the others what to train, and they train along.

The leader alone has the run folder's journal and its lock; the others read its state when the
run goes on, so all of them must see the same folders under the same names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig, parse_config
from engine.training.ranks import Ranks
from engine.training.recipes import Recipe
from engine.training.run_folder import RunFolder
from engine.training.train import train


def announce(ranks: Ranks, recipe: Recipe, run: RunFolder) -> None:
    """Tell the others what to train, before `run_training` begins.

    Raises:
        PsychoscoreError: this kind of training is for one process, or another one is gone.
    """
    if ranks.size == 1:
        return
    if not isinstance(recipe, TrainingConfig):
        call_off(ranks)
        raise PsychoscoreError("Encoders are trained by one process.", "Leave torchrun away.")
    told = {"config": asdict(recipe), "folder": str(run.path), "resume": run.resumable}
    ranks.hear(json.dumps(told))


def call_off(ranks: Ranks) -> None:
    """Tell the others that there is nothing to train."""
    ranks.hear("")


def follow(ranks: Ranks, stopped: Callable[[], bool]) -> bool:
    """Train along with the leader; false where there is nothing to train.

    Args:
        stopped: read before each step; when true, the run ends in all processes.

    Raises:
        PsychoscoreError: data or state cannot be read here, or another process is gone.
    """
    said = ranks.hear("")
    if not said:
        return False
    told = json.loads(said)
    config, folder = parse_config(told["config"]), Path(told["folder"])
    events = train(config, folder, resume=told["resume"], cancelled=stopped, ranks=ranks)
    with closing(events):  # type: ignore[type-var]
        for _ in events:
            pass
    return True
