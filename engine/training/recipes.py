"""Which kind of training a configuration asks for, and the generator that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from engine.errors import PsychoscoreError
from engine.training.config import (
    TrainingConfig,
    build_strict,
    data_beside,
    parse_config,
    read_yaml,
)
from engine.training.contrastive import contrast
from engine.training.contrastive_config import KIND, ContrastiveConfig
from engine.training.events import RunEvent
from engine.training.ranks import Ranks
from engine.training.train import train

Recipe = TrainingConfig | ContrastiveConfig
COMPOSER = "composer"


def parse_recipe(raw: object, place: str = "configuration") -> Recipe:
    """Build a configuration from parsed YAML or JSON; `kind` says which, the composer's without.

    Raises:
        PsychoscoreError: an unknown kind or key, or a value of a wrong kind.
    """
    told = dict(raw) if isinstance(raw, Mapping) else {}
    kind = told.pop("kind", COMPOSER)
    if kind == KIND:
        return build_strict(ContrastiveConfig, raw, place)
    if kind != COMPOSER:
        raise PsychoscoreError(
            f"{place}: unknown kind {kind!r}.", f"Known are {COMPOSER} and {KIND}."
        )
    return parse_config(told if isinstance(raw, Mapping) else raw, place)


def read_recipe(path: Path) -> Recipe:
    """Read a YAML (or JSON) file; relative data folders count from the file's own folder.

    Raises:
        PsychoscoreError: it cannot be read, or says something unknown or impossible.
    """
    recipe = parse_recipe(read_yaml(path), str(path))
    if isinstance(recipe, TrainingConfig):
        return recipe.found(lambda name: data_beside(path, (name,))[0])
    return replace(recipe, data=data_beside(path, recipe.data))


def begin(
    recipe: Recipe,
    folder: Path,
    *,
    resume: bool,
    cancelled: Callable[[], bool],
    save_wanted: Callable[[], bool],
    ranks: Ranks | None = None,
) -> Iterator[RunEvent]:
    """The events of the training that a recipe asks for, in a run folder."""
    if isinstance(recipe, ContrastiveConfig):
        return contrast(recipe, folder, resume=resume, cancelled=cancelled, save_wanted=save_wanted)
    return train(
        recipe,
        folder,
        resume=resume,
        cancelled=cancelled,
        save_wanted=save_wanted,
        ranks=ranks,
    )
