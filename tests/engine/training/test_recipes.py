"""One command for two kinds of training: a recipe says which."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.training.config import TrainingConfig
from engine.training.contrastive_config import ContrastiveConfig
from engine.training.recipes import parse_recipe, read_recipe


def test_without_a_kind_a_recipe_is_the_composers() -> None:
    assert isinstance(parse_recipe({"data": ["here"]}), TrainingConfig)
    assert isinstance(parse_recipe({"kind": "composer", "data": ["here"]}), TrainingConfig)


def test_a_contrastive_recipe_survives_its_run_folder() -> None:
    config = parse_recipe({"kind": "contrastive", "data": ["here"], "radius": 0.2})
    assert isinstance(config, ContrastiveConfig) and config.radius == 0.2
    assert parse_recipe(asdict(config)) == config


def test_the_recipe_of_the_repository_is_valid() -> None:
    recipe = read_recipe(Path("resources/training/encoders.yaml"))
    assert isinstance(recipe, ContrastiveConfig)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"kind": "magic"}, "unknown kind 'magic'"),
        ({"kind": "contrastive", "data": ["a"], "radios": 1}, "unknown key 'radios'"),
        ({"kind": "contrastive"}, "data must name"),
        ({"kind": "contrastive", "data": ["a"], "kernel": 0.0}, "kernel must lie"),
        ({"kind": "contrastive", "data": ["a"], "network": {"width": 9999}}, "width is 9999"),
        ({"kind": "contrastive", "data": ["a"], "network": {"features": 3}}, "features is 3"),
        (["kind"], "must be a mapping"),
    ],
)
def test_what_is_wrong_is_a_sentence(raw: object, sentence: str) -> None:
    with pytest.raises(PsychoscoreError, match=sentence):
        parse_recipe(raw)


def test_data_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    path = tmp_path / "run.yaml"
    path.write_text("kind: contrastive\ndata: [set, elsewhere]\n")
    assert read_recipe(path).data == (str((tmp_path / "set").resolve()), "elsewhere")
