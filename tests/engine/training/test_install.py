"""A checkpoint among the user's models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import PsychoscoreError
from engine.training.install import install_checkpoint, model_names, plain_name
from engine.training.run_folder import KeptCheckpoint


def kept_in(folder: Path, weights: str) -> KeptCheckpoint:
    folder.mkdir()
    (folder / "weights.safetensors").write_text(weights)
    (folder / "card.json").write_text(json.dumps({"name": "x", "non_commercial": True}))
    return KeptCheckpoint(folder, 7, {}, "best", 0.0)


def test_it_is_found_by_the_name_its_music_will_carry(tmp_path: Path) -> None:
    models = tmp_path / "models"
    first, second = (kept_in(tmp_path / name, name) for name in ("one", "two"))
    assert install_checkpoint(first, models, "dark: one?") == "dark one"
    assert install_checkpoint(first, models, "dark one") == "dark one"
    assert install_checkpoint(second, models, "dark one") == "dark one 2"
    found = model_names(tmp_path / "none", models)
    assert [each.name for each in found] == ["dark one", "dark one 2"]
    assert all(each.non_commercial for each in found)
    assert json.loads((found[1].folder / "card.json").read_text())["name"] == "dark one 2"


def test_licence_and_lineage_are_said_beside_the_name(tmp_path: Path) -> None:
    for name, card in (
        ("free", {"licence": "MIT", "lineage": ["POP909 (MIT)"]}),
        ("bound", {"licence": "CC BY-NC-SA 4.0", "lineage": ["EMOPIA"], "non_commercial": True}),
        ("broken", {"lineage": 3}),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").write_text(json.dumps(card))
    bound, free = model_names(tmp_path)
    assert bound.label == "bound  (non-commercial)" and free.label == "free"
    assert bound.about == "Made from EMOPIA. Licence CC BY-NC-SA 4.0: non-commercial."
    assert "POP909 (MIT)" in free.about and "Licence MIT" in free.about


def test_a_checkpoint_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    kept = KeptCheckpoint(tmp_path / "gone", 7, {}, "best", 0.0)
    with pytest.raises(PsychoscoreError):
        install_checkpoint(kept, tmp_path / "models", "m")
    assert list((tmp_path / "models").iterdir()) == []


def test_names_never_lead_out_of_the_folder() -> None:
    assert plain_name("../../etc") == "etc"
    assert plain_name(" .. ") == "model"
    assert plain_name("a/b\\c") == "abc"
