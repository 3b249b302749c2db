"""Training settings: strict words, sensible ranges, a rate that warms up and dies away."""

from __future__ import annotations

import json
from dataclasses import asdict
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
        "shares: {songs: 3, elsewhere: 1}\n"
        "steps: 20\nminutes: 3\ndropout: {chords: 1}\nnetwork: {width: 64, heads: 4}\n"
        "context: 256\ncompile: true\nstart_from: null\n"
    )
    config = read_config(path)
    assert config.data == (str(tmp_path / "songs"), "elsewhere")
    assert config.weights == {"pop909": 2, "folder": 0.5}
    assert config.shares == {str(tmp_path / "songs"): 3, "elsewhere": 1}
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
        ({"data": ["a"], "shares": {"b": 1}}, "shares name b, which data does not"),
        ({"data": ["a"], "shares": {"a": 0}}, "shares"),
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


CHAIN = {
    "name": "open",
    "data": ["songs"],
    "steps": 10,
    "seed": 4,
    "start_from": "before",
    "dropout": {"texture": 0.2},
    "stages": [
        {"minutes": 5},
        {
            "name": "end",
            "start_from": "previous",
            "data": ["songs", "pairs"],
            "weights": {"pop909": 1, "synthetic": 0.5},
            "steps": 20,
            "minutes": 3,
            "dropout": {"chords": 0.1},
        },
    ],
}


def test_a_chain_of_stages_overrides_what_the_whole_says() -> None:
    config = parse_config(CHAIN, "run.yaml")
    first, second = config.chain
    assert (first.name, first.steps, first.minutes, first.data) == ("open", 10, 5.0, ("songs",))
    assert (second.name, second.steps, second.data) == ("end", 20, ("songs", "pairs"))
    assert first.dropout == Dropout(texture=0.2)
    assert second.dropout == Dropout(texture=0.2, chords=0.1)
    # Other windows in each stage, though nobody says so; and all starts where the whole does.
    assert (first.seed, second.seed) == (4, 5)
    assert config.start_from == "before"
    assert (config.steps, config.minutes, config.data) == (30, 8.0, ("songs", "pairs"))
    assert config.weights == {"pop909": 1, "synthetic": 0.5}
    assert parse_config(CHAIN | {"stages": [{}, {"minutes": 3}]}).minutes == 0, "not all have one"


def test_a_chain_is_read_again_as_it_was_written() -> None:
    config = parse_config(CHAIN, "run.yaml")
    assert parse_config(json.loads(json.dumps(asdict(config)))) == config
    plain = parse_config({"data": ["a"]})
    assert parse_config(json.loads(json.dumps(asdict(plain)))) == plain
    assert plain.chain == (plain,)


def test_folders_and_start_are_found_for_all_stages(tmp_path: Path) -> None:
    (tmp_path / "pairs").mkdir()
    path = tmp_path / "chain.yaml"
    path.write_text(json.dumps(CHAIN))
    config = read_config(path)
    assert config.stages[1].data == ("songs", str(tmp_path / "pairs")) == config.data
    started = config.started("/models/open", TransformerConfig(context=256))
    assert started.start_from == "/models/open" and started.stages[0].start_from is None
    assert {each.context for each in (started, *started.stages)} == {256}
    assert {each.network.context for each in started.stages} == {256}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"stages": 5}, "list of settings"),
        ({"stages": ["one"]}, "list of settings"),
        ({"stages": [{}, {"stepps": 5}]}, "stage 2: unknown key 'stepps'"),
        ({"stages": [{"start_from": "previous"}]}, "stage 1 cannot name what it starts from"),
        ({"stages": [{}, {"start_from": "open"}]}, "stage 2 cannot name what it starts from"),
        ({"stages": [{}, {"network": {"layers": 2}}]}, "network is the same in all"),
        ({"stages": [{}, {"device": "cpu"}]}, "device is the same in all"),
        ({"stages": [{"stages": [{}]}]}, "stage 1 cannot have stages"),
        ({"stages": [{}, {"ema": 2}]}, "ema"),
        ({"stages": [{}] * 101}, "at most 100"),
        ({"start_from": "previous"}, "only a later stage"),
        ({"device": "tpu"}, "device must be one of"),
    ],
)
def test_impossible_chains_are_refused(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(PsychoscoreError) as error:
        parse_config({"data": ["a"]} | raw, "run.yaml")
    assert said in str(error.value)
