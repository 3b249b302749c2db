"""A contrastive run of a few small steps: it learns, resumes on its curve, stops where it must."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.composing.conditions import set_profiles
from engine.data.shards import EncodedPiece
from engine.errors import PsychoscoreError
from engine.listener import load_listener
from engine.profile import Profile
from engine.training.contrastive import contrast, spread_evenly
from engine.training.contrastive_config import ContrastiveConfig
from engine.training.events import (
    CheckpointKept,
    CoherenceMeasured,
    ContrastStepDone,
    Evaluated,
    TrainingEnded,
    event_line,
    parse_line,
)
from engine.training.run import describe, run_training
from engine.training.run_folder import RunFolder
from models.encoders import EncoderConfig
from tests.engine.training.shard_folders import piece, shards


def labelled(seed: int, *, split: str = "train") -> EncodedPiece:
    """A piece whose rows say in an attribute what its profile is."""
    made = piece(seed, 24, split=split)
    level = (seed * 0.37) % 1.0
    rows = made.rows.copy()
    set_profiles(rows, [Profile(level, 1 - level, complex(2 * level - 1, 0))] * len(rows))
    rows[:, 4:16] = level
    return replace(made, rows=rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contrast")
    held = [labelled(seed, split="validation") for seed in range(20, 26)]
    shards(folder, *[labelled(seed) for seed in range(12)], *held)
    return folder


def tiny(data: Path, **changes: Any) -> ContrastiveConfig:
    config = ContrastiveConfig(
        data=(str(data),),
        steps=20,
        batch=8,
        warmup=2,
        learning_rate=0.01,
        evaluate_every=10,
        save_every=5,
        threads=1,
        network=EncoderConfig(width=16, layers=1, embedding=8),
    )
    return replace(config, **changes)


def test_a_run_brings_profiles_and_their_music_together(data: Path, tmp_path: Path) -> None:
    config = tiny(data, steps=30)
    run = RunFolder.create(tmp_path / "run", asdict(config), describe(config))
    events = list(run_training(config, run))
    steps = [each for each in events if isinstance(each, ContrastStepDone)]
    assert len(steps) == 30 and all(0 <= each.mined <= 1 for each in steps)
    coherence = [each for each in events if isinstance(each, CoherenceMeasured)]
    assert coherence[-1].same > coherence[-1].different + 0.3
    losses = [each.per_note["pop909"] for each in events if isinstance(each, Evaluated)]
    assert losses[-1] < losses[0]
    assert any(isinstance(each, CheckpointKept) for each in events)
    found = load_listener(run.path / "checkpoint", "encoders")
    assert found.card.lineage == ("nothing (MIT)",) and found.card.steps == 30
    assert found.card.metrics["same"] == round(coherence[-1].same, 4)


def test_the_share_of_mined_negatives_is_in_the_journal() -> None:
    event = ContrastStepDone(3, 9, 1.5, 0.5, 100.0, 0.1, 0.25)
    noted = parse_line(event_line(event, 1.0))
    assert noted is not None and noted.event == event


def test_a_stopped_run_goes_on_with_the_same_losses(data: Path, tmp_path: Path) -> None:
    def losses(folder: Path, **told: Any) -> list[float]:
        events = contrast(tiny(data), folder, **told)
        return [each.loss for each in events if isinstance(each, ContrastStepDone)]

    whole = losses(tmp_path / "whole")
    half: list[float] = []
    stopped = contrast(tiny(data), tmp_path / "half", cancelled=lambda: len(half) == 7)
    for event in stopped:
        if isinstance(event, ContrastStepDone):
            half.append(event.loss)
        if isinstance(event, TrainingEnded):
            assert (event.step, event.reason) == (7, "cancelled")
    half += losses(tmp_path / "half", resume=True)
    assert half == pytest.approx(whole, abs=1e-5)


def test_numbers_that_are_none_end_at_the_last_save(data: Path, tmp_path: Path) -> None:
    list(contrast(tiny(data, steps=5), tmp_path))
    state = tmp_path / "state.safetensors"
    tensors = load_file(state)
    good = (tmp_path / "checkpoint" / "weights.safetensors").read_bytes()
    save_file(tensors | {"live.log_scale": torch.tensor(float("nan"))}, state)
    *_, ended = contrast(tiny(data), tmp_path, resume=True)
    assert ended == TrainingEnded(5, "diverged")
    assert (tmp_path / "checkpoint" / "weights.safetensors").read_bytes() == good


def test_a_state_of_another_shape_is_a_sentence(data: Path, tmp_path: Path) -> None:
    list(contrast(tiny(data, steps=1), tmp_path))
    other = tiny(data, network=EncoderConfig(width=8, layers=1, embedding=8))
    with pytest.raises(PsychoscoreError, match="does not fit this run"):
        next(iter(contrast(other, tmp_path, resume=True)))
    with pytest.raises(PsychoscoreError, match="missing"):
        next(iter(contrast(other, tmp_path / "nothing", resume=True)))


def test_indices_are_spread_evenly() -> None:
    assert spread_evenly(np.arange(10), 20).tolist() == list(range(10))
    assert spread_evenly(np.arange(10), 4).tolist() == [0, 3, 6, 9]
