"""A run's index of what it heard: with what its start knew, and into the models made of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.evaluation.known_music import FILE, KnownMusic, trained_lines
from engine.training.config import TrainingConfig
from engine.training.heard import index_meanwhile, index_of, make_index
from engine.training.install import install_checkpoint
from engine.training.run_folder import KeptCheckpoint
from tests.engine.tiny import tiny_checkpoint
from tests.engine.training.shard_folders import encoded, random_score, shards

BARS = 12


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    """A run on song 1, with song 2 held out."""
    one = encoded(random_score(1, BARS), 1)
    two = encoded(random_score(2, BARS), 2, split="validation")
    shards(tmp_path / "own", one, two)
    return TrainingConfig(data=(str(tmp_path / "own"),))


def known_songs(known: KnownMusic | None) -> list[bool]:
    assert known is not None
    return [known.longest(random_score(seed, BARS)) > 30 for seed in (1, 2, 3)]


def run_at(path: Path) -> Path:
    path.mkdir()
    (path / "meta.json").write_text("{}")
    return path


def test_what_is_trained_on_is_known(config: TrainingConfig, tmp_path: Path) -> None:
    run = run_at(tmp_path / "run")
    assert make_index(config, run)
    assert known_songs(KnownMusic.beside(run)) == [True, False, False]


def test_what_the_start_knew_is_known_too(config: TrainingConfig, tmp_path: Path) -> None:
    base, run = tiny_checkpoint(tmp_path / "base"), run_at(tmp_path / "run")
    other = shards(tmp_path / "other", encoded(random_score(3, BARS), 3))
    KnownMusic.build(trained_lines(other)).save(base)
    assert make_index(replace(config, start_from=str(base)), run)
    assert known_songs(KnownMusic.beside(run)) == [True, False, True]


def test_no_index_is_made_where_the_start_heard_what_nobody_knows(
    config: TrainingConfig, tmp_path: Path
) -> None:
    base, run = tiny_checkpoint(tmp_path / "base"), run_at(tmp_path / "run")
    card = json.loads((base / "card.json").read_text())
    (base / "card.json").write_text(json.dumps(card | {"tokens": 5}))
    assert not make_index(replace(config, start_from=str(base)), run)
    assert not (run / FILE).exists()


def test_it_is_made_again_only_when_data_or_settings_changed(
    config: TrainingConfig, tmp_path: Path
) -> None:
    run = run_at(tmp_path / "run")
    assert make_index(config, run)
    made = (run / FILE).stat().st_mtime_ns
    assert make_index(config, run) and (run / FILE).stat().st_mtime_ns == made
    (run / "config.json").write_text("{}")
    os.utime(run / "config.json", ns=(made + 10**9, made + 10**9))
    assert make_index(config, run) and (run / FILE).stat().st_mtime_ns != made


def test_a_model_made_from_a_run_knows_what_the_run_heard(
    config: TrainingConfig, tmp_path: Path
) -> None:
    run = run_at(tmp_path / "run")
    kept = tiny_checkpoint(run / "checkpoints" / "step-0000007")
    index_meanwhile(config, run).join()
    name = install_checkpoint(KeptCheckpoint(kept, 7, {}, "last", 0.0), tmp_path / "models", "m")
    assert known_songs(KnownMusic.beside(tmp_path / "models" / name)) == [True, False, False]
    assert known_songs(index_of(kept)) == [True, False, False]


def test_data_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    run = run_at(tmp_path / "run")
    index_meanwhile(TrainingConfig(data=(str(tmp_path / "gone"),)), run).join()
    assert not (run / FILE).exists()
