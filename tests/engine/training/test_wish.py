"""The wish of a person becomes a configuration that training takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig, parse_config, read_config
from engine.training.wish import RUN_SETTINGS, RunWish, WishedData

OWN = (WishedData("/d", "folder"),)


def test_each_setting_is_one_of_the_configuration_within_its_bounds() -> None:
    for each in RUN_SETTINGS:
        for value in (each.minimum, each.maximum, each.default):
            number = int(value) if each.whole else value
            wish = RunWish("n", OWN, **{each.key: number})  # type: ignore[arg-type]
            config = parse_config(wish.config())
            assert getattr(config, each.key) == value
            assert config.weights == {"folder": 1.0} and config.data == ("/d",)
        if each.minimum > 0:
            with pytest.raises(PsychoscoreError, match=each.title):
                RunWish("n", OWN, **{each.key: each.maximum * 1.01})  # type: ignore[arg-type]


def test_data_sets_have_weights_of_their_own() -> None:
    sets = (
        WishedData("/own", "folder", 2.0), WishedData("/older", "folder"),
        WishedData("/pop", "pop909", 0.25),
    )  # fmt: skip
    config = parse_config(RunWish("n", sets).config())
    assert config.data == ("/own", "/older", "/pop")
    assert config.shares == {"/own": 2.0, "/older": 1.0, "/pop": 0.25}
    assert config.weights == {"folder": 3.0, "pop909": 0.25}
    with pytest.raises(PsychoscoreError, match="needs music"):
        RunWish("n", ())


def test_a_run_by_minutes_has_no_other_end() -> None:
    config = parse_config(RunWish("n", OWN, steps=0, minutes=5).config())
    assert config.minutes == 5 and config.steps >= 1_000_000
    assert config.evaluate_every <= 100
    with pytest.raises(PsychoscoreError, match="steps or of minutes"):
        RunWish("n", OWN, steps=0, minutes=0)


def test_the_default_is_to_tune_the_shipped_model_and_to_compare() -> None:
    wish = RunWish("n", OWN)
    config = parse_config(wish.config())
    assert config.start_from == "open" and config.verdict > 0
    # With the comparison it ends within a quarter of an hour.
    assert 5 <= config.minutes <= 12
    assert parse_config(replace(wish, verdict=False).config()).verdict == 0
    fresh = parse_config(replace(wish, start_from=None).config())
    assert fresh.start_from is None and fresh.decay < config.decay


def test_a_run_is_evaluated_about_a_dozen_times() -> None:
    assert parse_config(RunWish("n", OWN, steps=120).config()).evaluate_every == 10
    assert parse_config(RunWish("n", OWN, steps=3).config()).evaluate_every == 3
    long = parse_config(RunWish("n", OWN, minutes=600).config())
    assert long.evaluate_every == 100


def test_data_counts_from_the_file_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    path = tmp_path / "c.yaml"
    path.write_text(json.dumps({"data": ["here", "elsewhere"]}))
    config = read_config(path)
    assert isinstance(config, TrainingConfig)
    assert config.data == (str((tmp_path / "here").resolve()), "elsewhere")
