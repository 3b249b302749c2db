"""Training settings: strict words, sensible ranges, a rate that warms up and dies away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig, parse_config, read_config
from engine.training.windows import Dropout
from models.transformer import TransformerConfig


def test_a_file_is_read_with_its_nested_parts(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    path = tmp_path / "run.yaml"
    path.write_text(
        "name: small\ndata: [songs, elsewhere]\nweights: {pop909: 2, folder: 0.5}\n"
        "steps: 20\nminutes: 3\ndropout: {chords: 1}\nnetwork: {width: 64, heads: 4}\n"
        "context: 256\ncompile: true\nstart_from: null\n"
    )
    config = read_config(path)
    assert config.data == (str(tmp_path / "songs"), "elsewhere")
    assert config.weights == {"pop909": 2, "folder": 0.5}
    assert config.minutes == 3.0 and isinstance(config.minutes, float)
    assert config.dropout == Dropout(chords=1.0)
    assert config.network == TransformerConfig(width=64, heads=4)
    assert config.compile is True and config.start_from is None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "must be a mapping"),
        ([1], "must be a mapping"),
        ({"data": ["a"], "stepps": 5}, "Did you mean steps?"),
        ({"data": ["a"], "dropout": {"chord": 0.5}}, "Did you mean chords?"),
        ({"data": "a"}, "list of texts"),
        ({"data": [1]}, "list of texts"),
        ({"data": ["a"], "steps": 1.5}, "whole number"),
        ({"data": ["a"], "steps": True}, "whole number"),
        ({"data": ["a"], "ema": "much"}, "must be a number"),
        ({"data": ["a"], "ema": float("nan")}, "must be a number"),
        ({"data": ["a"], "compile": 1}, "true or false"),
        ({"data": ["a"], "name": 5}, "must be a text"),
        ({"data": ["a"], "name": None}, "must be a text"),
        ({"data": ["a"], "weights": {"pop909": "all"}}, "names to numbers"),
        ({"data": ["a"], "network": 5}, "must be a mapping"),
        ({}, "data"),
        ({"data": ["a"], "weights": {}}, "weights"),
        ({"data": ["a"], "weights": {"pop909": 0}}, "weights"),
        ({"data": ["a"], "weights": {"pop909": float("inf")}}, "weights"),
        ({"data": ["a"], "steps": 0}, "steps"),
        ({"data": ["a"], "batch": 0}, "batch"),
        ({"data": ["a"], "context": 2048}, "context"),
        ({"data": ["a"], "learning_rate": 0}, "learning_rate"),
        ({"data": ["a"], "adam_rate": 2}, "adam_rate"),
        ({"data": ["a"], "optimiser": "sgd"}, "optimiser"),
        ({"data": ["a"], "decay": -1}, "decay"),
        ({"data": ["a"], "infill": 1.5}, "infill"),
        ({"data": ["a"], "ema": 1}, "ema"),
        ({"data": ["a"], "save_every": 0}, "intervals"),
        ({"data": ["a"], "minutes": -1}, "minutes"),
        ({"data": ["a"], "threads": -1}, "threads"),
        ({"data": ["a"], "weight_decay": -1}, "weight_decay"),
        ({"data": ["a"], "seed": -1}, "seed"),
        ({"data": ["a"], "evaluate_windows": -1}, "evaluate_windows"),
        ({"data": ["a"], "dropout": {"chords": 1.5}}, "dropout"),
        ({"data": ["a"], "network": {"heads": 0}}, "heads"),
        ({"data": ["a"], "network": {"heads": 3}}, "heads"),
        ({"data": ["a"], "network": {"width": 10**9}}, "width"),
        ({"data": ["a"], "network": {"vocabulary": 100}}, "vocabulary"),
    ],
)
def test_what_is_unknown_or_impossible_is_refused(raw: Any, said: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        parse_config(raw, "run.yaml")
    assert said in str(error.value)


@pytest.mark.parametrize("text", [": :", "a: [", "\x00", "!!python/object/apply:os.getcwd []"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(text)
    with pytest.raises(PsychoscoreError) as error:
        read_config(path)
    assert str(path) in str(error.value)
    with pytest.raises(PsychoscoreError):
        read_config(tmp_path / "none.yaml")


def test_the_rate_warms_up_holds_and_dies_away() -> None:
    config = TrainingConfig(data=("a",), steps=100, warmup=10, decay=0.5)
    assert [config.rate(step) for step in (0, 4, 9, 30, 50)] == pytest.approx(
        [0.1, 0.5, 1.0, 1.0, 1.0]
    )
    assert [config.rate(step) for step in (75, 90, 99)] == pytest.approx([0.5, 0.2, 0.02])
    assert TrainingConfig(data=("a",), steps=100, warmup=0).rate(99) == 1.0


def test_the_nearer_limit_ends_the_decay() -> None:
    config = TrainingConfig(data=("a",), steps=100, warmup=1, decay=0.5, minutes=10)
    assert config.rate(10, minutes=9.0) == pytest.approx(0.2)
    assert config.rate(90, minutes=1.0) == pytest.approx(0.2)
    assert config.rate(10, minutes=11.0) == 0.0
