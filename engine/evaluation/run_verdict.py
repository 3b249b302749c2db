"""The verdict of a training run: which two models are compared, and when.

The old model is the one that the run started from; a run from fresh weights is compared with
the default model that ships. The new one is the run's best checkpoint on its held-out pieces.
Where a composer's own files are among the data, both are measured on those alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.checkpoint import Model, load_model
from engine.data.shards import Shards
from engine.errors import PsychoscoreError
from engine.evaluation.judging import Plan, judge
from engine.library import DEFAULT_MODEL, find_model
from engine.training.config import TrainingConfig
from engine.training.events import RunEvent
from engine.training.run_folder import KeptCheckpoint, RunFolder

DEFAULT_CLIPS = 2
OWN = "folder"


def verdict_of(
    config: TrainingConfig, run: RunFolder, plan: Plan | None = None
) -> Callable[[int, Callable[[], bool]], Iterator[RunEvent]]:
    """What a run ends with: an epilogue for `run_training`.

    Args:
        plan: how much is composed; by default what the settings say.
    """
    chosen = plan or Plan(config.verdict or DEFAULT_CLIPS)

    def epilogue(step: int, cancelled: Callable[[], bool]) -> Iterator[RunEvent]:
        kept = best_of(run.checkpoints())
        if kept is None:
            raise PsychoscoreError(f"{run.path} has no checkpoint that could be compared.")
        new = load_model(kept.folder)
        label = kept.label or config.name
        new = replace(new, card=replace(new.card, name=label))
        shards = judged_data([Shards.open(Path(each)) for each in config.data])
        yield from judge(
            _old_model(config),
            new,
            shards,
            chosen,
            step=step,
            checkpoint=kept.step,
            cancelled=cancelled,
        )

    return epilogue


def judged_data(shards: list[Shards]) -> list[Shards]:
    """Those with a composer's own files, or all where none has any."""
    own = [each for each in shards if any(entry.source == OWN for entry in each.entries)]
    return own or shards


def best_of(kept: Sequence[KeptCheckpoint]) -> KeptCheckpoint | None:
    """The lowest by validation, else the latest; None where there is none."""
    measured = [each for each in kept if each.validation is not None]
    if measured:
        return min(measured, key=lambda each: each.validation or 0.0)
    return max(kept, key=lambda each: each.step, default=None)


def _old_model(config: TrainingConfig) -> Model:
    folder = Path(config.start_from) if config.start_from else find_model(DEFAULT_MODEL)
    try:
        old = load_model(folder)
    except PsychoscoreError as error:
        raise PsychoscoreError(
            f"The model before cannot be loaded, so there is no comparison: {error.message}"
        ) from error
    # The name under which it can be chosen, which a card of a copied folder need not have.
    return replace(old, card=replace(old.card, name=folder.name))
