"""The choice of a backend is kept in the user's data folder, one entry a machine and network."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from engine.checkpoint import Model
from engine.composing.stepping.choice import (
    WORTH_MEASURING,
    Choice,
    Trial,
    machine_key,
    make_backend,
    measured_choice,
)
from engine.errors import PsychoscoreError
from engine.files import make_folder, write_atomic
from engine.user_data import user_data_folder

_FILE, _LIMIT, _MOST = "decoding.json", 1_000_000, 50
_CHOICES = TypeAdapter(dict[str, Choice])


def choices_file() -> Path:
    """Where the choices of this user lie."""
    return user_data_folder() / _FILE


def equipped(model: Model, path: Path | None = None) -> Model:
    """The model with the backend that is fastest on this machine; torch where none is faster.

    The first time that a network of its shape is met it takes a second or two to measure.

    Args:
        path: file of the choices; None is the user's own.
    """
    network = model.network
    if sum(weight.numel() for weight in network.parameters()) < WORTH_MEASURING:
        return model
    choice = choice_of(model, path or choices_file())
    try:
        return replace(model, backend=make_backend(network, choice.means))
    except PsychoscoreError:
        return model  # torch, which needs nothing more; the choice says what failed


def choice_of(model: Model, path: Path) -> Choice:
    """The stored choice for a model on this machine, measured and stored where there is none."""
    key = machine_key(model.network)
    choices = _read(path)
    if key not in choices:
        choices[key] = measured_choice(model.network)
        newest = dict(list(choices.items())[-_MOST:])
        # Without a place to keep it, it is measured again next time.
        with contextlib.suppress(PsychoscoreError):
            make_folder(path.parent)
            write_atomic(path, _CHOICES.dump_json(newest, indent=1))
    return choices[key]


def stored_trials(model: Model, path: Path | None = None) -> tuple[Trial, ...]:
    """What the stored choice for a model was chosen from; empty where nothing is stored."""
    choice = _read(path or choices_file()).get(machine_key(model.network))
    return () if choice is None else choice.trials


def measured_step(model: Model, path: Path | None = None) -> float | None:
    """Milliseconds of a step of two rows by the means of a model, as it was measured when the
    choice was made; None where it was not."""
    trials = stored_trials(model, path)
    return next((each.step_ms for each in trials if each.means == model.means), None)


def _read(path: Path) -> dict[str, Choice]:
    try:
        with path.open("rb") as file:
            return _CHOICES.validate_json(file.read(_LIMIT))
    except (OSError, ValidationError):
        return {}
